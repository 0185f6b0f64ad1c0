package io.i2kit.apiserver.controller.pod;

import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.cloud.deploy.StackRecord;
import io.i2kit.cloud.deploy.StackRecords;
import io.i2kit.cloud.model.StackId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** The stack records of machines, found also by owner and by group. Other kinds of stacks (Services) pass through unindexed. */
final class Stacks implements StackRecords {
    private final StackRecords stored;
    private final ConcurrentMap<StackId, StackRecord> all = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, StackId> byGroup = new ConcurrentHashMap<>();
    private final ConcurrentMap<ObjectKey, Set<StackId>> byOwner = new ConcurrentHashMap<>();

    Stacks(StackRecords stored) {
        this.stored = stored;
        stored.list().forEach(this::index);
    }

    /** The object that a stack belongs to; null for kinds that have no machines. */
    static @Nullable ObjectKey ownerOf(StackId id) {
        return switch (id.kind()) {
            case "ReplicaSet" -> new ObjectKey(PodView.REPLICA_SETS, id.namespace(), id.name());
            case "Pod" -> new ObjectKey(PodView.PODS, id.namespace(), id.name());
            default -> null;
        };
    }

    /** All stacks of machines whose owner has, or had, this key. */
    List<StackRecord> ofOwner(ObjectKey owner) {
        List<StackRecord> found = new ArrayList<>();
        for (StackId id : byOwner.getOrDefault(owner, Set.of())) {
            StackRecord record = all.get(id);
            if (record != null) {
                found.add(record);
            }
        }
        return found;
    }

    /** Owners of all stacks of machines. */
    Collection<ObjectKey> owners() {
        return List.copyOf(byOwner.keySet());
    }

    /** The owner of a group, or null when it is not known. */
    @Nullable
    ObjectKey ownerOfGroup(String group) {
        StackId id = byGroup.get(group);
        return id == null ? null : ownerOf(id);
    }

    /** Names of all groups. */
    Collection<String> groups() {
        return List.copyOf(byGroup.keySet());
    }

    @Override
    public @Nullable StackRecord get(StackId id) {
        return all.get(id);
    }

    @Override
    public void put(StackRecord record) {
        stored.put(record);
        index(record);
    }

    @Override
    public void remove(StackId id) {
        stored.remove(id);
        StackRecord record = all.remove(id);
        if (record != null) {
            record.names(StackRecord.Kind.INSTANCE_GROUP).forEach(byGroup::remove);
        }
        ObjectKey owner = ownerOf(id);
        if (owner != null) {
            byOwner.computeIfPresent(owner, (key, ids) -> {
                ids.remove(id);
                return ids.isEmpty() ? null : ids;
            });
        }
    }

    @Override
    public List<StackRecord> list() {
        return List.copyOf(all.values());
    }

    private void index(StackRecord record) {
        all.put(record.id(), record);
        record.names(StackRecord.Kind.INSTANCE_GROUP).forEach(group -> byGroup.put(group, record.id()));
        ObjectKey owner = ownerOf(record.id());
        if (owner != null) {
            byOwner.compute(owner, (key, ids) -> {
                Set<StackId> known = ids == null ? ConcurrentHashMap.newKeySet() : ids;
                known.add(record.id());
                return known;
            });
        }
    }
}
