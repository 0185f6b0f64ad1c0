package io.i2kit.apiserver.registry;

import tools.jackson.databind.node.ObjectNode;

/** A second API version of objects that are stored in another's form. */
public interface ObjectView {
    /** {@code group/plural} under which the objects are stored. */
    String storedResource();

    /** The stored form as this version shows it; may change and return its argument. */
    ObjectNode fromStored(ObjectNode stored);

    /** The stored name of a field that a field selector names as it is here. */
    default String storedField(String path) {
        return path;
    }

    /** The other way. */
    ObjectNode toStored(ObjectNode shown);
}
