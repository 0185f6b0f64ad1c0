package io.i2kit.cloud.aws.faults;

import io.i2kit.cloud.aws.AwsClients;
import io.i2kit.cloud.aws.AwsNames;
import io.i2kit.cloud.aws.AwsSamples;
import io.i2kit.cloud.aws.AwsTags;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;
import software.amazon.awssdk.services.ec2.model.LaunchTemplate;
import software.amazon.awssdk.services.ec2.model.SecurityGroup;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancer;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroup;
import software.amazon.awssdk.services.route53.Route53Client;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * What an account holds, with everything that matters of each thing and without what AWS chooses (ids, addresses), so that two
 * accounts with the same workload are equal. A line for each thing, with how many there are of it.
 */
final class AwsState implements AutoCloseable {
    /** Chosen by AWS; ranges of addresses are not. */
    private static final Pattern IDS =
            Pattern.compile("\\b(i|ami|lt|subnet|vpc|sg|eni|vol)-[0-9a-f]{8,}\\b|\\b\\d+\\.\\d+\\.\\d+\\.\\d+\\b(?!/)");

    /** A hash of settings that are compared themselves, over ids that are not. */
    private static final Pattern SETTINGS = Pattern.compile("(" + AwsTags.SETTINGS + "=)[0-9a-f]+");

    private final AwsClients clients;

    AwsState(URI endpoint) {
        this.clients = new AwsClients(AwsSamples.REGION, endpoint, List.of());
    }

    SortedMap<String, Integer> list() {
        SortedMap<String, Integer> all = new TreeMap<>();
        templates(all);
        groups(all);
        machines(all);
        firewalls(all);
        balancers(all);
        targetGroups(all);
        names(all);
        objects(all);
        return all;
    }

    private static void add(SortedMap<String, Integer> all, String thing) {
        String line = SETTINGS.matcher(thing).replaceAll("$1");
        all.merge(
                IDS.matcher(line).replaceAll(found -> found.group(1) == null ? "address" : found.group(1)),
                1,
                Integer::sum);
    }

    private static <T> String sorted(Collection<T> all, Function<T, String> text) {
        return all.stream().map(text).sorted().collect(Collectors.joining(",", "[", "]"));
    }

    /** Versions before the last one do not matter. */
    private void templates(SortedMap<String, Integer> all) {
        Ec2Client ec2 = clients.ec2();
        for (LaunchTemplate each : ec2.describeLaunchTemplates().launchTemplates()) {
            String data = ec2.describeLaunchTemplateVersions(request ->
                            request.launchTemplateId(each.launchTemplateId()).versions("$Latest"))
                    .launchTemplateVersions()
                    .getFirst()
                    .launchTemplateData()
                    .toString();
            String tags = sorted(each.tags(), tag -> tag.key() + "=" + tag.value());
            add(all, "launch-template " + each.launchTemplateName() + " " + tags + " " + data);
        }
    }

    private void groups(SortedMap<String, Integer> all) {
        for (AutoScalingGroup each :
                clients.autoScaling().describeAutoScalingGroups().autoScalingGroups()) {
            String text = each.autoScalingGroupName() + " " + each.minSize() + "-" + each.desiredCapacity() + "-"
                    + each.maxSize() + " protect=" + each.newInstancesProtectedFromScaleIn() + " template="
                    + (each.launchTemplate() == null
                            ? ""
                            : each.launchTemplate().launchTemplateName())
                    + (each.mixedInstancesPolicy() == null ? "" : each.mixedInstancesPolicy())
                    + " suspended=" + sorted(each.suspendedProcesses(), one -> one.processName())
                    + " targets=" + sorted(each.targetGroupARNs(), AwsState::nameInArn)
                    + " tags=" + sorted(each.tags(), tag -> tag.key() + "=" + tag.value())
                    + " instances=" + sorted(each.instances(), one -> one.lifecycleStateAsString());
            add(all, "group " + text);
        }
    }

    /** {@code arn:aws:elasticloadbalancing:region:account:targetgroup/name/id}. */
    private static String nameInArn(String arn) {
        return arn.split("/")[1];
    }

    private void machines(SortedMap<String, Integer> all) {
        clients.ec2().describeInstancesPaginator().reservations().stream()
                .flatMap(reservation -> reservation.instances().stream())
                .filter(instance -> instance.state().name() != InstanceStateName.TERMINATED)
                .forEach(each -> add(
                        all,
                        "instance " + each.instanceTypeAsString() + " "
                                + each.state().nameAsString() + " "
                                + sorted(each.tags(), tag -> tag.key() + "=" + tag.value())));
    }

