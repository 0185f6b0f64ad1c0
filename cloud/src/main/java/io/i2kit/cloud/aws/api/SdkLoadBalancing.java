package io.i2kit.cloud.aws.api;

import io.i2kit.cloud.aws.AwsClients;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ActionTypeEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.CreateTargetGroupRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancer;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancerAttribute;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancerSchemeEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancerStateEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancerTypeEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Tag;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupAttribute;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetTypeEnum;

/** {@link LoadBalancingApi} over the wire. */
public record SdkLoadBalancing(AwsClients clients) implements LoadBalancingApi {
    private static final int TAGS_A_CALL = 20;

    /** Seconds between two checks: the least that network load balancers take, and two of them decide. */
    private static final int CHECK_INTERVAL = 5;

    private static final int CHECK_TIMEOUT = 4;
    private static final int CHECK_THRESHOLD = 2;

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
                balancer.dnsName(),
                balancer.scheme() == LoadBalancerSchemeEnum.INTERNAL,
                active,
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
    public Balancer createBalancer(String name, boolean internal, List<String> subnets, Map<String, String> tags) {
        LoadBalancer made = SdkCalls.call(() -> clients.loadBalancing()
                        .createLoadBalancer(request -> request.name(name)
                                .type(LoadBalancerTypeEnum.NETWORK)
                                .scheme(
                                        internal
                                                ? LoadBalancerSchemeEnum.INTERNAL
                                                : LoadBalancerSchemeEnum.INTERNET_FACING)
                                .subnets(subnets)
                                .tags(list(tags))))
                .loadBalancers()
                .getFirst();
        return balancer(made, tags);
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
                .healthCheckProtocol(spec.checkPath().isEmpty() ? "TCP" : "HTTP")
                .healthCheckPort(Integer.toString(spec.checkPort()))
                .healthCheckIntervalSeconds(CHECK_INTERVAL)
                .healthCheckTimeoutSeconds(CHECK_TIMEOUT)
                .healthyThresholdCount(CHECK_THRESHOLD)
                .unhealthyThresholdCount(CHECK_THRESHOLD)
                .tags(list(tags));
        if (!spec.checkPath().isEmpty()) {
            request.healthCheckPath(spec.checkPath());
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
    public void deleteTargetGroup(String arn) {
        Calls.runUnlessGone(() ->
                SdkCalls.call(() -> clients.loadBalancing().deleteTargetGroup(request -> request.targetGroupArn(arn))));
    }

    @Override
    public Listener createListener(String balancerArn, String protocol, int port, String targetGroupArn) {
        return listener(SdkCalls.call(() -> clients.loadBalancing()
                        .createListener(request -> request.loadBalancerArn(balancerArn)
                                .protocol(protocol)
                                .port(port)
                                .defaultActions(forward(targetGroupArn))))
                .listeners()
                .getFirst());
    }

    private static Action forward(String targetGroupArn) {
        return Action.builder()
                .type(ActionTypeEnum.FORWARD)
                .targetGroupArn(targetGroupArn)
                .build();
    }

    @Override
    public void changeListener(String arn, String targetGroupArn) {
        SdkCalls.call(() -> clients.loadBalancing()
                .modifyListener(request -> request.listenerArn(arn).defaultActions(forward(targetGroupArn))));
    }

    @Override
    public void deleteListener(String arn) {
        Calls.runUnlessGone(
                () -> SdkCalls.call(() -> clients.loadBalancing().deleteListener(request -> request.listenerArn(arn))));
    }
}
