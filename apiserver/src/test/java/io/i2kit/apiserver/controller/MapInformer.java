package io.i2kit.apiserver.controller;

import io.i2kit.apiserver.informer.Informer;
import io.i2kit.apiserver.storage.ObjectKey;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Projections that a test puts in by hand; tells nobody. */
public final class MapInformer<P> implements Informer<P> {
    private final Map<ObjectKey, P> projections = new TreeMap<>();

    public void put(ObjectKey key, P projection) {
        projections.put(key, projection);
    }

    public void remove(ObjectKey key) {
        projections.remove(key);
    }

    @Override
    public @Nullable P get(ObjectKey key) {
        return projections.get(key);
    }

    @Override
    public Collection<P> all() {
        return List.copyOf(projections.values());
    }

    @Override
    public List<P> in(String namespace) {
        return projections.entrySet().stream()
                .filter(entry -> entry.getKey().namespace().equals(namespace))
                .map(Map.Entry::getValue)
                .toList();
    }

    @Override
    public List<P> byIndex(String index, String value) {
        throw new IllegalArgumentException("there is no index named " + index);
    }

    @Override
    public void onChange(ChangeHandler<P> handler) {
        projections.forEach((key, projection) -> handler.changed(key, null, projection));
    }
}
