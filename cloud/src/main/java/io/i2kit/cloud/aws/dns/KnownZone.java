package io.i2kit.cloud.aws.dns;

import io.i2kit.cloud.aws.api.DnsApi;
import io.i2kit.cloud.aws.api.DnsApi.Action;
import io.i2kit.cloud.aws.api.DnsApi.Change;
import io.i2kit.cloud.aws.api.DnsApi.RecordSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a hosted zone holds: read once, and then known by what is written to it. */
final class KnownZone {
    private final DnsApi api;
    private final String id;
    private @Nullable Map<String, RecordSet> known;

    /** @param id of the zone */
    KnownZone(DnsApi api, String id) {
        this.api = api;
        this.id = id;
    }

    /** By {@link #key}. */
    Map<String, RecordSet> records() {
        if (known == null) {
            Map<String, RecordSet> read = new TreeMap<>();
            api.records(id).forEach(set -> read.put(key(set), set));
            known = read;
        }
        return Objects.requireNonNull(known);
    }

    /** It is not as it was known. */
    void forget() {
        known = null;
    }

    /** All or none; without changes no call. */
    void make(List<Change> changes) {
        if (changes.isEmpty()) {
            return;
        }
        Map<String, RecordSet> now = records();
        api.change(id, changes);
        for (Change change : changes) {
            if (change.action() == Action.DELETE) {
                now.remove(key(change.record()));
            } else {
                now.put(key(change.record()), change.record());
            }
        }
    }

    static String key(RecordSet set) {
        return key(set.name(), set.type());
    }

    static String key(String name, String type) {
        return name + " " + type;
    }
}
