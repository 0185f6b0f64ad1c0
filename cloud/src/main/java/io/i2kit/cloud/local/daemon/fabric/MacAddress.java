package io.i2kit.cloud.local.daemon.fabric;

import java.util.HexFormat;

/** MAC addresses as the low 48 bits of a long. */
final class MacAddress {
    private static final long GROUP_BIT = 1L << 40;

    private MacAddress() {}

    /** @throws IllegalArgumentException unless it is six colon-separated octets of one machine, not of a group */
    static long parse(String text) {
        byte[] octets;
        try {
            octets = HexFormat.ofDelimiter(":").parseHex(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not a MAC address", e);
        }
        long mac = 0;
        for (byte octet : octets) {
            mac = mac << 8 | octet & 0xff;
        }
        if (octets.length != 6 || mac == 0 || isGroup(mac)) {
            throw new IllegalArgumentException("\"" + text + "\" is not the MAC address of a machine");
        }
        return mac;
    }

    /** Whether it stands for several machines: broadcast or multicast. */
    static boolean isGroup(long mac) {
        return (mac & GROUP_BIT) != 0;
    }
}
