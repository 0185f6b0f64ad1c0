package io.i2kit.cloud.aws.api;

import io.i2kit.cloud.aws.AwsClients;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingInstanceDetails;
import software.amazon.awssdk.services.autoscaling.model.DescribeAutoScalingGroupsRequest;
import software.amazon.awssdk.services.autoscaling.model.Filter;
import software.amazon.awssdk.services.autoscaling.model.InstancesDistribution;
import software.amazon.awssdk.services.autoscaling.model.LaunchTemplateOverrides;
import software.amazon.awssdk.services.autoscaling.model.MixedInstancesPolicy;
import software.amazon.awssdk.services.autoscaling.model.SuspendedProcess;
import software.amazon.awssdk.services.autoscaling.model.Tag;
import software.amazon.awssdk.services.autoscaling.model.TagDescription;

/** {@link AutoScalingApi} over the wire. */
public record SdkAutoScaling(AwsClients clients) implements AutoScalingApi {
    /** What the service takes in one call. */
    private static final int GROUPS_A_CALL = 100;

    private static final int INSTANCES_A_CALL = 50;
    private static final int TARGET_GROUPS_A_CALL = 10;

    /** Far above what one ReplicaSet asks for: i2kit sets the count itself. */
    private static final int MAX_SIZE = 10_000;

    private static final String RESOURCE_TYPE = "auto-scaling-group";

    @Override
    public List<Group> groups(Collection<String> names) {
        List<Group> found = new ArrayList<>();
        forEachPart(
                names,
                GROUPS_A_CALL,
                part -> found.addAll(describe(DescribeAutoScalingGroupsRequest.builder()
                        .autoScalingGroupNames(part)
                        .maxRecords(GROUPS_A_CALL)
                        .build())));
        return found;
    }

    @Override
    public List<Group> groupsTagged(String key, String value) {
        return describe(DescribeAutoScalingGroupsRequest.builder()
                .filters(Filter.builder().name("tag:" + key).values(value).build())
                .maxRecords(GROUPS_A_CALL)
                .build());
    }

    private List<Group> describe(DescribeAutoScalingGroupsRequest request) {
        return SdkCalls.call(() -> clients.autoScaling().describeAutoScalingGroupsPaginator(request).stream()
                .flatMap(page -> page.autoScalingGroups().stream())
                // A group that is being deleted has a status and takes no call any more, but its machines may still
                // run.
                .map(SdkAutoScaling::group)
                .toList());
    }

    private static Group group(AutoScalingGroup group) {
        MixedInstancesPolicy policy = group.mixedInstancesPolicy();
        boolean mixed = policy != null && policy.launchTemplate() != null;
        Integer onDemand = policy == null || policy.instancesDistribution() == null
                ? null
                : policy.instancesDistribution().onDemandPercentageAboveBaseCapacity();
        List<Member> members = group.instances().stream()
                .map(each -> new Member(
                        each.instanceId(),
                        group.autoScalingGroupName(),
                        text(each.availabilityZone()),
                        text(each.instanceType()),
                        each.lifecycleStateAsString(),
                        "Healthy".equalsIgnoreCase(each.healthStatus()),
                        Boolean.TRUE.equals(each.protectedFromScaleIn())))
                .toList();
        return new Group(
                group.autoScalingGroupName(),
                mixed
                        ? text(policy.launchTemplate()
                                .launchTemplateSpecification()
                                .launchTemplateName())
                        : group.launchTemplate() == null
                                ? ""
                                : text(group.launchTemplate().launchTemplateName()),
                mixed
                        ? policy.launchTemplate().overrides().stream()
                                .map(LaunchTemplateOverrides::instanceType)
                                .toList()
                        : List.of(),
                onDemand != null && onDemand == 0,
                group.desiredCapacity(),
                group.suspendedProcesses().stream()
                        .map(SuspendedProcess::processName)
                        .collect(Collectors.toSet()),
                members,
                group.targetGroupARNs(),
                group.tags().stream().collect(Collectors.toMap(TagDescription::key, each -> text(each.value()))));
    }

    private static String text(String value) {
        return value == null ? "" : value;
    }

    @Override
    public void create(Spec spec) {
        SdkCalls.call(() -> clients.autoScaling()
                .createAutoScalingGroup(request -> request.autoScalingGroupName(spec.name())
                        .mixedInstancesPolicy(policy(spec))
                        .minSize(0)
                        .maxSize(MAX_SIZE)
                        .desiredCapacity(spec.desired())
                        .newInstancesProtectedFromScaleIn(spec.protectNew())
                        .vpcZoneIdentifier(String.join(",", spec.subnets()))
                        .healthCheckType("EC2")
                        .tags(tags(spec.name(), spec.tags()))));
    }

    @Override
    public void update(Spec spec) {
        SdkCalls.call(() -> clients.autoScaling()
                .updateAutoScalingGroup(request -> request.autoScalingGroupName(spec.name())
                        .mixedInstancesPolicy(policy(spec))
                        .desiredCapacity(spec.desired())
                        .newInstancesProtectedFromScaleIn(spec.protectNew())
                        .vpcZoneIdentifier(String.join(",", spec.subnets()))));
    }

