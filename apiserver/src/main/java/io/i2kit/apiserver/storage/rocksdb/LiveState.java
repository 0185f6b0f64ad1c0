package io.i2kit.apiserver.storage.rocksdb;

import io.i2kit.apiserver.storage.ObjectKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The newest version of every object and all records, in memory. A single object is read without a lock; a list and a
 * transaction exclude each other, so that a list shows all of a transaction or nothing.
 */
final class LiveState {
    private static final Comparator<Live> BY_EXPIRY =
            Comparator.comparingLong(Live::expiresAtMillis).thenComparing(Live::key);

    private final Map<String, ConcurrentSkipListMap<ObjectKey, Live>> resources = new ConcurrentHashMap<>();
    /** Of objects, by resource: asking a skip list costs a walk through it. */
    private final Map<String, AtomicLong> counts = new ConcurrentHashMap<>();

    private final ConcurrentSkipListMap<String, byte[]> records = new ConcurrentSkipListMap<>();
    private final TreeSet<Live> expiring = new TreeSet<>(BY_EXPIRY);
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private volatile long revision;

    /** @param remaining objects behind the last one */
    record Page(long revision, List<Live> objects, long remaining) {}

    long revision() {
        return revision;
    }

    @Nullable
    Live get(ObjectKey key) {
        Map<ObjectKey, Live> objects = resources.get(key.resource());
        return objects == null ? null : objects.get(key);
    }

    Map<String, Long> counts() {
        Map<String, Long> now = new TreeMap<>();
        counts.forEach((resource, count) -> now.put(resource, count.get()));
        return now;
    }

    byte @Nullable [] getRecord(String name) {
        byte[] value = records.get(name);
        return value == null ? null : value.clone();
    }

    Map<String, byte[]> listRecords(String prefix) {
        return reading(() -> {
            Map<String, byte[]> found = new TreeMap<>();
            for (Map.Entry<String, byte[]> entry : records.tailMap(prefix, true).entrySet()) {
                if (!entry.getKey().startsWith(prefix)) {
                    break;
                }
                found.put(entry.getKey(), entry.getValue().clone());
            }
            return found;
        });
    }

    /** @param limit 0 for all */
    Page page(String resource, String namespace, @Nullable ObjectKey after, int limit) {
        return reading(() -> {
            NavigableMap<ObjectKey, Live> range = range(resource, namespace);
            if (after != null && !range.isEmpty()) {
                range = behind(range, after);
            }
            if (limit == 0) {
                return new Page(revision, List.copyOf(range.values()), 0);
            }
            List<Live> objects = new ArrayList<>(limit);
            for (Live live : range.values()) {
                if (objects.size() == limit) {
                    break;
                }
                objects.add(live);
            }
            return new Page(revision, objects, range.size() - objects.size());
        });
    }

    /** Objects whose time to live ended, the first ones to end first. */
    List<Live> expired(long nowMillis, int limit) {
        return reading(() -> expiring.stream()
                .takeWhile(live -> live.expiresAtMillis() <= nowMillis)
                .limit(limit)
                .toList());
    }

    /** Makes a group of transactions visible. */
    void apply(Collection<Group.Step> steps, Map<String, Group.RecordValue> changedRecords, long newRevision) {
        lock.writeLock().lock();
        try {
            for (Group.Step step : steps) {
                apply(step);
            }
            changedRecords.forEach((name, value) -> putRecord(name, value.bytes()));
            revision = newRevision;
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Fills the state at start; no reader is there yet. A key may have versions in two families: the newer one counts. */
    void load(Live live, boolean deletion) {
        Live other = get(live.key());
        if (other != null && other.revision() > live.revision()) {
            return;
        }
        if (other != null) {
            remove(other);
        }
        if (!deletion) {
            put(live);
        }
    }

    void loadRecord(String name, byte[] value) {
        records.put(name, value);
    }

    void loadRevision(long newest) {
        revision = newest;
    }

    private void apply(Group.Step step) {
        Live before = step.before();
        if (before != null && before.expiresAtMillis() != 0) {
            expiring.remove(before);
        }
        if (!step.deletion()) {
            put(step.version());
        } else if (before != null) {
            remove(before);
        }
    }

    private void remove(Live live) {
        Map<ObjectKey, Live> objects = resources.get(live.key().resource());
        if (objects != null && objects.remove(live.key()) != null) {
            count(live).decrementAndGet();
        }
        expiring.remove(live);
    }

    private void put(Live live) {
        Live before = resources
                .computeIfAbsent(live.key().resource(), any -> new ConcurrentSkipListMap<>())
                .put(live.key(), live);
        if (before == null) {
            count(live).incrementAndGet();
        }
        if (live.expiresAtMillis() != 0) {
            expiring.add(live);
        }
    }

    private AtomicLong count(Live live) {
        return counts.computeIfAbsent(live.key().resource(), any -> new AtomicLong());
    }

    private void putRecord(String name, byte @Nullable [] value) {
        if (value == null) {
            records.remove(name);
        } else {
            records.put(name, value);
        }
    }

    private NavigableMap<ObjectKey, Live> range(String resource, String namespace) {
        NavigableMap<ObjectKey, Live> all = resources.get(resource);
        if (all == null) {
            return new TreeMap<>();
        }
        return namespace.isEmpty()
                ? all
                : all.subMap(
                        new ObjectKey(resource, namespace, ""),
                        true,
                        new ObjectKey(resource, namespace + '\0', ""),
                        false);
    }

    /** The part behind a key, which need not lie in the range. */
    private static NavigableMap<ObjectKey, Live> behind(NavigableMap<ObjectKey, Live> range, ObjectKey after) {
        if (after.compareTo(range.firstKey()) < 0) {
            return range;
        }
        return after.compareTo(range.lastKey()) >= 0 ? new TreeMap<>() : range.tailMap(after, false);
    }

    private <T> T reading(Supplier<T> action) {
        lock.readLock().lock();
        try {
            return action.get();
        } finally {
            lock.readLock().unlock();
        }
    }
}
