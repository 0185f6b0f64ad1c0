package io.i2kit.apiserver.registry;

import io.i2kit.apiserver.storage.Storage;
import io.i2kit.apiserver.storage.StoredObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a list, a watch or a deletion of a collection is about. */
public record Selection(ResourceDefinition definition, LabelSelector labels, FieldSelector fields) {
    /** All objects of a kind. */
    public static Selection all(ResourceDefinition definition) {
        return new Selection(definition, LabelSelector.EVERYTHING, FieldSelector.EVERYTHING);
    }

    public boolean isEverything() {
        return labels.isEverything() && fields.isEverything();
    }

    /** What the store can know of the objects that match. */
    public Storage.Narrowing narrowing() {
        List<Set<String>> terms = new ArrayList<>(labels.terms());
        terms.addAll(fields.terms(definition.strategy()));
        return new Storage.Narrowing(fields.onlyName(), terms);
    }

    /** Where objects can match: {@code asked}, or where that is everywhere, the one namespace that a field fixes. */
    public String namespace(String asked) {
        return asked.isEmpty() && definition.namespaced() ? fields.onlyNamespace() : asked;
    }

    /** Reads no more of the object than there is to select by. */
    public boolean matches(StoredObject stored) {
        if (!labels.isEverything() && !labels.matchesLabels(Json.labels(stored.json()))) {
            return false;
        }
        return fields.isEverything()
                || fields.matches(Json.parseWithoutManagedFields(stored.json()), definition.strategy());
    }
}
