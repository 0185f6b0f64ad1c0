package io.i2kit.cloud.local.daemon.fabric;

import java.net.Inet4Address;

/**
 * A block of addresses.
 *
 * @param base its first address
 * @param prefixLength 0 to 32
 */
public record Ipv4Range(Inet4Address base, int prefixLength) {
    public Ipv4Range {
        if (prefixLength < 0 || prefixLength > 32) {
            throw new IllegalArgumentException("prefix length " + prefixLength + " is not between 0 and 32");
        }
        if ((Ipv4.toInt(base) & ~mask(prefixLength)) != 0) {
            throw new IllegalArgumentException(base.getHostAddress() + "/" + prefixLength + " has host bits set");
        }
    }

    /** Reads {@code 10.244.0.0/16}. */
    public static Ipv4Range parse(String cidr) {
        int slash = cidr.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("\"" + cidr + "\" is not of the form address/length");
        }
        return new Ipv4Range(Ipv4.parse(cidr.substring(0, slash)), Integer.parseInt(cidr.substring(slash + 1)));
    }

    public boolean contains(Inet4Address address) {
        return contains(Ipv4.toInt(address));
    }

    boolean contains(int address) {
        return (address & mask(prefixLength)) == Ipv4.toInt(base);
    }

    private static int mask(int prefixLength) {
        return prefixLength == 0 ? 0 : -1 << (32 - prefixLength);
    }

    @Override
    public String toString() {
        return base.getHostAddress() + "/" + prefixLength;
    }
}
