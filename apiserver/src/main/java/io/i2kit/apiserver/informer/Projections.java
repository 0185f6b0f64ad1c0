package io.i2kit.apiserver.informer;

import io.i2kit.apiserver.storage.ObjectKey;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** The projections of one informer with their indexes. One writer, many readers. */
final class Projections<P> {
    /** The built-in index. */
    private static final String NAMESPACE = "namespace";

    private final ConcurrentSkipListMap<ObjectKey, P> all = new ConcurrentSkipListMap<>();
    private final Map<String, Indexer<P>> indexers;
    private final Map<String, Map<String, ConcurrentSkipListMap<ObjectKey, P>>> indexes = new ConcurrentHashMap<>();

    Projections(Map<String, Indexer<P>> indexers) {
        Map<String, Indexer<P>> together = new HashMap<>(indexers);
        together.put(NAMESPACE, (key, projection) -> List.of(key.namespace()));
        this.indexers = Map.copyOf(together);
        this.indexers.keySet().forEach(name -> indexes.put(name, new ConcurrentHashMap<>()));
    }

    @Nullable
    P get(ObjectKey key) {
        return all.get(key);
    }

    Collection<P> all() {
        return Collections.unmodifiableCollection(all.values());
    }

    Map<ObjectKey, P> entries() {
        return Collections.unmodifiableMap(all);
    }

    List<P> in(String namespace) {
        return byIndex(NAMESPACE, namespace);
    }

    List<P> byIndex(String index, String value) {
        Map<String, ConcurrentSkipListMap<ObjectKey, P>> values = indexes.get(index);
        if (values == null) {
            throw new IllegalArgumentException("there is no index named " + index);
        }
        Map<ObjectKey, P> found = values.get(value);
        return found == null ? List.of() : List.copyOf(found.values());
    }

    /** Sets or removes; returns what was there. */
    @Nullable
    P put(ObjectKey key, @Nullable P after) {
        P before = after == null ? all.remove(key) : all.put(key, after);
        indexers.forEach((index, indexer) -> {
            Map<String, ConcurrentSkipListMap<ObjectKey, P>> values = indexes.get(index);
            if (values != null) {
                move(values, key, indexer, before, after);
            }
        });
        return before;
    }

    private void move(
            Map<String, ConcurrentSkipListMap<ObjectKey, P>> values,
            ObjectKey key,
            Indexer<P> indexer,
            @Nullable P before,
            @Nullable P after) {
        Collection<String> now = after == null ? List.of() : indexer.values(key, after);
        if (before != null) {
            for (String value : indexer.values(key, before)) {
                if (!now.contains(value)) {
                    values.computeIfPresent(value, (any, found) -> without(found, key));
                }
            }
        }
        if (after != null) {
            now.forEach(value -> values.compute(value, (any, found) -> with(found, key, after)));
        }
    }

    private @Nullable ConcurrentSkipListMap<ObjectKey, P> without(
            ConcurrentSkipListMap<ObjectKey, P> found, ObjectKey key) {
        found.remove(key);
        return found.isEmpty() ? null : found;
    }

    private ConcurrentSkipListMap<ObjectKey, P> with(
            @Nullable ConcurrentSkipListMap<ObjectKey, P> found, ObjectKey key, P projection) {
        ConcurrentSkipListMap<ObjectKey, P> target = found == null ? new ConcurrentSkipListMap<>() : found;
        target.put(key, projection);
        return target;
    }
}