    private void firewalls(SortedMap<String, Integer> all) {
        for (SecurityGroup each : clients.ec2().describeSecurityGroups().securityGroups()) {
            String rules = sorted(
                    each.ipPermissions(),
                    rule -> rule.ipProtocol()
                            + sorted(rule.ipRanges(), range -> range.cidrIp())
                            + sorted(rule.userIdGroupPairs(), pair -> pair.groupId()));
            add(
                    all,
                    "security-group " + each.groupName() + " " + rules + " "
                            + sorted(each.tags(), tag -> tag.key() + "=" + tag.value()));
        }
    }

    private String tags(String arn) {
        return sorted(
                clients.loadBalancing()
                        .describeTags(request -> request.resourceArns(arn))
                        .tagDescriptions()
                        .getFirst()
                        .tags(),
                tag -> tag.key() + "=" + tag.value());
    }

    private void balancers(SortedMap<String, Integer> all) {
        ElasticLoadBalancingV2Client api = clients.loadBalancing();
        for (LoadBalancer each : api.describeLoadBalancers().loadBalancers()) {
            String arn = each.loadBalancerArn();
            String attributes = sorted(
                    api.describeLoadBalancerAttributes(request -> request.loadBalancerArn(arn))
                            .attributes(),
                    one -> one.key() + "=" + one.value());
            add(
                    all,
                    "load-balancer " + each.loadBalancerName() + " " + each.schemeAsString() + " "
                            + each.securityGroups().size() + " groups " + attributes + " " + tags(arn));
            api.describeListeners(request -> request.loadBalancerArn(arn))
                    .listeners()
                    .forEach(listener -> add(
                            all,
                            "listener " + each.loadBalancerName() + " " + listener.protocolAsString() + " "
                                    + listener.port() + " "
                                    + sorted(
                                            listener.defaultActions(),
                                            action -> action.typeAsString() + " " + nameInArn(action.targetGroupArn()))
                                    + sorted(listener.certificates(), one -> nameInArn(one.certificateArn()))));
        }
    }

    private void targetGroups(SortedMap<String, Integer> all) {
        ElasticLoadBalancingV2Client api = clients.loadBalancing();
        for (TargetGroup each : api.describeTargetGroups().targetGroups()) {
            String arn = each.targetGroupArn();
            String attributes = sorted(
                    api.describeTargetGroupAttributes(request -> request.targetGroupArn(arn))
                            .attributes(),
                    one -> one.key() + "=" + one.value());
            int targets = api.describeTargetHealth(request -> request.targetGroupArn(arn))
                    .targetHealthDescriptions()
                    .size();
            add(
                    all,
                    "target-group " + each.targetGroupName() + " " + each.protocolAsString() + " " + each.port() + " "
                            + each.healthCheckProtocolAsString() + " " + each.healthCheckPort() + " "
                            + each.healthCheckPath() + " " + each.healthCheckIntervalSeconds() + " "
                            + each.loadBalancerArns().size() + " balancers " + targets + " targets " + attributes + " "
                            + tags(arn));
        }
    }

    private void names(SortedMap<String, Integer> all) {
        Route53Client api = clients.route53();
        api.listHostedZones()
                .hostedZones()
                .forEach(zone -> api.listResourceRecordSetsPaginator(request -> request.hostedZoneId(zone.id()))
                        .resourceRecordSets()
                        .forEach(set -> add(
                                all,
                                "record " + set.name() + " " + set.typeAsString() + " " + set.ttl() + " "
                                        + sorted(set.resourceRecords(), one -> one.value())
                                        + (set.aliasTarget() == null ? "" : " alias"))));
    }

    private void objects(SortedMap<String, Integer> all) {
        S3Client s3 = clients.s3();
        s3.listBuckets()
                .buckets()
                .forEach(bucket -> s3.listObjectsV2Paginator(request -> request.bucket(bucket.name()))
                        .contents()
                        .forEach(object -> add(
                                all,
                                "object " + object.key() + " "
                                        + AwsNames.hash(
                                                s3.getObjectAsBytes(request -> request.bucket(bucket.name())
                                                                .key(object.key()))
                                                        .asUtf8String(),
                                                16))));
    }

    @Override
    public void close() {
        clients.close();
    }
}
