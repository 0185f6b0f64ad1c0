package io.i2kit.apiserver.controller;

import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.Write;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Objects in a map: no strategies, no revisions; generated names count up. */
public final class MemoryObjectClient implements ObjectClient {
    private final Map<ObjectKey, ObjectNode> objects = new TreeMap<>();
    private int generated;
    private int writes;

    /** How many calls changed something. */
    public synchronized int writes() {
        return writes;
    }

    @Override
    public synchronized @Nullable ObjectNode get(ObjectKey key) {
        ObjectNode object = objects.get(key);
        return object == null ? null : object.deepCopy();
    }

    @Override
    public synchronized List<ObjectNode> list(String resource, String namespace) {
        return objects.entrySet().stream()
                .filter(entry -> entry.getKey().resource().equals(resource)
                        && (namespace.isEmpty() || entry.getKey().namespace().equals(namespace)))
                .map(entry -> entry.getValue().deepCopy())
                .toList();
    }

    @Override
    public synchronized ObjectNode create(String resource, String namespace, ObjectNode object) {
        if (FieldPaths.text(object, "metadata.name").isEmpty()) {
            String prefix = FieldPaths.text(object, "metadata.generateName");
            object.withObject("/metadata").put("name", prefix + ++generated);
        }
        ObjectKey key = new ObjectKey(resource, namespace, FieldPaths.text(object, "metadata.name"));
        if (objects.putIfAbsent(key, object.deepCopy()) != null) {
            throw ApiException.alreadyExists("", resource, key.name());
        }
        writes++;
        return object;
    }

    @Override
    public synchronized @Nullable ObjectNode modify(
            ObjectKey key, String subresource, UnaryOperator<@Nullable ObjectNode> change) {
        ObjectNode present = get(key);
        ObjectNode changed = present == null ? null : change.apply(present);
        if (changed != null && !changed.equals(objects.get(key))) {
            writes++;
            objects.put(key, changed.deepCopy());
        }
        return changed;
    }

    @Override
    public synchronized void delete(ObjectKey key, DeleteOptions options, List<Write> alsoWrite) {
        if (objects.remove(key) != null) {
            writes++;
        }
    }
}
