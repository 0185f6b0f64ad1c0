package io.i2kit.cloud.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;

/**
 * The cloud's part of the metadata document. The embedded cloud gives a guest two raw disks, found by their serial number
 * ({@code /sys/block/<disk>/serial}): {@code i2kit-metadata} holds {@code {"instance": InstanceMetadata, "launch":
 * MachineMetadata}} in JSON followed by NUL bytes, written once; {@code i2kit-tags} (4 KiB) holds {@link Lifecycle} in the same
 * form and is rewritten in place, so the guest reads it again (O_DIRECT, past its page cache) a few times a second. A third one,
 * {@code i2kit-logs}, is written by the guest: what its containers wrote last.
 *
 * @param id the instance id
 * @param hostAddress what {@code status.hostIP} says
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record InstanceMetadata(
        String id,
        String zone,
        String machineType,
        String hostAddress,
        List<NetworkInterface> interfaces,
        List<String> nameservers) {

    /**
     * @param mac how the guest finds it
     * @param address with prefix length, for example {@code 10.244.0.5/16}; the first interface's is the Pod address
     * @param gateway empty for an interface without a default route
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record NetworkInterface(String mac, String address, String gateway, int mtu) {}

    /**
     * What may change while the machine runs.
     *
     * @param sequence grows with each rewrite
     * @param tags the instance's tags
     * @param terminating once true, the guest answers 503 on {@code /ready}, runs preStop, stops its containers and powers off
     * @param graceSeconds how long it may take; -1 for the Pod's own terminationGracePeriodSeconds
     */
    public record Lifecycle(long sequence, Map<String, String> tags, boolean terminating, long graceSeconds) {}
}