    @Override
    public void empty(String group) {
        SdkCalls.call(() -> clients.autoScaling()
                .updateAutoScalingGroup(request -> request.autoScalingGroupName(group)
                        .desiredCapacity(0)
                        .newInstancesProtectedFromScaleIn(false)));
    }

    private static MixedInstancesPolicy policy(Spec spec) {
        // Lowest price of those that are least likely to be taken away; on demand in the order given.
        InstancesDistribution distribution = InstancesDistribution.builder()
                .onDemandAllocationStrategy("prioritized")
                .onDemandBaseCapacity(0)
                .onDemandPercentageAboveBaseCapacity(spec.spot() ? 0 : 100)
                .spotAllocationStrategy("price-capacity-optimized")
                .build();
        return MixedInstancesPolicy.builder()
                .instancesDistribution(distribution)
                .launchTemplate(template -> template.launchTemplateSpecification(specification -> specification
                                .launchTemplateName(spec.template())
                                .version("$Latest"))
                        .overrides(spec.types().stream()
                                .map(type -> LaunchTemplateOverrides.builder()
                                        .instanceType(type)
                                        .build())
                                .toList()))
                .build();
    }

    private static List<Tag> tags(String group, Map<String, String> tags) {
        // The launch template tags instances; what the group would hand down has keys that instances may not have.
        return tags.entrySet().stream()
                .map(tag -> Tag.builder()
                        .resourceId(group)
                        .resourceType(RESOURCE_TYPE)
                        .key(tag.getKey())
                        .value(tag.getValue())
                        .propagateAtLaunch(false)
                        .build())
                .toList();
    }

    @Override
    public void tag(String group, Map<String, String> tags) {
        SdkCalls.call(() -> clients.autoScaling().createOrUpdateTags(request -> request.tags(tags(group, tags))));
    }

    @Override
    public void delete(String group, boolean force) {
        SdkCalls.call(() -> clients.autoScaling()
                .deleteAutoScalingGroup(
                        request -> request.autoScalingGroupName(group).forceDelete(force)));
    }

    @Override
    public void suspend(String group, Set<String> processes) {
        SdkCalls.call(() -> clients.autoScaling()
                .suspendProcesses(request -> request.autoScalingGroupName(group).scalingProcesses(processes)));
    }

    @Override
    public void protect(String group, Collection<String> ids, boolean protect) {
        forEachPart(
                ids,
                INSTANCES_A_CALL,
                part -> SdkCalls.call(() -> clients.autoScaling()
                        .setInstanceProtection(request -> request.autoScalingGroupName(group)
                                .instanceIds(part)
                                .protectedFromScaleIn(protect))));
    }

    @Override
    public List<Member> members(Collection<String> ids) {
        List<Member> found = new ArrayList<>();
        forEachPart(
                ids,
                INSTANCES_A_CALL,
                part -> SdkCalls.call(() -> clients.autoScaling()
                                .describeAutoScalingInstances(request -> request.instanceIds(part)))
                        .autoScalingInstances()
                        .forEach(each -> found.add(member(each))));
        return found;
    }

    private static Member member(AutoScalingInstanceDetails details) {
        return new Member(
                details.instanceId(),
                details.autoScalingGroupName(),
                text(details.availabilityZone()),
                text(details.instanceType()),
                details.lifecycleState(),
                "Healthy".equalsIgnoreCase(details.healthStatus()),
                Boolean.TRUE.equals(details.protectedFromScaleIn()));
    }

    @Override
    public void terminate(String id, boolean decrement) {
        SdkCalls.call(() -> clients.autoScaling()
                .terminateInstanceInAutoScalingGroup(
                        request -> request.instanceId(id).shouldDecrementDesiredCapacity(decrement)));
    }

    @Override
    public List<Activity> activities(String group) {
        return SdkCalls.call(() ->
                        clients.autoScaling().describeScalingActivities(request -> request.autoScalingGroupName(group)))
                .activities()
                .stream()
                .map(each -> new Activity(each.startTime(), each.statusCodeAsString(), text(each.statusMessage())))
                .toList();
    }

    @Override
    public void attachTargetGroups(String group, Collection<String> arns) {
        forEachPart(
                arns,
                TARGET_GROUPS_A_CALL,
                part -> SdkCalls.call(() -> clients.autoScaling()
                        .attachLoadBalancerTargetGroups(
                                request -> request.autoScalingGroupName(group).targetGroupARNs(part))));
    }

    @Override
    public void detachTargetGroups(String group, Collection<String> arns) {
        forEachPart(
                arns,
                TARGET_GROUPS_A_CALL,
                part -> SdkCalls.call(() -> clients.autoScaling()
                        .detachLoadBalancerTargetGroups(
                                request -> request.autoScalingGroupName(group).targetGroupARNs(part))));
    }

    static <T> void forEachPart(Collection<T> all, int size, Consumer<List<T>> call) {
        List<T> list = List.copyOf(all);
        for (int from = 0; from < list.size(); from += size) {
            call.accept(list.subList(from, Math.min(list.size(), from + size)));
        }
    }
}
