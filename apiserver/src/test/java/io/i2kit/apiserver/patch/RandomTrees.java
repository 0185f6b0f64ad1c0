package io.i2kit.apiserver.patch;

import io.i2kit.apiserver.openapi.SchemaNode;
import io.i2kit.apiserver.openapi.SchemaType.ListKind;
import io.i2kit.apiserver.openapi.SchemaType.ListOf;
import io.i2kit.apiserver.openapi.SchemaType.MapOf;
import io.i2kit.apiserver.openapi.SchemaType.Scalar;
import io.i2kit.apiserver.openapi.SchemaType.Struct;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Random values of a schema's types: few distinct names and values, so that two of them overlap. */
final class RandomTrees {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final List<String> WORDS = List.of("a", "b", "c", "d");
    private static final int DEPTH = 5;

    private final Random random;

    RandomTrees(long seed) {
        this.random = new Random(seed);
    }

    /** A value without nulls and without empty objects and lists, which merging does not tell from absent ones. */
    JsonNode value(SchemaNode schema) {
        return value(schema, DEPTH);
    }

    private JsonNode value(SchemaNode schema, int depth) {
        return switch (schema.type()) {
            case Struct struct -> struct(struct, depth);
            case MapOf map -> {
                ObjectNode out = NODES.objectNode();
                int size = 1 + random.nextInt(3);
                for (int i = 0; i < size; i++) {
                    out.set(word(), value(map.value(), depth - 1));
                }
                yield out;
            }
            case ListOf list -> list(list, depth);
            case Scalar scalar -> scalar(scalar);
        };
    }

    private ObjectNode struct(Struct struct, int depth) {
        ObjectNode out = NODES.objectNode();
        List<String> names = new ArrayList<>(struct.fields().keySet());
        Collections.shuffle(names, random);
        int wanted = 1 + random.nextInt(4);
        for (String name : names) {
            SchemaNode field = Objects.requireNonNull(struct.fields().get(name)).schema();
            boolean leaf = field.type() instanceof Scalar;
            if (out.size() < wanted && (leaf || depth > 0)) {
                out.set(name, value(field, depth - 1));
            }
        }
        return out;
    }

    private ArrayNode list(ListOf list, int depth) {
        ArrayNode out = NODES.arrayNode();
        Set<PathElement> seen = new HashSet<>();
        Set<JsonNode> mergeKeys = new HashSet<>();
        int size = 1 + random.nextInt(3);
        for (int i = 0; i < size; i++) {
            JsonNode item = value(list.element(), depth - 1);
            if (item instanceof ObjectNode object && list.element().type() instanceof Struct struct) {
                for (String key : list.keys()) {
                    object.set(
                            key,
                            value(
                                    Objects.requireNonNull(struct.fields().get(key))
                                            .schema(),
                                    0));
                }
            }
            boolean fresh = list.kind() == ListKind.ATOMIC || seen.add(TypedTrees.element(list, item));
            boolean freshKey = list.mergeKey() == null || mergeKeys.add(item.path(list.mergeKey()));
            if (fresh && freshKey) {
                out.add(item);
            }
        }
        return out;
    }

    private JsonNode scalar(Scalar scalar) {
        return switch (scalar) {
            case STRING, ANY -> NODES.stringNode(word());
            case BYTES -> NODES.stringNode("YQ==");
            case TIME -> NODES.stringNode("2026-01-0" + (1 + random.nextInt(3)) + "T00:00:00Z");
            case INT32, INT64, NUMBER, INT_OR_STRING -> NODES.numberNode(1 + random.nextInt(3));
            case BOOLEAN -> NODES.booleanNode(random.nextBoolean());
            case QUANTITY -> NODES.stringNode(1 + random.nextInt(3) + "Gi");
        };
    }

    private String word() {
        return WORDS.get(random.nextInt(WORDS.size()));
    }
}
