package io.i2kit.cloud.local.daemon.fabric;

import java.time.Duration;
import java.util.List;

/**
 * A record of the cluster's zone.
 *
 * @param name fully qualified, without the final dot; case does not matter
 * @param values A: dotted addresses; an empty list makes a name that exists and has no address. CNAME: one fully qualified name.
 *     SRV: as in a zone file (RFC 2782), {@code priority weight port target}
 */
public record FabricRecord(String name, Type type, List<String> values, Duration timeToLive) {
    public FabricRecord {
        values = List.copyOf(values);
    }

    /** The record types that can be given; PTR follows from the A records. */
    public enum Type {
        A,
        CNAME,
        SRV
    }
}
