package io.i2kit.cloud.local.daemon.fabric;

/** Numbers of the DNS protocol (RFC 1035, 2782, 3596, 6891). */
final class Dns {
    static final int TYPE_A = 1;
    static final int TYPE_CNAME = 5;
    static final int TYPE_SOA = 6;
    static final int TYPE_PTR = 12;
    static final int TYPE_AAAA = 28;
    static final int TYPE_SRV = 33;
    static final int TYPE_OPT = 41;
    static final int TYPE_ANY = 255;

    static final int CLASS_IN = 1;
    static final int CLASS_ANY = 255;

    static final int NO_ERROR = 0;
    static final int FORMAT_ERROR = 1;
    static final int SERVER_FAILURE = 2;
    static final int NAME_ERROR = 3;
    static final int NOT_IMPLEMENTED = 4;
    static final int REFUSED = 5;
    /** An extended code: its upper bits travel in the OPT record. */
    static final int BAD_VERSION = 16;

    static final int RESPONSE = 0x8000;
    static final int OPCODE = 0x7800;
    static final int AUTHORITATIVE = 0x0400;
    static final int TRUNCATED = 0x0200;
    static final int RECURSION_DESIRED = 0x0100;
    static final int RECURSION_AVAILABLE = 0x0080;

    static final int HEADER_BYTES = 12;
    static final int LONGEST_LABEL_BYTES = 63;
    static final int LONGEST_NAME_BYTES = 255;

    /** What every resolver takes without EDNS0. */
    static final int PLAIN_UDP_BYTES = 512;

    /** The largest answer that is sent: it fits in one packet of any customary network (DNS flag day 2020). */
    static final int LARGEST_UDP_BYTES = 1_232;

    private Dns() {}
}
