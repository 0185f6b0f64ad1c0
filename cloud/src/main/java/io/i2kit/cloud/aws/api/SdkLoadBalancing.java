package io.i2kit.cloud.aws.api;

import io.i2kit.cloud.aws.AwsClients;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ActionTypeEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Certificate;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.CreateListenerRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.CreateLoadBalancerRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.CreateTargetGroupRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancer;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancerAttribute;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancerSchemeEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancerStateEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancerTypeEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ModifyListenerRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ModifyTargetGroupRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.SubnetMapping;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Tag;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupAttribute;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetTypeEnum;

/** {@link LoadBalancingApi} over the wire. */
public record SdkLoadBalancing(AwsClients clients) implements LoadBalancingApi {
    private static final int TAGS_A_CALL = 20;

    @Override
    public List<Balancer> balancers() {
        List<LoadBalancer> found =
                SdkCalls.call(() -> clients.loadBalancing().describeLoadBalancersPaginator().loadBalancers().stream()
                        .filter(balancer -> balancer.type() == LoadBalancerTypeEnum.NETWORK)
                        .toList());
        Map<String, Map<String, String>> tags =
                tags(found.stream().map(LoadBalancer::loadBalancerArn).toList());
        return found.stream()
                .map(balancer -> balancer(balancer, tags.getOrDefault(balancer.loadBalancerArn(), Map.of())))
                .toList();
    }

    private static Balancer balancer(LoadBalancer balancer, Map<String, String> tags) {
        boolean active = balancer.state() == null || balancer.state().code() == LoadBalancerStateEnum.ACTIVE;
        return new Balancer(
                balancer.loadBalancerArn(),
                balancer.loadBalancerName(),
                new Endpoint(balancer.dnsName(), balancer.canonicalHostedZoneId()),
                balancer.scheme() == LoadBalancerSchemeEnum.INTERNAL,
                active,
                balancer.securityGroups(),
                tags);
    }

    private Map<String, Map<String, String>> tags(List<String> arns) {
        Map<String, Map<String, String>> tags = new HashMap<>();
        SdkAutoScaling.forEachPart(
                arns,
                TAGS_A_CALL,
                part -> SdkCalls.call(() -> clients.loadBalancing().describeTags(request -> request.resourceArns(part)))
                        .tagDescriptions()
                        .forEach(each -> tags.put(
                                each.resourceArn(),
                                each.tags().stream().collect(Collectors.toMap(Tag::key, Tag::value)))));
        return tags;
    }

