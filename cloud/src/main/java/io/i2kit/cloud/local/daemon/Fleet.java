package io.i2kit.cloud.local.daemon;

import io.i2kit.cloud.provider.CloudException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All groups and their machines: on disk, and in memory as on disk. Owner thread only. */
final class Fleet {
    private static final Logger log = LoggerFactory.getLogger(Fleet.class);

    private final JsonFiles<GroupRecord> files;
    private final ChangeLog changes;
    private final Map<String, GroupRecord> groups = new LinkedHashMap<>();
    private final Map<String, String> groupByInstance = new HashMap<>();
    /** Groups whose last observation the disk did not take. */
    private final Set<String> unsaved = new HashSet<>();

    private final List<Runnable> listeners = new ArrayList<>();

    Fleet(Path directory, ChangeLog changes) throws IOException {
        this.files = new JsonFiles<>(directory, GroupRecord.class);
        this.changes = changes;
        for (GroupRecord group : files.readAll()) {
            remember(group);
        }
    }

    /** Calls the listener after each change. */
    void onChange(Runnable listener) {
        listeners.add(listener);
    }

    Collection<GroupRecord> groups() {
        return List.copyOf(groups.values());
    }

    Stream<InstanceRecord> instances() {
        return groups.values().stream().flatMap(group -> group.instances().stream());
    }

    @Nullable
    GroupRecord group(String name) {
        return groups.get(name);
    }

    @Nullable
    GroupRecord groupOf(String instanceId) {
        String name = groupByInstance.get(instanceId);
        return name == null ? null : groups.get(name);
    }

    @Nullable
    InstanceRecord instance(String id) {
        GroupRecord group = groupOf(id);
        return group == null ? null : group.instance(id);
    }

    /** Makes a decision last; when the disk does not take it, nothing has changed. */
    void decide(GroupRecord next) {
        files.put(next.name(), next);
        unsaved.remove(next.name());
        remember(next);
        changed(next.name());
    }

    /** Notes what was seen. It is true also when the disk does not take it: that is tried again by {@link #saveRest}. */
    void observe(GroupRecord next) {
        remember(next);
        save(next);
        changed(next.name());
    }

    /** {@link #observe} for one machine that is still there. */
    void observe(InstanceRecord next) {
        GroupRecord group = groupOf(next.id());
        if (group != null) {
            observe(group.with(next));
        }
    }

    /** Tries again what the disk did not take. */
    void saveRest() {
        for (String name : List.copyOf(unsaved)) {
            GroupRecord group = groups.get(name);
            if (group == null) {
                unsaved.remove(name);
            } else {
                save(group);
            }
        }
    }

    void forget(String name) {
        files.remove(name);
        GroupRecord former = groups.remove(name);
        if (former != null) {
            former.instances().forEach(instance -> groupByInstance.remove(instance.id()));
        }
        changed(name);
    }

    /** Says that something about a group changed that no record tells. */
    void touch(String group) {
        changed(group);
    }

    private void save(GroupRecord group) {
        try {
            files.put(group.name(), group);
            unsaved.remove(group.name());
        } catch (CloudException e) {
            if (unsaved.add(group.name())) {
                log.warn("group {}: {}; trying again", group.name(), e.getMessage());
            }
        }
    }

    private void remember(GroupRecord next) {
        GroupRecord former = groups.put(next.name(), next);
        if (former != null) {
            former.instances().forEach(instance -> groupByInstance.remove(instance.id()));
        }
        next.instances().forEach(instance -> groupByInstance.put(instance.id(), next.name()));
    }

    private void changed(String name) {
        changes.changed(name);
        listeners.forEach(Runnable::run);
    }
}
