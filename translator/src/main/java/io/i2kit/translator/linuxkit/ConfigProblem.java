package io.i2kit.translator.linuxkit;

/**
 * Why a machine cannot be started although its image can: what a Pod refers to is missing, or contradicts itself. The texts are
 * the kubelet's.
 *
 * @param container whose status waits; empty for all of the Pod's
 * @param waitingReason {@code CreateContainerConfigError}, or {@code ContainerCreating} for a volume
 * @param eventReason {@code Failed} or {@code FailedMount}
 * @param message of the waiting state
 * @param eventMessage of the Event
 */
public record ConfigProblem(
        String container, String waitingReason, String eventReason, String message, String eventMessage) {
    /** As the kubelet reports a container whose variables cannot be made ({@code kuberuntime_container.go}). */
    static ConfigProblem ofContainer(String container, String message) {
        return new ConfigProblem(container, "CreateContainerConfigError", "Failed", message, "Error: " + message);
    }

    /** As the kubelet reports a volume that cannot be set up ({@code operation_generator.go}). */
    static ConfigProblem ofVolume(String volume, String message) {
        return new ConfigProblem(
                "",
                "ContainerCreating",
                "FailedMount",
                "",
                "MountVolume.SetUp failed for volume \"" + volume + "\" : " + message);
    }
}
