package io.i2kit.cloud.aws.dns;

import io.i2kit.cloud.aws.api.DnsApi.RecordSet;
import io.i2kit.cloud.model.DnsRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The record sets by which clients are answered, as Kubernetes' DNS specification has them
 * (github.com/kubernetes/dns, docs/specification.md): addresses or a canonical name of the Service; for each named port a SRV record
 * set; below a headless Service a name for each ready machine, which SRV answers lead to.
 *
 * @param balancers the DNS name of a load balancer of the model
 * @param addresses of the ready machines of a group of the model, sorted
 */
record Answers(Function<String, Optional<String>> balancers, Function<String, List<String>> addresses) {
    static final String ADDRESS = "A";
    static final String ALIAS = "CNAME";
    static final String SERVICE = "SRV";

    /** What the names of {@link #of} have before the record's own. */
    private static final Pattern MACHINE = Pattern.compile("\\d+-\\d+-\\d+-\\d+\\.");

    private static final Pattern PORT = Pattern.compile("_[^.]+\\._(tcp|udp)\\.");

    /** None while nothing serves. */
    List<RecordSet> of(DnsRecord record) {
        return switch (record.type()) {
            case ADDRESS -> List.of(set(record, record.name(), ADDRESS, record.values()));
            case CANONICAL_NAME -> List.of(set(record, record.name(), ALIAS, record.values()));
            case LOAD_BALANCER ->
                balancers
                        .apply(record.values().getFirst())
                        .map(name -> balanced(record, name))
                        .orElse(List.of());
            case GROUPS -> machines(record);
        };
    }

    private static RecordSet set(DnsRecord record, String name, String type, List<String> values) {
        return new RecordSet(name, type, record.timeToLive().toSeconds(), values);
    }

    private static List<RecordSet> balanced(DnsRecord record, String balancer) {
        List<RecordSet> sets = new ArrayList<>();
        sets.add(set(record, record.name(), ALIAS, List.of(balancer)));
        for (String value : record.values()) {
            String[] parts = value.split("/", -1);
            if (parts.length == 4) {
                sets.add(set(
                        record,
                        record.portName(parts[1], parts[2]),
                        SERVICE,
                        List.of(DnsRecord.service(parts[3], record.name()))));
            }
        }
        return sets;
    }

    private List<RecordSet> machines(DnsRecord record) {
        TreeSet<String> all = new TreeSet<>();
        Map<String, TreeSet<String>> services = new TreeMap<>();
        for (String value : record.values()) {
            String[] parts = value.split("/", -1);
            for (String address : addresses.apply(parts[0])) {
                all.add(address);
                if (parts.length == 4) {
                    services.computeIfAbsent(record.portName(parts[1], parts[2]), port -> new TreeSet<>())
                            .add(DnsRecord.service(parts[3], record.machineName(address)));
                }
            }
        }
        List<RecordSet> sets = new ArrayList<>();
        if (!all.isEmpty()) {
            sets.add(set(record, record.name(), ADDRESS, List.copyOf(all)));
        }
        if (!services.isEmpty()) {
            all.forEach(address -> sets.add(set(record, record.machineName(address), ADDRESS, List.of(address))));
        }
        services.forEach((name, values) -> sets.add(set(record, name, SERVICE, List.copyOf(values))));
        return sets;
    }

    /** Whether a record set is among those that {@link #of} may have made for a name; one with an owner's text of its own is not. */
    static boolean isOf(String name, RecordSet set, Map<String, RecordSet> zone) {
        if (set.name().equals(name)) {
            return set.type().equals(ADDRESS) || set.type().equals(ALIAS);
        }
        if (!set.name().endsWith("." + name)) {
            return false;
        }
        String below = set.name().substring(0, set.name().length() - name.length());
        Pattern form = set.type().equals(SERVICE) ? PORT : MACHINE;
        boolean fits = (set.type().equals(SERVICE) || set.type().equals(ADDRESS))
                && form.matcher(below).matches();
        return fits && !zone.containsKey(KnownZone.key(OwnerText.PREFIX + set.name(), "TXT"));
    }
}
