package io.i2kit.apiserver.registry;

import io.i2kit.apiserver.storage.Storage;
import io.i2kit.apiserver.storage.StorageException;
import io.i2kit.apiserver.storage.StoredObject;
import io.i2kit.apiserver.storage.Write;
import java.util.List;
import java.util.concurrent.CompletionException;

/** Waits for commits and turns what the store answers into what callers understand. */
final class Commits {
    private Commits() {}

    static StoredObject one(Storage storage, Write write) {
        return all(storage, List.of(write)).getFirst();
    }

    /**
     * @throws StorageException.Conflict when an expectation does not hold
     * @throws ApiException ServiceUnavailable when the store cannot write
     */
    static List<StoredObject> all(Storage storage, List<Write> writes) {
        try {
            return storage.commit(writes).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof StorageException.Conflict conflict) {
                throw conflict;
            }
            if (e.getCause() instanceof StorageException.Unavailable unavailable) {
                throw ApiException.unavailable("the store cannot write: " + unavailable.getMessage());
            }
            throw e;
        }
    }
}
