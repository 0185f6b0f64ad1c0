package io.i2kit.cloud.aws.dns;

import io.i2kit.cloud.aws.AwsOptions;
import io.i2kit.cloud.aws.api.AwsException;
import io.i2kit.cloud.aws.api.Calls;
import io.i2kit.cloud.aws.api.DnsApi;
import io.i2kit.cloud.aws.api.DnsApi.Action;
import io.i2kit.cloud.aws.api.DnsApi.Change;
import io.i2kit.cloud.aws.api.DnsApi.RecordSet;
import io.i2kit.cloud.model.DnsRecord;
import io.i2kit.cloud.provider.CloudException;
import io.i2kit.cloud.provider.DnsProvider;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Names in the private zone. The zone is read once and then known by what i2kit writes; Route 53 takes five calls a second, so each
 * call of this class makes one, with all that differs.
 */
public final class AwsDns implements DnsProvider {
    private final AwsOptions options;
    private final Answers answers;
    private final KnownZone zone;

    /**
     * @param balancers the DNS name of a load balancer of the model
     * @param addresses of the ready machines of a group of the model, sorted
     */
    public AwsDns(
            DnsApi api,
            AwsOptions options,
            Function<String, Optional<String>> balancers,
            Function<String, List<String>> addresses) {
        this.zone = new KnownZone(api, options.installation().zoneId());
        this.options = options;
        this.answers = new Answers(balancers, addresses);
    }

    @Override
    public void putRecords(Collection<DnsRecord> records) {
        changing(known -> {
            List<Change> changes = new ArrayList<>();
            records.forEach(record -> put(known, record, changes));
            return changes;
        });
    }

    private void put(Map<String, RecordSet> known, DnsRecord record, List<Change> changes) {
        RecordSet text = new OwnerText(options.clusterId(), record).toRecordSet();
        RecordSet former = known.get(KnownZone.key(text));
        if (former == null ? has(known, record.name()) : !isOwn(former)) {
            throw new CloudException.Invalid(
                    "the name " + record.name() + " is in the zone and is not this cluster's; i2kit does not touch it");
        }
        upsert(known, text, changes);
        List<RecordSet> wanted = answers.of(record);
        Set<String> keys = wanted.stream().map(KnownZone::key).collect(Collectors.toSet());
        // First: a name has addresses or an alias, not both.
        known.values().stream()
                .filter(set -> !keys.contains(KnownZone.key(set)) && Answers.isOf(record.name(), set, known))
                .forEach(set -> changes.add(new Change(Action.DELETE, set)));
        wanted.forEach(set -> upsert(known, set, changes));
    }

    private static boolean has(Map<String, RecordSet> known, String name) {
        return known.containsKey(KnownZone.key(name, Answers.ADDRESS))
                || known.containsKey(KnownZone.key(name, Answers.ALIAS));
    }

    private boolean isOwn(RecordSet text) {
        return OwnerText.of(text)
                .filter(owner -> owner.clusterId().equals(options.clusterId()))
                .isPresent();
    }

    private static void upsert(Map<String, RecordSet> known, RecordSet set, List<Change> changes) {
        if (!set.equals(known.get(KnownZone.key(set)))) {
            changes.add(new Change(Action.UPSERT, set));
        }
    }

    /** Writes again what depends on machines or load balancers, where it is not as it should be. */
    public void refresh() {
        changing(known -> {
            List<Change> changes = new ArrayList<>();
            owned(known).stream()
                    .filter(record ->
                            record.type() == DnsRecord.Type.GROUPS || record.type() == DnsRecord.Type.LOAD_BALANCER)
                    .forEach(record -> put(known, record, changes));
            return changes;
        });
    }

    @Override
    public void deleteRecords(Collection<String> names) {
        changing(known -> {
            List<Change> changes = new ArrayList<>();
            for (String name : names) {
                RecordSet text = known.get(KnownZone.key(OwnerText.PREFIX + name, "TXT"));
                if (text != null && isOwn(text)) {
                    changes.add(new Change(Action.DELETE, text));
                    known.values().stream()
                            .filter(set -> Answers.isOf(name, set, known))
                            .forEach(set -> changes.add(new Change(Action.DELETE, set)));
                }
            }
            return changes;
        });
    }

    @Override
    public synchronized List<DnsRecord> describeRecords() {
        return Calls.get(() -> owned(zone.records()));
    }

    private List<DnsRecord> owned(Map<String, RecordSet> known) {
        return known.values().stream()
                .flatMap(set -> OwnerText.of(set).stream())
                .filter(owner -> owner.clusterId().equals(options.clusterId()))
                .map(OwnerText::record)
                .toList();
    }

    /** A zone that is not as it was known is read again, once. */
    private synchronized void changing(Function<Map<String, RecordSet>, List<Change>> plan) {
        Calls.run(() -> {
            try {
                apply(plan);
            } catch (AwsException e) {
                zone.forget();
                if (!e.is("InvalidChangeBatch")) {
                    throw e;
                }
                apply(plan);
            }
        });
    }

    private void apply(Function<Map<String, RecordSet>, List<Change>> plan) {
        zone.make(plan.apply(zone.records()));
    }
}
