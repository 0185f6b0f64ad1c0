package io.i2kit.apiserver.storage;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Small objects for tests of stores. */
public final class Objects {
    public static final String PODS = "pods";

    private Objects() {}

    public static ObjectKey pod(String namespace, String name) {
        return new ObjectKey(PODS, namespace, name);
    }

    /** An object whose {@code data} is told apart by a text. */
    public static ObjectBody body(ObjectKey key, String data) {
        return revision -> ("{\"kind\":\"Pod\",\"metadata\":{\"labels\":{\"resourceVersion\":\"no\"},\"name\":\""
                        + key.name() + "\",\"resourceVersion\":\"" + revision + "\"},\"data\":\"" + data + "\"}")
                .getBytes(StandardCharsets.UTF_8);
    }

    public static Write.Put put(ObjectKey key, long expected, String data) {
        return new Write.Put(key, expected, body(key, data), null);
    }

    public static Write.Put put(ObjectKey key, long expected, String data, Duration timeToLive) {
        return new Write.Put(key, expected, body(key, data), timeToLive);
    }

    public static Write.Delete delete(ObjectKey key, long expected) {
        return new Write.Delete(key, expected, body(key, "deleted"));
    }

    /** The {@code data} of an object made by {@link #body}. */
    public static String data(@Nullable StoredObject object) {
        String json = json(object);
        int start = json.indexOf("\"data\":\"") + 8;
        return json.substring(start, json.length() - 2);
    }

    public static String json(@Nullable StoredObject object) {
        if (object == null) {
            throw new AssertionError("the object is not there");
        }
        return new String(object.json(), StandardCharsets.UTF_8);
    }

    /** Commits one write and gives its object. */
    public static StoredObject commit(Storage storage, Write write) {
        return await(storage.commit(List.of(write))).getFirst();
    }

    /** The result, or the store's exception. */
    public static <T> T await(CompletableFuture<T> future) {
        try {
            return future.orTimeout(30, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof StorageException cause) {
                throw cause;
            }
            if (e.getCause() instanceof TimeoutException) {
                throw new AssertionError("no answer within 30 s", e);
            }
            throw e;
        }
    }
}
