package io.i2kit.apiserver.registry;

import tools.jackson.databind.node.ObjectNode;

/** The rules of kinds whose status is written through {@code /status} alone, which changes no metadata, and without a generation. */
public class StatusStrategy implements RestStrategy {
    @Override
    public void prepareForCreate(ObjectNode object) {
        object.putObject("status");
    }

    @Override
    public void prepareForUpdate(ObjectNode object, ObjectNode old) {
        object.set("status", old.path("status").deepCopy());
    }

    @Override
    public void prepareForStatusUpdate(ObjectNode object, ObjectNode old) {
        RestStrategy.super.prepareForStatusUpdate(object, old);
        Meta.keepWritable(old, object);
    }
}
