package io.i2kit.apiserver.openapi;

import io.i2kit.apiserver.openapi.SchemaType.Struct;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The merge schema of every kind that Kubernetes' OpenAPI describes for the group-versions served. Reading it takes milliseconds and
 * is put off to the first use.
 */
public final class Schema {
    private static final String RESOURCE = "schema.json";

    private static final Schema BUILT_IN = new Schema();

    private Schema() {}

    /** The schema that the build packed into this jar; it is read when something is first looked up. */
    public static Schema builtIn() {
        return BUILT_IN;
    }

    private record Content(Map<GroupVersionKind, SchemaNode> kinds, Map<String, Struct> types) {
        static final Content BUILT_IN = read();
    }

    /** The root node of a kind, or null for one that the schema does not know. */
    public @Nullable SchemaNode find(GroupVersionKind kind) {
        return Content.BUILT_IN.kinds().get(kind);
    }

    /** @param name for example {@code io.k8s.api.core.v1.PodSpec} */
    public @Nullable Struct type(String name) {
        return Content.BUILT_IN.types().get(name);
    }

    private static Content read() {
        JsonNode root;
        try (InputStream in = Schema.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("the build left out " + RESOURCE);
            }
            root = JsonMapper.shared().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, Struct> types = new SchemaReader(root.path("types")).read();
        Map<GroupVersionKind, SchemaNode> kinds = new HashMap<>();
        for (Map.Entry<String, JsonNode> kind : root.path("kinds").properties()) {
            int slash = kind.getKey().lastIndexOf('/');
            Struct type = types.get(kind.getValue().asString());
            if (type == null) {
                throw new IllegalStateException(RESOURCE + " lacks " + kind.getValue());
            }
            kinds.put(
                    GroupVersionKind.of(
                            kind.getKey().substring(0, slash), kind.getKey().substring(slash + 1)),
                    SchemaNode.of(type));
        }
        return new Content(Map.copyOf(kinds), types);
    }
}
