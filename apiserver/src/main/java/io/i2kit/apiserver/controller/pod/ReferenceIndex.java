package io.i2kit.apiserver.controller.pod;

import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.translator.Workload;
import io.i2kit.translator.linuxkit.References;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which workloads read which ConfigMaps and Secrets, and which service accounts they have, so that their next machines start with what
 * these say then.
 */
final class ReferenceIndex {
    private final Map<ObjectKey, Set<ObjectKey>> readers = new HashMap<>();
    private final Map<ObjectKey, Set<ObjectKey>> read = new HashMap<>();

    /** Replaces what a workload reads. */
    synchronized void put(ObjectKey owner, Workload workload) {
        remove(owner);
        References.Names names = References.namesIn(workload.spec());
        Set<ObjectKey> objects = new HashSet<>();
        names.configMaps().forEach(name -> objects.add(new ObjectKey("configmaps", owner.namespace(), name)));
        names.secrets().forEach(name -> objects.add(new ObjectKey("secrets", owner.namespace(), name)));
        objects.add(WorkloadReader.serviceAccount(workload));
        read.put(owner, objects);
        objects.forEach(object ->
                readers.computeIfAbsent(object, key -> new HashSet<>()).add(owner));
    }

    synchronized void remove(ObjectKey owner) {
        Set<ObjectKey> objects = read.remove(owner);
        if (objects != null) {
            for (ObjectKey object : objects) {
                readers.computeIfPresent(object, (key, owners) -> {
                    owners.remove(owner);
                    return owners.isEmpty() ? null : owners;
                });
            }
        }
    }

    synchronized Set<ObjectKey> readersOf(ObjectKey object) {
        return Set.copyOf(readers.getOrDefault(object, Set.of()));
    }
}
