package io.i2kit.cloud.local.daemon.fabric;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The records of the cluster's domain as they were last put, and the reverse names of their addresses. Immutable; invalid values
 * are refused when it is made.
 */
final class DnsZone {
    private final String domain;
    /** By name; a name that only has names below it is there with no records, since it exists (RFC 8020). */
    private final Map<String, List<ResourceRecord>> names = new HashMap<>();

    private final Map<Integer, List<ResourceRecord>> pointers = new HashMap<>();

    DnsZone(FabricNetwork network, Collection<FabricRecord> records) {
        domain = network.clusterDomain().toLowerCase(Locale.ROOT);
        names.put(domain, new ArrayList<>());
        for (FabricRecord record : records) {
            add(record);
        }
        // Of several names of a machine the longest says most: its own rather than its Service's.
        Comparator<ResourceRecord> longest = Comparator.comparingInt(
                record -> -((ResourceRecord.Pointer) record.data()).target().length());
        pointers.values().forEach(list -> list.sort(longest));
    }

    private void add(FabricRecord record) {
        String name = checkedName(record.name());
        if (!isWithin(name)) {
            throw new IllegalArgumentException("record " + record.name() + " is outside of " + domain);
        }
        for (String parent = name; !parent.equals(domain); parent = parent.substring(parent.indexOf('.') + 1)) {
            names.computeIfAbsent(parent, ignored -> new ArrayList<>());
        }
        List<ResourceRecord> here = names.computeIfAbsent(name, ignored -> new ArrayList<>());
        for (String value : record.values()) {
            long seconds = record.timeToLive().toSeconds();
            ResourceRecord added = new ResourceRecord(name, seconds, data(record, value));
            here.add(added);
            if (added.data() instanceof ResourceRecord.Address(int address)) {
                pointers.computeIfAbsent(address, ignored -> new ArrayList<>())
                        .add(new ResourceRecord(reverseName(address), seconds, new ResourceRecord.Pointer(name)));
            }
        }
    }

    private static ResourceRecord.Data data(FabricRecord record, String value) {
        return switch (record.type()) {
            case A -> new ResourceRecord.Address(Ipv4.toInt(Ipv4.parse(value)));
            case CNAME -> new ResourceRecord.CanonicalName(checkedName(value));
            case SRV -> {
                String[] fields = value.split(" ", -1);
                if (fields.length != 4) {
                    throw new IllegalArgumentException(
                            "SRV record " + record.name() + ": \"" + value + "\" is not priority weight port target");
                }
                yield new ResourceRecord.ServiceLocation(
                        Integer.parseInt(fields[0]),
                        Integer.parseInt(fields[1]),
                        Integer.parseInt(fields[2]),
                        checkedName(fields[3]));
            }
        };
    }

    private static String checkedName(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        String plain = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
        boolean valid = plain.length() + 2 <= Dns.LONGEST_NAME_BYTES;
        for (String label : plain.split("\\.", -1)) {
            valid &= !label.isEmpty()
                    && label.length() <= Dns.LONGEST_LABEL_BYTES
                    && label.chars().allMatch(c -> c > ' ' && c < 0x7f);
        }
        if (!valid) {
            throw new IllegalArgumentException("\"" + name + "\" is not a domain name");
        }
        return plain;
    }

    /** Whether the zone speaks for a name. */
    boolean isWithin(String name) {
        return name.equals(domain) || name.endsWith("." + domain);
    }

    boolean exists(String name) {
        return names.containsKey(name);
    }

    /** All records of a name, in the order in which they were put. */
    List<ResourceRecord> records(String name) {
        return Collections.unmodifiableList(names.getOrDefault(name, List.of()));
    }

    List<ResourceRecord> pointers(int address) {
        return Collections.unmodifiableList(pointers.getOrDefault(address, List.of()));
    }

    /** The authority section of an answer that says "there is none". */
    ResourceRecord startOfAuthority() {
        var data = new ResourceRecord.StartOfAuthority("ns.dns." + domain, "hostmaster." + domain, 1, 5);
        return new ResourceRecord(domain, data.minimumSeconds(), data);
    }

    private static String reverseName(int address) {
        return (address & 0xff) + "." + (address >>> 8 & 0xff) + "." + (address >>> 16 & 0xff) + "." + (address >>> 24)
                + ".in-addr.arpa";
    }
}
