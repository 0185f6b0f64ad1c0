package io.i2kit.apiserver.controller.pod;

import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.registry.ObjectClient.DeleteOptions;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.cloud.deploy.Described;
import io.i2kit.cloud.model.GroupStatus;
import io.i2kit.cloud.model.Instance;
import io.i2kit.cloud.provider.GroupProvider;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Ends machines, and then their Pods. Desired counts are absolute and put before, so nothing here lowers them: a machine that ends
 * is replaced exactly where the count says so, however often a call is repeated.
 */
final class MachineEnder {
    private static final Logger LOG = LoggerFactory.getLogger(MachineEnder.class);
    private static final int HTTP_CONFLICT = 409;

    private final ObjectClient client;
    private final GroupProvider cloud;
    private final Described<GroupStatus> groups;
    private final PodEvents events;
    /** The grace that each machine was told last, in seconds. */
    private final ConcurrentMap<String, Long> told = new ConcurrentHashMap<>();

    MachineEnder(ObjectClient client, GroupProvider cloud, Described<GroupStatus> groups, PodEvents events) {
        this.client = client;
        this.cloud = cloud;
        this.groups = groups;
        this.events = events;
    }

    /** Pods that are being deleted: their machine is told to stop; when it has, the Pod goes. */
    void endDeleted(GroupPass pass) {
        for (PodView pod : pass.bound()) {
            if (!pod.deleting()) {
                continue;
            }
            Instance instance = pass.instances().get(pod.instance());
            if (instance == null || instance.state() == Instance.State.TERMINATED) {
                remove(pod);
            } else {
                stop(pass, pod);
            }
        }
    }

    /** Removes a Pod whose deletion has begun and that no machine runs any more. */
    void remove(PodView pod) {
        told.remove(pod.instance());
        try {
            client.delete(pod.key(), new DeleteOptions(0L, "", pod.uid(), ""), List.of());
        } catch (ApiException e) {
            // Another Pod has the name by now: this one is gone.
            if (e.code() != HTTP_CONFLICT) {
                throw e;
            }
        }
    }

    private void stop(GroupPass pass, PodView pod) {
        Long before = told.get(pod.instance());
        if (before != null && before <= pod.graceSeconds()) {
            return;
        }
        if (before == null) {
            events.killing(pod.key());
        }
        terminate(pass, List.of(pod.instance()), Duration.ofSeconds(pod.graceSeconds()));
        told.put(pod.instance(), pod.graceSeconds());
    }

    /** Machines whose Pod was removed by force: nobody waits for their end. */
    void endOrphans(GroupPass pass) {
        List<String> orphans = pass.instances().values().stream()
                .filter(GroupPass::isAlive)
                .filter(instance -> isOrphan(pass, instance))
                .map(Instance::id)
                .toList();
        if (!orphans.isEmpty()) {
            LOG.info("group {}: machines {} have lost their Pods", pass.group(), orphans);
            terminate(pass, orphans, Duration.ZERO);
        }
    }

    /** Machines that nobody waits for, beyond the desired count; those that boot first. */
    void endSurplus(GroupPass pass, Collection<Instance> free) {
        long alive =
                pass.instances().values().stream().filter(GroupPass::isAlive).count();
        List<String> surplus = free.stream()
                .sorted((one, other) -> one.state() == other.state()
                        ? other.launchedAt().compareTo(one.launchedAt())
                        : one.state().compareTo(other.state()))
                .limit(Math.max(0, alive - pass.desired()))
                .map(Instance::id)
                .toList();
        if (!surplus.isEmpty()) {
            LOG.info("group {}: machines {} are not needed any more", pass.group(), surplus);
            terminate(pass, surplus, Duration.ZERO);
        }
    }

    private void terminate(GroupPass pass, List<String> instances, Duration grace) {
        cloud.terminate(instances, false, grace);
        groups.invalidate(pass.group());
    }

    private boolean isOrphan(GroupPass pass, Instance instance) {
        String uid = instance.tags().get(Instance.POD_UID_TAG);
        String name = instance.tags().get(Instance.POD_TAG);
        if (uid == null
                || name == null
                || pass.bound().stream().anyMatch(pod -> pod.uid().equals(uid))) {
            return false;
        }
        String[] parts = name.split("/", 2);
        // The informer may be behind: only the store knows that a Pod is not there.
        ObjectNode pod = parts.length < 2 ? null : client.get(new ObjectKey(PodView.PODS, parts[0], parts[1]));
        return pod == null || !FieldPaths.text(pod, "metadata.uid").equals(uid);
    }
}
