package io.i2kit.apiserver.registry;

import io.i2kit.apiserver.storage.StoredObject;

/** What a list, a watch or a deletion of a collection is about. */
public record Selection(ResourceDefinition definition, LabelSelector labels, FieldSelector fields) {
    /** All objects of a kind. */
    public static Selection all(ResourceDefinition definition) {
        return new Selection(definition, LabelSelector.EVERYTHING, FieldSelector.EVERYTHING);
    }

    public boolean isEverything() {
        return labels.isEverything() && fields.isEverything();
    }

    /** Parses the object only when there is something to select by. */
    public boolean matches(StoredObject stored) {
        if (isEverything()) {
            return true;
        }
        var object = Json.parseWithoutManagedFields(stored.json());
        return labels.matches(object) && fields.matches(object, definition.strategy());
    }
}
