package io.i2kit.cloud.local.daemon;

import io.i2kit.cloud.model.Instance;
import io.i2kit.cloud.model.InstanceMetadata.Lifecycle;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is persisted of a machine.
 *
 * @param forwards host port on 127.0.0.1 by guest port
 * @param lifecycle what its tags disk says
 */
record InstanceRecord(Identity identity, Life life, Lifecycle lifecycle, Map<Integer, Integer> forwards) {
    InstanceRecord {
        forwards = Map.copyOf(forwards);
    }

    /** What never changes. */
    record Identity(
            String id,
            String uuid,
            String launchTemplate,
            String address,
            String machineType,
            int memoryMebibytes,
            int agentPort,
            int readyPort,
            Instant launchedAt) {}

    /**
     * Where it is in its life.
     *
     * @param healthy the last health check's result
     * @param killAt when it is ended by force, once it is told to stop
     * @param endedAt when its process was gone
     */
    record Life(
            Instance.State state,
            boolean healthy,
            @Nullable Instant killAt,
            @Nullable Instant endedAt,
            String reason,
            String message) {
        static Life pending() {
            return new Life(Instance.State.PENDING, false, null, null, "", "");
        }

        Life running(boolean nowHealthy) {
            return new Life(Instance.State.RUNNING, nowHealthy, null, null, "", "");
        }

        Life shuttingDown(Instant at) {
            return new Life(Instance.State.SHUTTING_DOWN, false, at, null, "", "");
        }

        Life ended(Instant at, String why, String text) {
            return new Life(Instance.State.TERMINATED, false, null, at, why, text);
        }
    }

    String id() {
        return identity.id;
    }

    /** Whether its process may run. */
    boolean alive() {
        return life.state != Instance.State.TERMINATED;
    }

    /** Whether it counts as one of its group's desired machines. */
    boolean counts() {
        return life.state == Instance.State.PENDING || life.state == Instance.State.RUNNING;
    }

    InstanceRecord with(Life next) {
        return new InstanceRecord(identity, next, lifecycle, forwards);
    }

    InstanceRecord with(Lifecycle next) {
        return new InstanceRecord(identity, life, next, forwards);
    }

    InstanceRecord withForward(int guestPort, int hostPort) {
        Map<Integer, Integer> next = new TreeMap<>(forwards);
        next.put(guestPort, hostPort);
        return new InstanceRecord(identity, life, lifecycle, next);
    }

    Instance toInstance(String group, String zone) {
        Integer agent = forwards.get(identity.agentPort);
        return new Instance(
                id(),
                group,
                identity.launchTemplate,
                life.state,
                zone,
                identity.machineType,
                identity.address,
                agent == null ? null : "127.0.0.1:" + agent,
                life.healthy,
                identity.launchedAt,
                lifecycle.tags(),
                life.reason,
                life.message);
    }
}
