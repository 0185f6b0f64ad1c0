package io.i2kit.apiserver.storage.rocksdb;

import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.Storage.ListRequest;
import io.i2kit.apiserver.storage.StoredObject;
import io.i2kit.apiserver.storage.TermIndexer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The newest version of every object and all records, in memory. A single object is read without a lock; a list and a
 * transaction exclude each other, so that a list shows all of a transaction or nothing.
 */
final class LiveState {
    private static final Comparator<Live> BY_EXPIRY =
            Comparator.comparingLong(Live::expiresAtMillis).thenComparing(Live::key);

    private final Map<String, LiveResource> resources = new ConcurrentHashMap<>();
    private final ConcurrentSkipListMap<String, byte[]> records = new ConcurrentSkipListMap<>();
    private final TreeSet<Live> expiring = new TreeSet<>(BY_EXPIRY);
    private final BodyBudget bodies;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private volatile long revision;
    /** Null until an index is wanted. */
    private volatile @Nullable TermIndexer indexer;

    LiveState(BodyBudget bodies) {
        this.bodies = bodies;
    }

    /** @param remaining objects behind the last one, or -1 where nobody counts them */
    record Page(long revision, List<Live> objects, boolean more, long remaining) {}

    /** What a change does to the index. */
    private record Terms(ObjectKey key, Set<String> before, Set<String> now) {}

    long revision() {
        return revision;
    }

    @Nullable
    Live get(ObjectKey key) {
        LiveResource objects = resources.get(key.resource());
        return objects == null ? null : objects.get(key);
    }

    Map<String, Long> counts() {
        return each(LiveResource::count);
    }

    Map<String, Long> fetched() {
        return each(LiveResource::fetched);
    }

    private Map<String, Long> each(ToLongFunction<LiveResource> figure) {
        Map<String, Long> now = new TreeMap<>();
        resources.forEach((name, resource) -> now.put(name, figure.applyAsLong(resource)));
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

    /** The newest state's page, or null when the request is about an older revision. */
    @Nullable
    Page page(ListRequest request) {
        return reading(() -> {
            if (request.revision() != 0 && request.revision() != revision) {
                return null;
            }
            LiveResource resource = resources.get(request.resource());
            return resource == null ? new Page(revision, List.of(), false, 0) : resource.page(request, revision);
        });
    }

    /** What may be sought of the newest state, whatever revision the request is about. */
    Page candidates(ListRequest request, int most) {
        return reading(() -> {
            LiveResource resource = resources.get(request.resource());
            if (resource == null) {
                return new Page(revision, List.of(), false, 0);
            }
            return new Page(revision, List.copyOf(resource.candidates(request, most)), false, 0);
        });
    }

    void countFetched(String name, long more) {
        LiveResource resource = resources.get(name);
        if (resource != null) {
            resource.countFetched(more);
        }
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
        List<Terms> terms = terms(steps);
        lock.writeLock().lock();
        try {
            steps.forEach(this::apply);
            for (Terms change : terms) {
                resource(change.key()).changeTerms(change.key(), change.before(), change.now());
            }
            changedRecords.forEach((name, value) -> putRecord(name, value.bytes()));
            revision = newRevision;
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Found before the lock is taken: readers need not wait for it. */
    private List<Terms> terms(Collection<Group.Step> steps) {
        TermIndexer indexing = indexer;
        if (indexing == null) {
            return List.of();
        }
        List<Terms> found = new ArrayList<>(steps.size());
        for (Group.Step step : steps) {
            StoredObject previous = step.event().previous();
            Set<String> before = previous == null ? Set.of() : indexing.terms(previous);
            Set<String> now =
                    step.deletion() ? Set.of() : indexing.terms(step.event().object());
            if (!before.equals(now)) {
                found.add(new Terms(step.version().key(), before, now));
            }
        }
        return found;
    }

    /** @param loader brings objects from disk */
    void index(TermIndexer wanted, Function<Live, @Nullable StoredObject> loader) {
        lock.writeLock().lock();
        try {
            indexer = wanted;
            for (LiveResource resource : resources.values()) {
                resource.clearTerms();
                for (Live live : resource.all()) {
                    StoredObject inMemory = live.object();
                    StoredObject object = inMemory == null ? loader.apply(live) : inMemory;
                    if (object != null) {
                        resource.changeTerms(live.key(), Set.of(), wanted.terms(object));
                    }
                }
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    boolean isIndexed() {
        return indexer != null;
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

    /** The same key, of texts that other keys share. For the one thread that writes. */
    ObjectKey shared(ObjectKey key) {
        return resource(key).shared(key);
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
        Live before = resource(live.key()).remove(live.key());
        if (before != null) {
            bodies.remove(before);
        }
        expiring.remove(live);
    }

    private void put(Live live) {
        Live before = resource(live.key()).put(live);
        if (before != null) {
            bodies.remove(before);
        }
        bodies.add(live);
        if (live.expiresAtMillis() != 0) {
            expiring.add(live);
        }
    }

    private LiveResource resource(ObjectKey key) {
        return resources.computeIfAbsent(key.resource(), LiveResource::new);
    }

    private void putRecord(String name, byte @Nullable [] value) {
        if (value == null) {
            records.remove(name);
        } else {
            records.put(name, value);
        }
    }

    private <T extends @Nullable Object> T reading(Supplier<T> action) {
        lock.readLock().lock();
        try {
            return action.get();
        } finally {
            lock.readLock().unlock();
        }
    }
}
