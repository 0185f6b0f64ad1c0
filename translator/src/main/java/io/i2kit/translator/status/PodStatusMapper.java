package io.i2kit.translator.status;

import io.fabric8.kubernetes.api.model.HostIP;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.i2kit.cloud.model.GuestStatus;
import io.i2kit.cloud.model.Instance;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A Pod's status from what is known of its machine. */
public final class PodStatusMapper {
    private static final Set<String> TERMINAL = Set.of("Succeeded", "Failed");

    private PodStatusMapper() {}

    /**
     * The status that the Pod should have; equal to the stored one when nothing changed. The given Pod is not changed.
     *
     * @param now for conditions that change and for the start
     */
    public static PodStatus map(Pod pod, MachineReport report, Instant now) {
        PodStatus before = pod.getStatus() == null ? new PodStatus() : pod.getStatus();
        PodStatus status = kept(before);
        String time = Timestamps.format(now);
        status.setQosClass(before.getQosClass() == null ? QosClass.of(pod.getSpec()) : before.getQosClass());
        status.setPhase(phase(before, report));
        if (report.instance() != null || report.unschedulable().isEmpty()) {
            containers(pod, before, report, status);
        }
        if (report.instance() != null) {
            status.setObservedGeneration(pod.getMetadata().getGeneration());
            status.setStartTime(before.getStartTime() == null ? time : before.getStartTime());
            addresses(report.instance(), report.guest(), status);
            if (report.isEnded()) {
                ended(pod, report.instance(), status, time);
            }
        }
        boolean sandbox = report.guest() == null
                ? hasTrue(before, "PodReadyToStartContainers") && !report.isEnded()
                : !report.isEnded();
        status.setConditions(new Conditions(pod, before.getConditions(), status, time).of(sandbox, report));
        return status;
    }

    /** Whether the size of the machine is settled: it is there, or the template of the Pod's controller has it. */
    private static boolean sized(Pod pod, MachineReport report) {
        return report.instance() != null
                || pod.getMetadata().getOwnerReferences().stream()
                        .anyMatch(owner -> Boolean.TRUE.equals(owner.getController()));
    }

    /** What others write and this mapper does not decide. */
    private static PodStatus kept(PodStatus before) {
        PodStatus status = new PodStatus();
        status.setMessage(before.getMessage());
        status.setReason(before.getReason());
        status.setNominatedNodeName(before.getNominatedNodeName());
        status.setObservedGeneration(before.getObservedGeneration());
        status.setStartTime(before.getStartTime());
        status.setHostIP(before.getHostIP());
        status.setHostIPs(before.getHostIPs());
        status.setPodIP(before.getPodIP());
        status.setPodIPs(before.getPodIPs());
        status.setResources(before.getResources());
        status.setEphemeralContainerStatuses(before.getEphemeralContainerStatuses());
        return status;
    }

    /** A phase that is final stays; the guest knows the others; before it speaks, what was, or Pending. */
    private static String phase(PodStatus before, MachineReport report) {
        if (before.getPhase() != null && TERMINAL.contains(before.getPhase())) {
            return before.getPhase();
        }
        if (report.guest() != null && !report.guest().phase().isEmpty()) {
            return report.guest().phase();
        }
        return before.getPhase() == null || report.instance() == null ? "Pending" : before.getPhase();
    }

    private static void containers(Pod pod, PodStatus before, MachineReport report, PodStatus status) {
        PodSpec spec = pod.getSpec();
        boolean sized = sized(pod, report);
        if (spec.getResources() != null) {
            boolean known = sized && before.getResources() != null;
            status.setResources(known ? before.getResources() : spec.getResources());
        }
        ContainerStatuses statuses =
                new ContainerStatuses(report, !spec.getInitContainers().isEmpty(), sized);
        GuestStatus guest = report.guest();
        status.setInitContainerStatuses(statuses.of(
                spec.getInitContainers(),
                guest == null ? null : guest.initContainers(),
                before.getInitContainerStatuses()));
        if (report.instance() != null && !report.isEnded()) {
            status.setEphemeralContainerStatuses(ContainerStatuses.ephemeral(spec.getEphemeralContainers()));
        }
        status.setContainerStatuses(statuses.of(
                spec.getContainers(), guest == null ? null : guest.containers(), before.getContainerStatuses()));
    }

    private static void addresses(Instance instance, @Nullable GuestStatus guest, PodStatus status) {
        String address = guest != null && !guest.podAddress().isEmpty() ? guest.podAddress() : instance.address();
        if (address != null) {
            String plain = address.replaceFirst("/.*", "");
            status.setPodIP(plain);
            status.setPodIPs(List.of(new PodIP(plain)));
        }
        String agent = instance.agent();
        if (agent != null && agent.contains(":")) {
            String host = agent.substring(0, agent.lastIndexOf(':'));
            status.setHostIP(host);
            status.setHostIPs(List.of(new HostIP(host)));
        }
    }

    /**
     * The machine is gone. A Pod that was to be deleted, or whose containers had finished, keeps what it reported; any other has
     * failed, as one whose node was lost.
     */
    private static void ended(Pod pod, Instance instance, PodStatus status, String now) {
        status.setInitContainerStatuses(ContainerStatuses.ended(status.getInitContainerStatuses(), now));
        status.setContainerStatuses(ContainerStatuses.ended(status.getContainerStatuses(), now));
        if (TERMINAL.contains(status.getPhase())) {
            return;
        }
        status.setPhase("Failed");
        if (status.getReason() == null && pod.getMetadata().getDeletionTimestamp() == null) {
            status.setReason("NodeLost");
            status.setMessage("The machine " + instance.id() + " that ran this Pod ended"
                    + (instance.message().isEmpty() ? "" : ": " + instance.message()));
        }
    }

    private static boolean hasTrue(PodStatus status, String condition) {
        return status.getConditions().stream()
                .anyMatch(each -> condition.equals(each.getType()) && "True".equals(each.getStatus()));
    }
}
