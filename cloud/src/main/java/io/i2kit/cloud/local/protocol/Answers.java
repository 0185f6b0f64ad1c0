package io.i2kit.cloud.local.protocol;

import io.i2kit.cloud.model.DnsRecord;
import io.i2kit.cloud.model.GroupStatus;
import io.i2kit.cloud.model.LoadBalancerStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@link Call}s answer. */
public final class Answers {
    private Answers() {}

    /** Nothing to say. */
    public record Done() {}

    /**
     * @param protocol {@link Call#PROTOCOL} of the process
     * @param version the program's, for people
     * @param epoch another for each start of the process
     */
    public record Pong(int protocol, String version, long pid, String epoch) {}

    /**
     * What the host gives.
     *
     * @param accelerator {@code kvm}, {@code tcg}, or empty while no machine was started yet
     * @param acceleratorReason why that one, for people
     * @param memoryBytes what machines may have together
     * @param memoryUsedBytes what they have
     */
    public record CloudInfo(
            String accelerator,
            String acceleratorReason,
            int processors,
            long memoryBytes,
            long memoryUsedBytes,
            String architecture,
            String zone,
            String hypervisor) {}

    /**
     * @param sequence to ask from the next time
     * @param everything whether anything may have changed; {@link #names} is empty then
     */
    public record ChangeSet(String epoch, long sequence, boolean everything, List<String> names) {}

    /** Groups as asked for. */
    public record Groups(List<GroupStatus> groups) {}

    /** Load balancers as asked for. */
    public record LoadBalancers(List<LoadBalancerStatus> loadBalancers) {}

    /** @param lines null when nothing is kept */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    public record KeptLog(byte @Nullable [] lines) {}

    /** Every record. */
    public record Records(List<DnsRecord> records) {}
}
