package io.i2kit.apiserver.controller.pod;

import io.i2kit.apiserver.controller.WorkQueue;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.cloud.deploy.Described;
import io.i2kit.cloud.model.GroupStatus;
import io.i2kit.cloud.provider.CloudException;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns the cloud's notices into keys. Names that come while the cloud is being asked are joined, so a burst of changes costs one
 * description of all groups that changed.
 */
final class CloudNotices implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CloudNotices.class);

    private final Described<GroupStatus> groups;
    private final Stacks stacks;
    private final Supplier<Set<ObjectKey>> building;
    private final WorkQueue queue;
    private final Thread thread;
    private final Object lock = new Object();
    private Set<String> changed = new HashSet<>();
    private boolean everything;

    /** @param building workloads whose image is being made: a name that is no group's may be theirs */
    CloudNotices(Described<GroupStatus> groups, Stacks stacks, Supplier<Set<ObjectKey>> building, WorkQueue queue) {
        this.building = building;
        this.groups = groups;
        this.stacks = stacks;
        this.queue = queue;
        this.thread = Thread.ofVirtual().name("cloud-notices").start(this::run);
    }

    /** @param names empty when anything may have changed */
    void changed(Set<String> names) {
        synchronized (lock) {
            everything |= names.isEmpty();
            changed.addAll(names);
            lock.notifyAll();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        try {
            while (true) {
                Set<String> names;
                boolean all;
                synchronized (lock) {
                    while (changed.isEmpty() && !everything) {
                        lock.wait();
                    }
                    names = changed;
                    all = everything;
                    changed = new HashSet<>();
                    everything = false;
                }
                handle(names, all);
            }
        } catch (InterruptedException e) {
            LOG.trace("no notices are handled any more");
        }
    }

    private void handle(Set<String> names, boolean all) {
        Set<String> known = new HashSet<>(stacks.groups());
        boolean images = !known.containsAll(names);
        if (!all) {
            known.retainAll(names);
        }
        known.forEach(groups::invalidate);
        try {
            groups.refresh(known);
        } catch (CloudException e) {
            // The workloads themselves ask again.
            LOG.debug("the cloud gave a notice but no description: {}", e.getMessage());
        }
        if (all) {
            stacks.owners().forEach(queue::add);
        }
        if (all || images) {
            building.get().forEach(queue::add);
        }
        for (String group : known) {
            ObjectKey owner = stacks.ownerOfGroup(group);
            if (owner != null) {
                queue.add(owner);
            }
        }
    }
}
