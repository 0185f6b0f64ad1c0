package io.i2kit.cloud.aws.api;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Amazon EC2 Auto Scaling. */
public interface AutoScalingApi {
    /** Those of these names, 100 a call; unknown ones are left out. */
    List<Group> groups(Collection<String> names);

    /** Those with this tag, 100 a call. */
    List<Group> groupsTagged(String key, String value);

    /** @throws AwsException {@code AlreadyExists}, {@code LimitExceeded}, {@code ValidationError} */
    void create(Spec spec);

    /** Changes desired count, template, types and protection of new machines. */
    void update(Spec spec);

    /** Wants no machine any more and protects none that comes all the same, also when the launch template is gone. */
    void empty(String group);

    /** Adds or replaces tags, not those of instances. */
    void tag(String group, Map<String, String> tags);

    /** @throws AwsException {@code ResourceInUse} while it has machines, unless forced */
    void delete(String group, boolean force);

    /** Processes that the group is not to run by itself. */
    void suspend(String group, Set<String> processes);

    /** Whether the group itself may choose these machines when it shrinks; 50 a call. */
    void protect(String group, Collection<String> ids, boolean protect);

    /** The members with these ids, 50 a call; others are left out. */
    List<Member> members(Collection<String> ids);

    /**
     * Takes a machine out of its target groups, waits for its connections, ends it.
     *
     * @param decrement whether the group does without it
     * @throws AwsException {@code ValidationError} when it is not there or ends already
     */
    void terminate(String id, boolean decrement);

    /** The last 100 launches and ends of a group, newest first. */
    List<Activity> activities(String group);

    /** Machines of the group join these target groups, present and future ones. */
    void attachTargetGroups(String group, Collection<String> arns);

    /** They leave them. */
    void detachTargetGroups(String group, Collection<String> arns);

    /**
     * What a group is to be.
     *
     * @param template name of the launch template, whose latest version counts
     * @param types instance types in the order of preference; the next is tried where one cannot be had
     * @param protectNew whether i2kit alone chooses which machines end
     */
    record Spec(
            String name,
            String template,
            List<String> types,
            boolean spot,
            int desired,
            boolean protectNew,
            List<String> subnets,
            Map<String, String> tags) {
        public Spec {
            types = List.copyOf(types);
            subnets = List.copyOf(subnets);
            tags = Map.copyOf(tags);
        }
    }

    /** A group as it is. */
    record Group(
            String name,
            String template,
            List<String> types,
            boolean spot,
            int desired,
            Set<String> suspended,
            List<Member> members,
            List<String> targetGroups,
            Map<String, String> tags) {
        public Group {
            types = List.copyOf(types);
            suspended = Set.copyOf(suspended);
            members = List.copyOf(members);
            targetGroups = List.copyOf(targetGroups);
            tags = Map.copyOf(tags);
        }
    }

    /**
     * A machine of a group.
     *
     * @param lifecycle {@code Pending}, {@code InService}, {@code Terminating}, {@code Terminating:Wait} …
     * @param healthy by the hypervisor's checks
     */
    record Member(
            String id,
            String group,
            String zone,
            String type,
            String lifecycle,
            boolean healthy,
            boolean protectedFromScaleIn) {}

    /** @param status {@code Successful}, {@code Failed}, {@code InProgress} … */
    record Activity(Instant at, String status, String message) {}
}
