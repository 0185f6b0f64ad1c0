package io.i2kit.apiserver.patch;

import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** RFC 7386. */
final class MergePatch {
    private MergePatch() {}

    /** The patched tree; neither argument is changed. */
    static JsonNode apply(JsonNode target, JsonNode patch) {
        if (!(patch instanceof ObjectNode changes)) {
            return patch.deepCopy();
        }
        ObjectNode out = target instanceof ObjectNode object ? object.deepCopy() : changes.objectNode();
        for (Map.Entry<String, JsonNode> change : changes.properties()) {
            if (change.getValue().isNull()) {
                out.remove(change.getKey());
            } else {
                JsonNode before = out.path(change.getKey());
                out.set(change.getKey(), apply(before, change.getValue()));
            }
        }
        return out;
    }
}
