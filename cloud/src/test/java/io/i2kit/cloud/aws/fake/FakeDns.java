package io.i2kit.cloud.aws.fake;

import io.i2kit.cloud.aws.api.AwsException;
import io.i2kit.cloud.aws.api.DnsApi;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Hosted zones as Route 53 documents them: a batch is made whole or not at all, is bounded, and stays within its zone; what is
 * created must not be there, what is deleted must be there as given; beside an alias of names (CNAME) there is nothing.
 */
public final class FakeDns implements DnsApi {
    private static final int MAX_VALUES = 1_000;
    private static final int MAX_CHARACTERS = 32_000;
    private static final String CNAME = "CNAME";

    private final Calls calls;
    private final Map<String, HostedZone> zones = new TreeMap<>();
    private final Map<String, Map<String, RecordSet>> records = new TreeMap<>();
    /** Ids of zones that the account's policy keeps i2kit from. */
    public final List<String> denied = new ArrayList<>();

    FakeDns(Calls calls) {
        this.calls = calls;
        add("zone", "cluster.local", true);
    }

    /** Makes a zone, with the records that every zone has. */
    public void add(String id, String name, boolean isPrivate) {
        zones.put(id, new HostedZone(id, name, isPrivate));
        records.put(id, new LinkedHashMap<>());
        write(
                id,
                new RecordSet(
                        name, "SOA", 900, List.of("ns-1.awsdns-1.org. awsdns-hostmaster.amazon.com. 1 7200 900")));
        write(id, new RecordSet(name, "NS", 172_800, List.of("ns-1.awsdns-1.org.")));
    }

    /** Takes a zone away with all that it has. */
    public void remove(String id) {
        zones.remove(id);
        records.remove(id);
    }

    /** As somebody else writes a record. */
    public void write(String id, RecordSet set) {
        records.get(id).put(key(set), set);
    }

    /** As somebody else deletes a record. */
    public void erase(String id, String name, String type) {
        records.get(id).remove(name + " " + type);
    }

    /** What a zone has but for what every zone has: a line a record, without the zone's own. */
    public List<String> lines(String id) {
        return records.get(id).values().stream()
                .filter(set -> !set.name().equals(zones.get(id).name())
                        || !set.type().equals("NS") && !set.type().equals("SOA"))
                .map(set -> set.name() + " " + set.type() + " "
                        + (set.alias() == null
                                ? set.ttlSeconds() + " " + String.join(", ", set.values())
                                : set.alias().dnsName() + " " + set.alias().zoneId()))
                .sorted()
                .toList();
    }

    @Override
    public List<HostedZone> zones() {
        return calls.call("ListHostedZones", () -> List.copyOf(zones.values()));
    }

    @Override
    public List<RecordSet> records(String zoneId) {
        return calls.call(
                "ListResourceRecordSets",
                () -> List.copyOf(known(zoneId, "ListResourceRecordSets").values()));
    }

    private Map<String, RecordSet> known(String zoneId, String operation) {
        if (denied.contains(zoneId)) {
            throw new AwsException("AccessDenied", 403, "not authorized to perform: route53:" + operation, null);
        }
        if (!zones.containsKey(zoneId)) {
            throw new AwsException("NoSuchHostedZone", 404, "No hosted zone found with ID: " + zoneId, null);
        }
        return records.get(zoneId);
    }

    @Override
    public void change(String zoneId, List<Change> changes) {
        calls.run("ChangeResourceRecordSets", () -> {
            Map<String, RecordSet> next = new LinkedHashMap<>(known(zoneId, "ChangeResourceRecordSets"));
            requireBounded(changes);
            changes.forEach(change -> make(zones.get(zoneId).name(), next, change));
            next.values().forEach(set -> requireAlone(zones.get(zoneId).name(), next, set));
            records.put(zoneId, next);
        });
    }

    private static AwsException invalid(String message) {
        return new AwsException("InvalidChangeBatch", "[" + message + "]");
    }

    private static void requireBounded(List<Change> changes) {
        int values = 0;
        int characters = 0;
        for (Change change : changes) {
            int times = change.action() == Action.UPSERT ? 2 : 1;
            values += times * change.record().values().size();
            characters += times
                    * change.record().values().stream().mapToInt(String::length).sum();
        }
        if (values > MAX_VALUES || characters > MAX_CHARACTERS) {
            throw invalid("Number of records limit of 1000 or of characters of 32000 exceeded");
        }
    }

    private static void make(String zone, Map<String, RecordSet> next, Change change) {
        RecordSet set = change.record();
        String what = "[name='" + set.name() + "', type='" + set.type() + "']";
        if (!set.name().equals(zone) && !set.name().endsWith("." + zone)) {
            throw invalid("RRSet with DNS name " + set.name() + ". is not permitted in zone " + zone);
        }
        for (String label : set.name().split("\\.", -1)) {
            if (label.isEmpty() || label.length() > 63) {
                throw invalid("FATAL problem: DomainLabelTooLong or empty encountered with '" + set.name() + "'");
            }
        }
        switch (change.action()) {
            case UPSERT -> next.put(key(set), set);
            case CREATE -> {
                if (next.putIfAbsent(key(set), set) != null) {
                    throw invalid("Tried to create resource record set " + what + " but it already exists");
                }
            }
            case DELETE -> {
                if (!set.equals(next.remove(key(set)))) {
                    throw invalid("Tried to delete resource record set " + what
                            + " but the values provided do not match the current values");
                }
            }
        }
    }

    private static void requireAlone(String zone, Map<String, RecordSet> next, RecordSet set) {
        boolean others = next.values().stream()
                .anyMatch(other ->
                        other.name().equals(set.name()) && !other.type().equals(CNAME));
        if (set.type().equals(CNAME) && (others || set.name().equals(zone))) {
            throw invalid("RRSet of type CNAME with DNS name " + set.name()
                    + ". is not permitted as it conflicts with other records with the same DNS name");
        }
    }

    private static String key(RecordSet set) {
        return set.name() + " " + set.type();
    }
}
