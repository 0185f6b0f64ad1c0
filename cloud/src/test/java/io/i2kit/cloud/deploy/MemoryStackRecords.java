package io.i2kit.cloud.deploy;

import io.i2kit.cloud.model.StackId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A server's records without a database. */
public final class MemoryStackRecords implements StackRecords {
    private final Map<StackId, StackRecord> all = new ConcurrentHashMap<>();

    @Override
    public @Nullable StackRecord get(StackId id) {
        return all.get(id);
    }

    @Override
    public void put(StackRecord record) {
        all.put(record.id(), record);
    }

    @Override
    public void remove(StackId id) {
        all.remove(id);
    }

    @Override
    public List<StackRecord> list() {
        return List.copyOf(all.values());
    }
}
