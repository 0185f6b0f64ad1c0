package io.i2kit.cloud.agent;

/**
 * How to reach one machine's guest, and how to know it.
 *
 * @param instanceId the cloud's id
 * @param address {@code host:port} of its kubelet API
 * @param secret of its group, 32 bytes in base64
 */
public record Guest(String instanceId, String address, String secret) {
    @Override
    public String toString() {
        return "Guest[" + instanceId + " at " + address + "]";
    }
}
