package io.i2kit.apiserver.registry;

import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.Storage;
import io.i2kit.apiserver.storage.StoredObject;
import java.util.List;

/** Lets nothing new into a namespace that is missing or ends: upstream's admission plugin of this name. */
final class NamespaceLifecycle {
    private final Storage storage;

    NamespaceLifecycle(Storage storage) {
        this.storage = storage;
    }

    void requireActive(ResourceDefinition definition, String namespace, String name) {
        StoredObject stored = storage.get(new ObjectKey("namespaces", "", namespace));
        if (stored == null) {
            throw ApiException.notFound("", "namespaces", namespace);
        }
        if (!Meta.isDeleting(Json.parse(stored.json()))) {
            return;
        }
        ResourceNames names = definition.names();
        throw new ApiException(
                403,
                "Forbidden",
                names.qualified() + " \"" + name + "\" is forbidden: unable to create new content in namespace "
                        + namespace + " because it is being terminated",
                new ApiException.Details(
                        names.group(),
                        names.plural(),
                        name,
                        "",
                        List.of(new FieldError(
                                "NamespaceTerminating",
                                "metadata.namespace",
                                "namespace " + namespace + " is being terminated")),
                        0));
    }
}
