package io.i2kit.cloud.local.daemon.fabric;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** IPv4 addresses as the 32-bit integers that the packet path works with. */
final class Ipv4 {
    private Ipv4() {}

    /** Reads four decimal octets; the older shorthand of three or fewer is refused. */
    static Inet4Address parse(String dotted) {
        Inet4Address address = Inet4Address.ofLiteral(dotted);
        if (!address.getHostAddress().equals(dotted)) {
            throw new IllegalArgumentException("\"" + dotted + "\" is not an IPv4 address");
        }
        return address;
    }

    static int toInt(Inet4Address address) {
        byte[] octets = address.getAddress();
        return (octets[0] & 0xff) << 24 | (octets[1] & 0xff) << 16 | (octets[2] & 0xff) << 8 | (octets[3] & 0xff);
    }

    static Inet4Address toAddress(int address) {
        byte[] octets = {(byte) (address >>> 24), (byte) (address >>> 16), (byte) (address >>> 8), (byte) address};
        try {
            return (Inet4Address) InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new AssertionError("four octets are an address", e);
        }
    }

    static String toString(int address) {
        return (address >>> 24) + "." + (address >>> 16 & 0xff) + "." + (address >>> 8 & 0xff) + "." + (address & 0xff);
    }
}
