package io.i2kit.cloud.deploy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the cloud last said of the resources of one kind. Notices drop entries, so many readers of one resource cost one call, and
 * many resources that changed together are described together. An entry that has become old takes others along that are as old: a
 * look at everything, of which nothing has changed, costs a call for a hundred.
 *
 * @param <S> the status of one resource
 */
public final class Described<S> {
    /** More than a large cluster has; the bound only keeps a leak from growing for ever. */
    private static final long MAX_ENTRIES = 20_000;

    /** Notices are never lost but can be late: this is how late an answer can be that no notice corrects. */
    private static final Duration FRESH = Duration.ofSeconds(30);

    /** What AWS describes in one call (DescribeAutoScalingGroups). */
    private static final int BATCH = 100;

    private final Function<Collection<String>, List<S>> describe;
    private final Function<S, String> name;
    private final Ticker ticker;
    private final Cache<String, Entry<S>> known =
            Caffeine.newBuilder().maximumSize(MAX_ENTRIES).build();

    /** @param status null when the cloud does not have the resource */
    private record Entry<S>(@Nullable S status, long readAt) {}

    Described(Function<Collection<String>, List<S>> describe, Function<S, String> name, Ticker ticker) {
        this.describe = describe;
        this.name = name;
        this.ticker = ticker;
    }

    /** The status of a resource, or null when the cloud does not have it. */
    public @Nullable S get(String resource) {
        Entry<S> entry = known.getIfPresent(resource);
        if (entry == null) {
            refresh(Set.of(resource));
        } else if (isOld(entry)) {
            refresh(Set.of(resource), others(resource));
        } else {
            return entry.status();
        }
        Entry<S> answer = known.getIfPresent(resource);
        return answer == null ? null : answer.status();
    }

    private boolean isOld(Entry<S> entry) {
        return ticker.read() - entry.readAt() > FRESH.toNanos();
    }

    /** Old entries of resources that the cloud has. */
    private Map<String, Entry<S>> others(String resource) {
        Map<String, Entry<S>> others = new LinkedHashMap<>();
        for (Map.Entry<String, Entry<S>> each : known.asMap().entrySet()) {
            if (others.size() == BATCH - 1) {
                break;
            }
            if (!each.getKey().equals(resource) && each.getValue().status() != null && isOld(each.getValue())) {
                others.put(each.getKey(), each.getValue());
            }
        }
        return others;
    }

    /** Asks the cloud for these in one call. */
    public void refresh(Collection<String> resources) {
        if (!resources.isEmpty()) {
            refresh(resources, Map.of());
        }
    }

    /** @param others of which what is known meanwhile, from a call of their own, is better */
    private void refresh(Collection<String> resources, Map<String, Entry<S>> others) {
        Set<String> asked = new LinkedHashSet<>(resources);
        asked.addAll(others.keySet());
        long now = ticker.read();
        Map<String, Entry<S>> answers = new LinkedHashMap<>();
        asked.forEach(resource -> answers.put(resource, new Entry<>(null, now)));
        for (S status : describe.apply(asked)) {
            answers.put(name.apply(status), new Entry<>(status, now));
        }
        answers.forEach((resource, answer) -> {
            Entry<S> before = others.get(resource);
            if (before == null) {
                known.put(resource, answer);
            } else {
                known.asMap().computeIfPresent(resource, (key, present) -> present == before ? answer : present);
            }
        });
    }

    /** Forgets what was said of a resource. */
    public void invalidate(String resource) {
        known.invalidate(resource);
    }

    /** Forgets everything. */
    public void invalidateAll() {
        known.invalidateAll();
    }
}
