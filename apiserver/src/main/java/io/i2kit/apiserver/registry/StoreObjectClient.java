package io.i2kit.apiserver.registry;

import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.Storage.ListRequest;
import io.i2kit.apiserver.storage.StoredObject;
import io.i2kit.apiserver.storage.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Controllers' access to the {@link Store} of their own process. */
public final class StoreObjectClient implements ObjectClient {
    private static final String MANAGER = "i2kit-controller";

    private final Store store;
    private final ResourceTable table;

    public StoreObjectClient(Store store, ResourceTable table) {
        this.store = store;
        this.table = table;
    }

    @Override
    public @Nullable ObjectNode get(ObjectKey key) {
        StoredObject stored = store.storage().get(key);
        return stored == null ? null : Json.parse(stored.json());
    }

    @Override
    public List<ObjectNode> list(String resource, String namespace) {
        List<ObjectNode> objects = new ArrayList<>();
        ListRequest request = new ListRequest(resource, namespace, 0, null, 0);
        for (StoredObject stored : store.storage().list(request).objects()) {
            objects.add(Json.parse(stored.json()));
        }
        return objects;
    }

    @Override
    public ObjectNode create(String resource, String namespace, ObjectNode object) {
        ResourceDefinition definition = table.stored(resource);
        ObjectNode copy = object.deepCopy();
        copy.put("apiVersion", definition.names().apiVersion());
        copy.put("kind", definition.names().kind());
        return Json.parse(store.create(definition, namespace, copy, WriteOptions.by(MANAGER))
                .json());
    }

    @Override
    public @Nullable ObjectNode modify(ObjectKey key, String subresource, UnaryOperator<@Nullable ObjectNode> change) {
        ResourceDefinition definition = table.stored(key.resource());
        Change whole =
                subresource.equals("scale") ? Scale.of(definition, current -> change.apply(current)) : change::apply;
        try {
            Written written = store.update(definition, key, subresource, whole, WriteOptions.by(MANAGER));
            if (written == null) {
                return null;
            }
            ObjectNode object = Json.parse(written.json());
            return subresource.equals("scale") ? Scale.show(definition, object) : object;
        } catch (ApiException e) {
            if (e.reason().equals("NotFound")) {
                return null;
            }
            throw e;
        }
    }

    @Override
    public void delete(ObjectKey key, DeleteOptions options, List<Write> alsoWrite) {
        try {
            store.delete(table.stored(key.resource()), key, options, false, alsoWrite);
        } catch (ApiException e) {
            if (!e.reason().equals("NotFound")) {
                throw e;
            }
        }
    }
}
