package io.i2kit.cloud.local.daemon;

import io.i2kit.cloud.local.daemon.fabric.FabricNetwork;
import io.i2kit.cloud.local.daemon.fabric.Ipv4Range;
import io.i2kit.cloud.provider.CloudException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Set;

/** Chooses machines' addresses, and Service addresses where nobody named one. Owner thread only. */
final class Addresses {
    private final FabricNetwork network;
    /** Goes round the range, so that an address is used again as late as possible. */
    private int next;

    Addresses(FabricNetwork network) {
        this.network = network;
    }

    /** A free address of the Pods' range. */
    Inet4Address pod(Set<String> used) {
        int size = size(network.pods());
        for (int tried = 0; tried < size; tried++) {
            next = next >= size - 2 ? 1 : next + 1;
            Inet4Address candidate = at(network.pods(), next);
            if (!candidate.equals(network.gateway()) && !used.contains(candidate.getHostAddress())) {
                return candidate;
            }
        }
        throw new CloudException.LimitExceeded("all addresses of " + network.pods() + " are in use");
    }

    /** A free Service address, from the top of the range, where Kubernetes' own allocation comes last. */
    Inet4Address service(Set<String> used) {
        for (int host = size(network.services()) - 2; host > 0; host--) {
            Inet4Address candidate = at(network.services(), host);
            if (!candidate.equals(network.dns()) && !used.contains(candidate.getHostAddress())) {
                return candidate;
            }
        }
        throw new CloudException.LimitExceeded("all addresses of " + network.services() + " are in use");
    }

    /** Starts after an address that is known to have been used last. */
    void startAfter(String address) {
        int host = toInt(Inet4Address.ofLiteral(address)) - toInt(network.pods().base());
        if (host > next && host < size(network.pods())) {
            next = host;
        }
    }

    private static int size(Ipv4Range range) {
        return 1 << Math.min(30, 32 - range.prefixLength());
    }

    private static int toInt(Inet4Address address) {
        return ByteBuffer.wrap(address.getAddress()).getInt();
    }

    private static Inet4Address at(Ipv4Range range, int host) {
        byte[] octets =
                ByteBuffer.allocate(4).putInt(toInt(range.base()) + host).array();
        try {
            return (Inet4Address) InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new AssertionError("four octets are an address", e);
        }
    }

    /** The address of the card in the fabric; locally administered, and distinct as the IP addresses are. */
    static String podMac(String address) {
        return mac("0a:58", address);
    }

    /** The address of the card that the host reaches. */
    static String hostMac(String address) {
        return mac("0a:59", address);
    }

    private static String mac(String prefix, String address) {
        byte[] octets = Inet4Address.ofLiteral(address).getAddress();
        return "%s:%02x:%02x:%02x:%02x".formatted(prefix, octets[0], octets[1], octets[2], octets[3]);
    }
}
