package io.i2kit.apiserver.controller.pod;

import io.i2kit.apiserver.storage.Storage;
import io.i2kit.apiserver.storage.Write;
import io.i2kit.cloud.deploy.StackRecord;
import io.i2kit.cloud.deploy.StackRecords;
import io.i2kit.cloud.model.StackId;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Stack records as private records of the store: {@code stacks/<kind>/<namespace>/<name>/<uid>}. */
public final class StoredStackRecords implements StackRecords {
    private static final String PREFIX = "stacks/";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Storage storage;

    public StoredStackRecords(Storage storage) {
        this.storage = storage;
    }

    @Override
    public @Nullable StackRecord get(StackId id) {
        byte[] record = storage.getRecord(name(id));
        return record == null ? null : JSON.readValue(record, StackRecord.class);
    }

    @Override
    public void put(StackRecord record) {
        commit(new Write.PutRecord(name(record.id()), JSON.writeValueAsBytes(record)));
    }

    @Override
    public void remove(StackId id) {
        commit(new Write.DeleteRecord(name(id)));
    }

    @Override
    public List<StackRecord> list() {
        return storage.listRecords(PREFIX).values().stream()
                .map(record -> JSON.readValue(record, StackRecord.class))
                .toList();
    }

    private void commit(Write write) {
        try {
            storage.commit(List.of(write)).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private static String name(StackId id) {
        return PREFIX + String.join("/", id.kind(), id.namespace(), id.name(), id.uid());
    }
}
