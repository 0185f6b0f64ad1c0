package io.i2kit.apiserver.controller.service;

import io.i2kit.cloud.deploy.StackRecord;
import io.i2kit.cloud.deploy.StackRecords;
import io.i2kit.cloud.model.StackId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The server's records without a database. */
final class MemoryRecords implements StackRecords {
    private final Map<StackId, StackRecord> byId = new ConcurrentHashMap<>();

    @Override
    public @Nullable StackRecord get(StackId id) {
        return byId.get(id);
    }

    @Override
    public void put(StackRecord record) {
        byId.put(record.id(), record);
    }

    @Override
    public void remove(StackId id) {
        byId.remove(id);
    }

    @Override
    public List<StackRecord> list() {
        return List.copyOf(byId.values());
    }
}
