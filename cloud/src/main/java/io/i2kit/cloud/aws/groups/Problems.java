package io.i2kit.cloud.aws.groups;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.i2kit.cloud.aws.api.AutoScalingApi;
import io.i2kit.cloud.aws.api.AutoScalingApi.Activity;
import io.i2kit.cloud.aws.api.AutoScalingApi.Group;
import io.i2kit.cloud.model.GroupStatus.Problem;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/** Launches that did not succeed, from a group's scaling activities. Asked only of groups that lack machines. */
final class Problems {
    /** Auto Scaling itself tries again after about a minute; asking more often tells nothing new. */
    private static final Duration FRESH = Duration.ofSeconds(10);

    /** What is older says nothing of the present. */
    private static final Duration TOLD = Duration.ofMinutes(15);

    private static final int MAX_PROBLEMS = 10;
    private static final int MAX_GROUPS = 5_000;

    /** AWS has no machine of the type, or the account's quota is used up: both are cured by time or by asking AWS. */
    private static final Pattern CAPACITY = Pattern.compile(
            "InsufficientInstanceCapacity|sufficient .*capacity|LimitExceeded|vCPU capacity|quota|MaxSpot");

    private final AutoScalingApi autoScaling;
    private final Clock clock;
    private final Cache<String, List<Problem>> known = Caffeine.newBuilder()
            .maximumSize(MAX_GROUPS)
            .expireAfterWrite(FRESH)
            .build();

    Problems(AutoScalingApi autoScaling, Clock clock) {
        this.autoScaling = autoScaling;
        this.clock = clock;
    }

    List<Problem> of(Group group) {
        long alive = group.members().stream().filter(GroupView::isAlive).count();
        if (alive >= group.desired()) {
            return List.of();
        }
        return known.get(group.name(), this::ask);
    }

    private List<Problem> ask(String group) {
        Instant since = clock.instant().minus(TOLD);
        return autoScaling.activities(group).stream()
                .filter(activity ->
                        activity.status().equals("Failed") && activity.at().isAfter(since))
                .sorted(Comparator.comparing(Activity::at).reversed())
                .limit(MAX_PROBLEMS)
                .sorted(Comparator.comparing(Activity::at))
                .map(activity -> new Problem(
                        activity.at(),
                        CAPACITY.matcher(activity.message()).find() ? "InsufficientCapacity" : "LaunchFailed",
                        activity.message()))
                .toList();
    }
}
