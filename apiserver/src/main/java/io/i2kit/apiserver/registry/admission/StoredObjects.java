package io.i2kit.apiserver.registry.admission;

import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.Storage;
import io.i2kit.apiserver.storage.Storage.ListRequest;
import io.i2kit.apiserver.storage.StoredObject;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What plug-ins read of the store: as it is now. */
record StoredObjects(Storage storage) {
    List<StoredObject> stored(String resource, String namespace) {
        return storage.list(new ListRequest(resource, namespace, 0, null, 0)).objects();
    }

    List<ObjectNode> list(String resource, String namespace) {
        return stored(resource, namespace).stream()
                .map(object -> Json.parse(object.json()))
                .toList();
    }

    @Nullable
    ObjectNode get(String resource, String namespace, String name) {
        StoredObject stored = storage.get(new ObjectKey(resource, namespace, name));
        return stored == null ? null : Json.parse(stored.json());
    }
}
