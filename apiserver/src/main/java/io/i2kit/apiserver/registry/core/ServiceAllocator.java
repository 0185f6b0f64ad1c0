package io.i2kit.apiserver.registry.core;

import java.util.BitSet;
import java.util.concurrent.ThreadLocalRandom;
import tools.jackson.databind.JsonNode;

/**
 * Service addresses and node ports: bits in memory, made again from the Services at each start. What a Service holds is in the
 * Service, so there is no second record that could disagree.
 */
public final class ServiceAllocator {
    /** Of the Service {@code default/kubernetes}, which is made at the first start. */
    public static final String KUBERNETES_ADDRESS = "10.96.0.1";

    /** The cluster's DNS; no Service can have it. */
    public static final String DNS_ADDRESS = "10.96.0.10";

    /** {@code 10.96.0.0/16}. */
    private static final int BASE = 10 << 24 | 96 << 16;

    private static final int ADDRESSES = 1 << 16;
    private static final int FIRST_NODE_PORT = 30000;
    private static final int LAST_NODE_PORT = 32767;

    private final BitSet addresses = new BitSet(ADDRESSES);
    /** Of IPAddresses that are no Service's. */
    private final BitSet kept = new BitSet(ADDRESSES);

    private final BitSet ports = new BitSet(LAST_NODE_PORT + 1);

    public ServiceAllocator() {
        addresses.set(0);
        addresses.set(ADDRESSES - 1);
        addresses.set(offset(DNS_ADDRESS));
    }

    /** Any free address, or empty when none is left. */
    synchronized String takeAddress() {
        int start = 256 + ThreadLocalRandom.current().nextInt(ADDRESSES - 256);
        BitSet taken = (BitSet) addresses.clone();
        taken.or(kept);
        int free = taken.nextClearBit(start);
        if (free >= ADDRESSES) {
            free = taken.nextClearBit(2);
        }
        if (free >= ADDRESSES) {
            return "";
        }
        addresses.set(free);
        return address(free);
    }

    /** Whether the address was free and is now taken. */
    synchronized boolean takeAddress(String address) {
        int offset = offset(address);
        if (offset < 0 || addresses.get(offset) || kept.get(offset)) {
            return false;
        }
        addresses.set(offset);
        return true;
    }

    synchronized void giveBackAddress(String address) {
        int offset = offset(address);
        if (offset > 0 && !address.equals(DNS_ADDRESS)) {
            addresses.clear(offset);
        }
    }

    /** Counts what a stored Service holds as taken. */
    public void restore(JsonNode service) {
        ServiceReservation.restore(this, service);
    }

    /** Any free port, or 0 when none is left. */
    synchronized int takePort() {
        int start = ThreadLocalRandom.current().nextInt(FIRST_NODE_PORT, LAST_NODE_PORT + 1);
        int free = ports.nextClearBit(start);
        if (free > LAST_NODE_PORT) {
            free = ports.nextClearBit(FIRST_NODE_PORT);
        }
        if (free > LAST_NODE_PORT) {
            return 0;
        }
        ports.set(free);
        return free;
    }

    /** Whether the port was free and is now taken. */
    synchronized boolean takePort(int port) {
        boolean free = !ports.get(port);
        ports.set(port);
        return free;
    }

    synchronized void giveBackPort(int port) {
        ports.clear(port);
    }

    static boolean isNodePort(int port) {
        return port >= FIRST_NODE_PORT && port <= LAST_NODE_PORT;
    }

    static String nodePortRange() {
        return FIRST_NODE_PORT + "-" + LAST_NODE_PORT;
    }

    /** What every Service's address is of. */
    public static String addressRange() {
        return "10.96.0.0/16";
    }

    /** Keeps an address from Services that is somebody's IPAddress. */
    public synchronized void keep(String address) {
        if (offset(address) >= 0) {
            kept.set(offset(address));
        }
    }

    /** Such an IPAddress is gone. */
    public synchronized void release(String address) {
        if (offset(address) >= 0) {
            kept.clear(offset(address));
        }
    }

    /** The place of an address in the range, or -1. */
    static int offset(String address) {
        String[] parts = address.split("\\.", -1);
        if (parts.length != 4) {
            return -1;
        }
        int value = 0;
        for (String part : parts) {
            if (!part.matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(part) > 255) {
                return -1;
            }
            value = value << 8 | Integer.parseInt(part);
        }
        return (value & 0xffff0000) == BASE ? value - BASE : -1;
    }

    private static String address(int offset) {
        int value = BASE + offset;
        return (value >>> 24) + "." + (value >>> 16 & 255) + "." + (value >>> 8 & 255) + "." + (value & 255);
    }
}
