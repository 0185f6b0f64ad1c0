package io.i2kit.apiserver.storage.rocksdb;

import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.Storage.ListRequest;
import io.i2kit.apiserver.storage.Storage.Narrowing;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The newest versions of one resource's objects. {@link #get}, {@link #count} and {@link #fetched} may be called at any time; the
 * rest is guarded by the lock of {@link LiveState}.
 */
final class LiveResource {
    /** A page is cut where its objects take more, so that a list of large ones is not in memory at once. */
    private static final long PAGE_BYTES = 16 << 20;

    private final String name;
    private final ConcurrentSkipListMap<ObjectKey, Live> objects = new ConcurrentSkipListMap<>();
    private final AtomicLong count = new AtomicLong();
    private final LongAdder fetched = new LongAdder();
    private final TermIndex index = new TermIndex();
    /** How many objects each namespace has. */
    private final TreeMap<String, Integer> namespaces = new TreeMap<>();

    LiveResource(String name) {
        this.name = name;
    }

    @Nullable
    Live get(ObjectKey key) {
        return objects.get(key);
    }

    /** Of objects; asking the skip list would cost a walk. */
    long count() {
        return count.get();
    }

    /** Objects that lists looked at. */
    long fetched() {
        return fetched.sum();
    }

    void countFetched(long more) {
        fetched.add(more);
    }

    Collection<Live> all() {
        return objects.values();
    }

    /** The same key, of texts that other keys share. */
    ObjectKey shared(ObjectKey key) {
        String namespace = namespaces.ceilingKey(key.namespace());
        return new ObjectKey(name, key.namespace().equals(namespace) ? namespace : key.namespace(), key.name());
    }

    /** Returns the version that was there. */
    @Nullable
    Live put(Live live) {
        Live before = objects.put(live.key(), live);
        if (before == null) {
            count.incrementAndGet();
            namespaces.merge(live.key().namespace(), 1, Integer::sum);
        }
        return before;
    }

    /** Returns the version that was there. */
    @Nullable
    Live remove(ObjectKey key) {
        Live before = objects.remove(key);
        if (before != null) {
            count.decrementAndGet();
            namespaces.computeIfPresent(key.namespace(), (any, left) -> left == 1 ? null : left - 1);
        }
        return before;
    }

    void clearTerms() {
        index.clear();
    }

    void changeTerms(ObjectKey key, Set<String> before, Set<String> now) {
        index.change(key, before, now);
    }

    /** The objects of a page, in order. */
    LiveState.Page page(ListRequest request, long revision) {
        if (request.limit() == 0 && request.narrowing().isNone()) {
            List<Live> all = List.copyOf(behind(request).values());
            fetched.add(all.size());
            return new LiveState.Page(revision, all, false, 0);
        }
        int limit = request.limit() == 0 ? Integer.MAX_VALUE : request.limit();
        long bytesLeft = request.limit() == 0 ? Long.MAX_VALUE : PAGE_BYTES;
        List<Live> found = new ArrayList<>();
        boolean more = false;
        for (Live live : candidates(request, limit == Integer.MAX_VALUE ? limit : limit + 1)) {
            if (found.size() == limit || bytesLeft <= 0) {
                more = true;
                break;
            }
            found.add(live);
            bytesLeft -= live.bytes();
        }
        fetched.add(found.size());
        return new LiveState.Page(revision, found, more, more ? remaining(request, found.size()) : 0);
    }

    /** The first objects behind the request's key that may be sought, in order; not more than so many where they are gathered. */
    Collection<Live> candidates(ListRequest request, int most) {
        Narrowing narrowing = request.narrowing();
        if (!narrowing.name().isEmpty()) {
            return named(request);
        }
        return narrowing.terms().isEmpty() ? behind(request).values() : indexed(request, most);
    }

    private long remaining(ListRequest request, int taken) {
        if (request.after() != null || !request.narrowing().isNone()) {
            return -1;
        }
        long all = request.namespace().isEmpty() ? count.get() : namespaces.getOrDefault(request.namespace(), 0);
        return all - taken;
    }

    private List<Live> named(ListRequest request) {
        List<Live> found = new ArrayList<>();
        Collection<String> all = request.namespace().isEmpty() ? namespaces.keySet() : Set.of(request.namespace());
        for (String namespace : all) {
            Live live = objects.get(
                    new ObjectKey(name, namespace, request.narrowing().name()));
            ObjectKey after = request.after();
            if (live != null && (after == null || live.key().compareTo(after) > 0)) {
                found.add(live);
            }
        }
        return found;
    }

    private Collection<Live> indexed(ListRequest request, int most) {
        ObjectKey first = first(request);
        TreeMap<ObjectKey, Live> found = new TreeMap<>(Comparator.naturalOrder());
        for (SortedKeys keys : index.fewest(request.narrowing().terms())) {
            int[] left = {most};
            keys.from(first, key -> {
                boolean inside =
                        request.namespace().isEmpty() || key.namespace().equals(request.namespace());
                Live live = inside ? objects.get(key) : null;
                if (live != null && !key.equals(request.after())) {
                    found.put(key, live);
                    left[0]--;
                }
                return inside && left[0] > 0;
            });
        }
        return found.values();
    }

    /** The lowest key that the request may be about. */
    private ObjectKey first(ListRequest request) {
        ObjectKey start = new ObjectKey(name, request.namespace(), "");
        ObjectKey after = request.after();
        return after == null || after.compareTo(start) < 0 ? start : after;
    }

    private NavigableMap<ObjectKey, Live> behind(ListRequest request) {
        ObjectKey first = first(request);
        boolean inclusive = !first.equals(request.after());
        if (request.namespace().isEmpty()) {
            return objects.tailMap(first, inclusive);
        }
        ObjectKey end = new ObjectKey(name, request.namespace() + '\0', "");
        return first.compareTo(end) >= 0 ? new TreeMap<>() : objects.subMap(first, inclusive, end, false);
    }
}
