package io.i2kit.cloud.local.daemon.fabric;

/** What a fabric counts, since its start. */
public enum FabricCounter {
    FRAMES_RECEIVED,
    FRAMES_SENT,
    /** Translated connections that were opened. */
    FLOWS_OPENED,
    /** Flows forgotten before their time because the table was full. */
    FLOWS_EVICTED,
    /** Connections to a Service's address that were refused: no such port, or no backend. */
    SERVICE_REFUSED,
    /** Drops: frames from another MAC or IPv4 address than the machine's own. */
    DROPPED_SPOOFED,
    /** Drops: frames that are too short or contradict themselves. */
    DROPPED_MALFORMED,
    /** Drops: neither ARP nor IPv4, or an ARP message that asks nothing. */
    DROPPED_UNSUPPORTED,
    /** Drops: broadcast and multicast, which no machine needs of another. */
    DROPPED_BROADCAST,
    /** Drops: fragments that would have to be translated; only a whole packet shows its ports. */
    DROPPED_FRAGMENT,
    /** Drops: no port of the gateway was left to stand in for a client. */
    DROPPED_NO_GATEWAY_PORT,
    /** Drops: the machine takes its frames more slowly than they come. */
    DROPPED_QUEUE_FULL,
    /** Drops: the machine's connection is not there. */
    DROPPED_NOT_CONNECTED,
    /** Destinations that are outside of the fabric, answered with an ICMP error. */
    UNREACHABLE,
    DNS_QUERIES,
    /** Queries that were passed on to the host's resolvers. */
    DNS_FORWARDED
}