    private static List<Tag> list(Map<String, String> tags) {
        return tags.entrySet().stream()
                .map(tag ->
                        Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
                .toList();
    }

    @Override
    public List<TargetGroup> targetGroups() {
        var found = SdkCalls.call(() -> clients.loadBalancing().describeTargetGroupsPaginator().targetGroups().stream()
                .toList());
        Map<String, Map<String, String>> tags =
                tags(found.stream().map(group -> group.targetGroupArn()).toList());
        return found.stream()
                .map(group -> new TargetGroup(
                        group.targetGroupArn(),
                        group.targetGroupName(),
                        tags.getOrDefault(group.targetGroupArn(), Map.of())))
                .toList();
    }

    @Override
    public List<Listener> listeners(String balancerArn) {
        return SdkCalls.call(() -> clients
                .loadBalancing()
                .describeListenersPaginator(request -> request.loadBalancerArn(balancerArn))
                .listeners()
                .stream()
                .map(SdkLoadBalancing::listener)
                .toList());
    }

    private static Listener listener(software.amazon.awssdk.services.elasticloadbalancingv2.model.Listener listener) {
        String target = listener.defaultActions().stream()
                .map(Action::targetGroupArn)
                .findFirst()
                .orElse("");
        return new Listener(listener.listenerArn(), listener.protocolAsString(), listener.port(), target);
    }

    @Override
    public Balancer createBalancer(BalancerSpec spec, Map<String, String> tags) {
        LoadBalancer made = SdkCalls.call(() -> clients.loadBalancing()
                        .createLoadBalancer(request -> place(request, spec)
                                .name(spec.name())
                                .type(LoadBalancerTypeEnum.NETWORK)
                                .scheme(
                                        spec.internal()
                                                ? LoadBalancerSchemeEnum.INTERNAL
                                                : LoadBalancerSchemeEnum.INTERNET_FACING)
                                .securityGroups(spec.securityGroups())
                                .tags(list(tags))))
                .loadBalancers()
                .getFirst();
        return balancer(made, tags);
    }

    private static CreateLoadBalancerRequest.Builder place(
            CreateLoadBalancerRequest.Builder request, BalancerSpec spec) {
        if (spec.allocations().isEmpty()) {
            return request.subnets(spec.subnets());
        }
        return request.subnetMappings(IntStream.range(0, spec.subnets().size())
                .mapToObj(each -> SubnetMapping.builder()
                        .subnetId(spec.subnets().get(each))
                        .allocationId(spec.allocations().get(each))
                        .build())
                .toList());
    }

    @Override
    public void setSecurityGroups(String arn, List<String> securityGroups) {
        SdkCalls.call(() -> clients.loadBalancing()
                .setSecurityGroups(request -> request.loadBalancerArn(arn).securityGroups(securityGroups)));
    }

    @Override
    public void tag(String arn, Map<String, String> tags) {
        SdkCalls.call(() -> clients.loadBalancing()
                .addTags(request -> request.resourceArns(arn).tags(list(tags))));
    }

    @Override
    public void untag(String arn, Collection<String> keys) {
        SdkCalls.call(() -> clients.loadBalancing()
                .removeTags(request -> request.resourceArns(arn).tagKeys(keys)));
    }

    @Override
    public void deleteBalancer(String arn) {
        Calls.runUnlessGone(() -> SdkCalls.call(
                () -> clients.loadBalancing().deleteLoadBalancer(request -> request.loadBalancerArn(arn))));
    }

    @Override
    public void setBalancerAttributes(String arn, Map<String, String> attributes) {
        SdkCalls.call(() -> clients.loadBalancing()
                .modifyLoadBalancerAttributes(request -> request.loadBalancerArn(arn)
                        .attributes(attributes.entrySet().stream()
                                .map(each -> LoadBalancerAttribute.builder()
                                        .key(each.getKey())
                                        .value(each.getValue())
                                        .build())
                                .toList())));
    }

    @Override
    public String createTargetGroup(TargetGroupSpec spec, Map<String, String> tags) {
        CreateTargetGroupRequest.Builder request = CreateTargetGroupRequest.builder()
                .name(spec.name())
                .protocol(spec.protocol())
                .port(spec.port())
                .vpcId(spec.vpcId())
                .targetType(TargetTypeEnum.INSTANCE)
                .healthCheckProtocol(spec.check().protocol())
                .healthCheckPort(spec.check().port())
                .healthCheckIntervalSeconds(spec.check().rhythm().interval())
                .healthCheckTimeoutSeconds(spec.check().rhythm().timeout())
                .healthyThresholdCount(spec.check().rhythm().healthy())
                .unhealthyThresholdCount(spec.check().rhythm().unhealthy())
                .tags(list(tags));
        if (!spec.check().path().isEmpty()) {
            request.healthCheckPath(spec.check().path());
        }
        if (!spec.check().codes().isEmpty()) {
            request.matcher(matcher -> matcher.httpCode(spec.check().codes()));
        }
        return SdkCalls.call(() -> clients.loadBalancing().createTargetGroup(request.build()))
                .targetGroups()
                .getFirst()
                .targetGroupArn();
    }

    @Override
    public void setTargetGroupAttributes(String arn, Map<String, String> attributes) {
        SdkCalls.call(() -> clients.loadBalancing()
                .modifyTargetGroupAttributes(request -> request.targetGroupArn(arn)
                        .attributes(attributes.entrySet().stream()
                                .map(each -> TargetGroupAttribute.builder()
                                        .key(each.getKey())
                                        .value(each.getValue())
                                        .build())
                                .toList())));
    }

    @Override
    public void setCheck(String arn, Check check) {
        ModifyTargetGroupRequest.Builder request = ModifyTargetGroupRequest.builder()
                .targetGroupArn(arn)
                .healthCheckProtocol(check.protocol())
                .healthCheckPort(check.port())
                .healthCheckIntervalSeconds(check.rhythm().interval())
                .healthCheckTimeoutSeconds(check.rhythm().timeout())
                .healthyThresholdCount(check.rhythm().healthy())
                .unhealthyThresholdCount(check.rhythm().unhealthy());
        if (!check.path().isEmpty()) {
            request.healthCheckPath(check.path());
            // What is left out stays as it was; this is AWS' default.
            String codes = check.codes().isEmpty() ? "200-399" : check.codes();
            request.matcher(matcher -> matcher.httpCode(codes));
        }
        SdkCalls.call(() -> clients.loadBalancing().modifyTargetGroup(request.build()));
    }

    @Override
    public void deleteTargetGroup(String arn) {
        Calls.runUnlessGone(() ->
                SdkCalls.call(() -> clients.loadBalancing().deleteTargetGroup(request -> request.targetGroupArn(arn))));
    }

    @Override
    public Listener createListener(String balancerArn, ListenerSpec spec) {
        CreateListenerRequest.Builder request = CreateListenerRequest.builder()
                .loadBalancerArn(balancerArn)
                .protocol(spec.protocol())
                .port(spec.port())
                .defaultActions(forward(spec.targetGroupArn()));
        List<String> certificates = spec.tls().certificates();
        if (!certificates.isEmpty()) {
            request.certificates(certificate(certificates.getFirst()));
        }
        if (!spec.tls().policy().isEmpty()) {
            request.sslPolicy(spec.tls().policy());
        }
        Listener made = listener(SdkCalls.call(() -> clients.loadBalancing().createListener(request.build()))
                .listeners()
                .getFirst());
        add(made.arn(), certificates.stream().skip(1).toList());
        return made;
    }

    private void add(String listener, List<String> certificates) {
        if (!certificates.isEmpty()) {
            SdkCalls.call(() -> clients.loadBalancing()
                    .addListenerCertificates(request -> request.listenerArn(listener)
                            .certificates(certificates.stream()
                                    .map(SdkLoadBalancing::certificate)
                                    .toList())));
        }
    }

    private static Certificate certificate(String arn) {
        return Certificate.builder().certificateArn(arn).build();
    }

    @Override
    public void changeTls(String arn, Tls tls) {
        ModifyListenerRequest.Builder request = ModifyListenerRequest.builder()
                .listenerArn(arn)
                .certificates(certificate(tls.certificates().getFirst()));
        if (!tls.policy().isEmpty()) {
            request.sslPolicy(tls.policy());
        }
        SdkCalls.call(() -> clients.loadBalancing().modifyListener(request.build()));
        List<String> others = SdkCalls.call(() -> clients
                        .loadBalancing()
                        .describeListenerCertificatesPaginator(each -> each.listenerArn(arn))
                        .certificates()
                        .stream()
                        .toList())
                .stream()
                .filter(each -> !Boolean.TRUE.equals(each.isDefault()))
                .map(Certificate::certificateArn)
                .toList();
        List<String> wanted = tls.certificates().stream().skip(1).toList();
        add(arn, wanted.stream().filter(each -> !others.contains(each)).toList());
        List<Certificate> surplus = others.stream()
                .filter(each -> !wanted.contains(each))
                .filter(each -> !each.equals(tls.certificates().getFirst()))
                .map(SdkLoadBalancing::certificate)
                .toList();
        if (!surplus.isEmpty()) {
            SdkCalls.call(() -> clients.loadBalancing()
                    .removeListenerCertificates(each -> each.listenerArn(arn).certificates(surplus)));
        }
    }

    private static Action forward(String targetGroupArn) {
        return Action.builder()
                .type(ActionTypeEnum.FORWARD)
                .targetGroupArn(targetGroupArn)
                .build();
    }

    @Override
    public void deleteListener(String arn) {
        Calls.runUnlessGone(
                () -> SdkCalls.call(() -> clients.loadBalancing().deleteListener(request -> request.listenerArn(arn))));
    }
}
