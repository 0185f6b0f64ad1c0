package io.i2kit.cloud.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a guest answers on {@code GET /status} (mutual TLS). It carries an ETag; with {@code If-None-Match} and
 * {@code ?timeoutSeconds=N} the answer waits for a change and is 304 after that time.
 *
 * @param podName empty until the guest knows it
 * @param phase {@code Pending}, {@code Running}, {@code Succeeded} or {@code Failed}, as the kubelet computes it
 * @param ready whether {@code /ready} answers 200
 * @param startedAt RFC 3339
 * @param bootMillis from the kernel's start to the first container's start
 * @param memoryUsedBytes MemTotal minus MemAvailable in the machine
 */
public record GuestStatus(
        String instanceId,
        String namespace,
        String podName,
        String podUid,
        String podAddress,
        String phase,
        boolean ready,
        String startedAt,
        long bootMillis,
        long memoryUsedBytes,
        long memoryTotalBytes,
        String problem,
        List<Container> initContainers,
        List<Container> containers) {

    /**
     * @param state exactly one part of it is given
     * @param lastState the former run's end, or an empty state
     */
    public record Container(
            String name, boolean ready, boolean started, int restartCount, State state, State lastState) {}

    /** The shape of {@code v1.ContainerState}. */
    public record State(
            @Nullable Waiting waiting,
            @Nullable Running running,
            @Nullable Terminated terminated) {}

    /** For example {@code CrashLoopBackOff}, {@code PodInitializing}, {@code ContainerCreating}. */
    public record Waiting(String reason, String message) {}

    /** @param startedAt RFC 3339 */
    public record Running(String startedAt) {}

    /** @param reason {@code Completed}, {@code Error}, {@code OOMKilled}, {@code ContainerCannotRun} */
    public record Terminated(
            int exitCode, int signal, String reason, String message, String startedAt, String finishedAt) {}
}
