package io.i2kit.apiserver.registry;

import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.Write;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * How controllers read and write objects: in this process, past HTTP, through the same strategies. Calls block (virtual
 * threads) and raise {@link ApiException}. The server's own writes are made as {@code i2kit-controller}.
 */
public interface ObjectClient {
    /** The object (a tree of the caller's own), or null. */
    @Nullable
    ObjectNode get(ObjectKey key);

    /** Objects of a resource; an empty namespace lists all. */
    List<ObjectNode> list(String resource, String namespace);

    /** @throws ApiException AlreadyExists, Invalid, or NotFound or Forbidden for the namespace */
    ObjectNode create(String resource, String namespace, ObjectNode object);

    /** As {@link #create}, for what another writer may have made by now: that stays as it is. */
    default void createUnlessThere(String resource, String namespace, ObjectNode object) {
        try {
            create(resource, namespace, object);
        } catch (ApiException e) {
            if (!e.reason().equals("AlreadyExists")) {
                throw e;
            }
        }
    }

    /**
     * Makes an object, or gives the one that is there all of its fields but the metadata.
     *
     * @param key of the same resource
     */
    default void put(String resource, ObjectKey key, ObjectNode wanted) {
        ObjectNode stored = modify(key, "", present -> {
            if (present != null) {
                wanted.properties().forEach(field -> {
                    if (!field.getKey().equals("metadata")) {
                        present.set(field.getKey(), field.getValue());
                    }
                });
            }
            return present;
        });
        if (stored == null) {
            create(resource, key.namespace(), wanted);
        }
    }

    /**
     * Reads, changes, writes; again when another writer was quicker. A change that returns an equal object writes nothing.
     *
     * @param subresource empty, {@code status} or {@code scale}
     * @param change gets a tree of its own and may change and return it; returning null gives up without a write
     * @return what is stored now, or null when the object does not exist or the change gave up
     */
    @Nullable
    ObjectNode modify(ObjectKey key, String subresource, UnaryOperator<@Nullable ObjectNode> change);

    /**
     * Deletes, with the semantics of a client's DELETE; a missing object is no error.
     *
     * @param alsoWrite private records to write in the transaction that removes the object
     */
    void delete(ObjectKey key, DeleteOptions options, List<Write> alsoWrite);

    /**
     * {@code metav1.DeleteOptions} with preconditions.
     *
     * @param graceSeconds null for the kind's own
     * @param propagation {@code Background}, {@code Foreground}, {@code Orphan}, or empty for the default
     * @param uid precondition, or empty
     * @param resourceVersion precondition, or empty
     */
    record DeleteOptions(@Nullable Long graceSeconds, String propagation, String uid, String resourceVersion) {
        /** The kind's defaults, no preconditions. */
        public static final DeleteOptions DEFAULT = new DeleteOptions(null, "", "", "");
    }
}
