package io.i2kit.cloud.local.daemon.fabric;

import java.net.Inet4Address;
import java.nio.file.Path;
import java.util.Collection;

/**
 * Joins machines to one network, and gives them Service addresses and names. Calls may come from any thread, return at once and
 * take effect in the order in which they are made. Nothing is persisted: whoever starts a fabric tells it everything again.
 */
public interface Fabric extends AutoCloseable {
    /**
     * Connects to a machine's network card and goes on trying until {@link #detach}, also after the connection is lost. Attaching
     * a machine again with other values replaces the former ones.
     *
     * @param machineId the caller's name for it
     * @param macAddress six colon-separated octets, for example {@code 52:54:00:12:34:56}; frames from another one are dropped
     * @param address the machine's only IPv4 address, of the Pods' range
     * @param socket the Unix socket on which QEMU listens ({@code -netdev stream,server=on,addr.type=unix,addr.path=…})
     * @throws IllegalArgumentException when the MAC address is malformed, the address is outside of the Pods' range, or either
     *     belongs to another attached machine
     */
    void attach(String machineId, String macAddress, Inet4Address address, Path socket);

    /** Disconnects a machine. Unknown ids are no error. */
    void detach(String machineId);

    /**
     * Replaces all Services. Established TCP flows stay with their backend until they end, also when it left its Service or the
     * Service is gone; new flows go by the new ones.
     */
    void putServices(Collection<FabricService> all);

    /** Replaces all records of the cluster's zone. Records of one name and type are one answer. */
    void putRecords(Collection<FabricRecord> all);

    @Override
    void close();
}
