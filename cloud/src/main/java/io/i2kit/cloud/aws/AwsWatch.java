package io.i2kit.cloud.aws;

import io.i2kit.cloud.aws.api.AutoScalingApi.Group;
import io.i2kit.cloud.aws.api.Calls;
import io.i2kit.cloud.aws.balancing.Attachments;
import io.i2kit.cloud.aws.balancing.AwsBalancers;
import io.i2kit.cloud.aws.dns.AwsDns;
import io.i2kit.cloud.aws.groups.AwsGroups;
import io.i2kit.cloud.model.GroupStatus;
import io.i2kit.cloud.model.Instance;
import io.i2kit.cloud.provider.CloudException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the groups of the cluster again and again, as AWS tells nobody of changes by itself: a look costs one call for 100 groups,
 * often while something changes and seldom else. Each look also attaches groups to target groups, removes groups that have ended,
 * and writes names that follow machines.
 */
final class AwsWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AwsWatch.class);

    private final AwsGroups groups;
    private final AwsBalancers balancers;
    private final Attachments attachments;
    private final AwsDns dns;
    private final AwsOptions.Timings timings;
    private final List<Consumer<Set<String>>> listeners = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile Map<String, GroupStatus> last = Map.of();
    private boolean namesAreOld;
    private volatile boolean closed;

    AwsWatch(
            AwsGroups groups, AwsBalancers balancers, Attachments attachments, AwsDns dns, AwsOptions.Timings timings) {
        this.groups = groups;
        this.balancers = balancers;
        this.attachments = attachments;
        this.dns = dns;
        this.timings = timings;
        this.thread = Thread.ofVirtual().name("aws-watch").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Each listener is told at once that anything may have changed. */
    void add(Consumer<Set<String>> listener) {
        listeners.add(listener);
        listener.accept(Set.of());
    }

    void tell(Set<String> names) {
        listeners.forEach(listener -> listener.accept(names));
    }

    /** As of the last look. */
    Optional<GroupStatus> status(String group) {
        return Optional.ofNullable(last.get(group));
    }

    private void run() {
        boolean busy = true;
        try {
            while (!closed) {
                Thread.sleep(busy ? timings.busyPoll() : timings.idlePoll());
                busy = look();
            }
        } catch (InterruptedException e) {
            LOG.trace("nobody looks at the groups any more");
        }
    }

    /** Returns whether something is on its way. */
    synchronized boolean look() {
        try {
            return Calls.get(this::lookAtAll);
        } catch (CloudException e) {
            if (!closed) {
                LOG.warn("AWS was not looked at: {}", e.getMessage());
            }
            return true;
        } catch (RuntimeException e) {
            LOG.error("AWS was not looked at", e);
            return true;
        }
    }

    private boolean lookAtAll() {
        List<Group> looked = groups.look();
        attachments.ensure(looked);
        groups.sweep(looked);
        Map<String, GroupStatus> now = new HashMap<>();
        groups.statuses(looked).forEach(status -> now.put(status.name(), status));
        Set<String> changed = changes(last, now);
        changed.addAll(balancers.nowActive());
        boolean moved = !now.equals(last);
        last = now;
        // Told first: what changed is told once, while names are written until it has succeeded.
        if (!changed.isEmpty()) {
            tell(changed);
        }
        namesAreOld |= moved;
        if (namesAreOld) {
            dns.refresh();
            namesAreOld = false;
        }
        return moved || now.values().stream().anyMatch(AwsWatch::isMoving);
    }

    private static Set<String> changes(Map<String, GroupStatus> before, Map<String, GroupStatus> now) {
        Set<String> changed = new HashSet<>();
        now.forEach((name, status) -> {
            if (!status.equals(before.get(name))) {
                changed.add(name);
            }
        });
        before.keySet().stream().filter(name -> !now.containsKey(name)).forEach(changed::add);
        return changed;
    }

    private static boolean isMoving(GroupStatus status) {
        long running = status.instances().stream()
                .filter(instance -> instance.state() == Instance.State.RUNNING)
                .count();
        return running != status.desired()
                || status.instances().stream().anyMatch(instance -> instance.state() == Instance.State.SHUTTING_DOWN);
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
