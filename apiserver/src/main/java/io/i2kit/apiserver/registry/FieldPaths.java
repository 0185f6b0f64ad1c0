package io.i2kit.apiserver.registry;

import tools.jackson.databind.JsonNode;

/** Dotted paths into JSON trees. */
public final class FieldPaths {
    private FieldPaths() {}

    /** The scalar at a dotted path as text, or empty when it is absent. */
    public static String text(JsonNode tree, String path) {
        JsonNode node = tree;
        for (String part : path.split("\\.", -1)) {
            node = node.path(part);
        }
        return node.isValueNode() && !node.isNull() ? node.asString() : "";
    }
}
