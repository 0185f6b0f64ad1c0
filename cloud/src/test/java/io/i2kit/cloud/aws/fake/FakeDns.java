package io.i2kit.cloud.aws.fake;

import io.i2kit.cloud.aws.api.AwsException;
import io.i2kit.cloud.aws.api.DnsApi;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One hosted zone: a batch is made whole or not at all, and only what is there as given can be deleted. */
public final class FakeDns implements DnsApi {
    private final Calls calls;
    public final Map<String, RecordSet> zone = new TreeMap<>();

    FakeDns(Calls calls) {
        this.calls = calls;
    }

    @Override
    public List<RecordSet> records(String zoneId) {
        return calls.call("ListResourceRecordSets", () -> List.copyOf(zone.values()));
    }

    @Override
    public void change(String zoneId, List<Change> changes) {
        calls.run("ChangeResourceRecordSets", () -> {
            Map<String, RecordSet> next = new TreeMap<>(zone);
            for (Change change : changes) {
                String key = change.record().name() + " " + change.record().type();
                if (!change.delete()) {
                    next.put(key, change.record());
                } else if (!change.record().equals(next.remove(key))) {
                    throw new AwsException("InvalidChangeBatch", "tried to delete " + key + " but it was not found");
                }
            }
            zone.clear();
            zone.putAll(next);
        });
    }
}
