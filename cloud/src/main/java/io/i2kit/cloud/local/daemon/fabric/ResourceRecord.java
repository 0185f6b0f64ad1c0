package io.i2kit.cloud.local.daemon.fabric;

/**
 * One DNS record.
 *
 * @param name its owner, without the final dot
 */
record ResourceRecord(String name, long timeToLiveSeconds, Data data) {
    int type() {
        return switch (data) {
            case Address ignored -> Dns.TYPE_A;
            case Address6 ignored -> Dns.TYPE_AAAA;
            case CanonicalName ignored -> Dns.TYPE_CNAME;
            case Pointer ignored -> Dns.TYPE_PTR;
            case ServiceLocation ignored -> Dns.TYPE_SRV;
            case StartOfAuthority ignored -> Dns.TYPE_SOA;
        };
    }

    /** What it says. */
    sealed interface Data {}

    record Address(int address) implements Data {}

    record Address6(byte[] octets) implements Data {}

    record CanonicalName(String target) implements Data {}

    record Pointer(String target) implements Data {}

    record ServiceLocation(int priority, int weight, int port, String target) implements Data {}

    /** @param minimumSeconds how long "there is no such name" is remembered (RFC 2308) */
    record StartOfAuthority(String server, String mailbox, long serial, long minimumSeconds) implements Data {}
}
