package io.i2kit.apiserver.controller.pod;

import io.i2kit.cloud.model.GuestStatus;
import io.i2kit.cloud.model.Instance;
import io.i2kit.translator.ContainerImage;
import io.i2kit.translator.status.MachineReport.Waiting;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * What this server knows of machines at the moment, from the cloud and from guests. Nothing of it is stored: after a restart it is
 * learnt again, and until then nothing is said about a Pod.
 */
final class Machines {
    private final ConcurrentMap<String, Known> instances = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, GuestStatus> guests = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Workload> workloads = new ConcurrentHashMap<>();
    private final Set<String> described = ConcurrentHashMap.newKeySet();

    /**
     * A machine.
     *
     * @param ownerUid of the workload whose group it belongs to
     */
    record Known(Instance instance, String ownerUid) {}

    /**
     * What is known of the Pods of one workload together.
     *
     * @param images as far as they are resolved
     * @param waiting why no container starts, by container name or under the empty name
     * @param unschedulable why machines cannot be had, or empty
     */
    record Workload(List<ContainerImage> images, Map<String, Waiting> waiting, String unschedulable) {
        Workload {
            images = List.copyOf(images);
            waiting = Map.copyOf(waiting);
        }
    }

    /** Replaces what is known of a group's machines. */
    void seen(String ownerUid, String group, List<Instance> current) {
        Set<String> ids = new HashSet<>();
        for (Instance instance : current) {
            ids.add(instance.id());
            instances.put(instance.id(), new Known(instance, ownerUid));
        }
        instances.values().stream()
                .map(Known::instance)
                .filter(instance -> instance.group().equals(group) && !ids.contains(instance.id()))
                .forEach(instance -> forget(instance.id()));
        described.add(group);
    }

    /** Whether the cloud was asked about a group since this server started. */
    boolean isDescribed(String group) {
        return described.contains(group);
    }

    void report(String ownerUid, Workload workload) {
        workloads.put(ownerUid, workload);
    }

    void forgetWorkload(String ownerUid) {
        workloads.remove(ownerUid);
    }

    @Nullable
    Known instance(String id) {
        return instances.get(id);
    }

    @Nullable
    GuestStatus guest(String instance) {
        return guests.get(instance);
    }

    @Nullable
    Workload workload(String ownerUid) {
        return workloads.get(ownerUid);
    }

    /** Returns whether it differs from what was known. */
    boolean guestSays(String instance, GuestStatus status) {
        return !status.equals(guests.put(instance, status));
    }

    private void forget(String instance) {
        instances.remove(instance);
        guests.remove(instance);
    }
}
