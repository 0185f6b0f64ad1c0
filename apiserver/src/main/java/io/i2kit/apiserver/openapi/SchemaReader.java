package io.i2kit.apiserver.openapi;

import io.i2kit.apiserver.openapi.SchemaNode.PatchStrategy;
import io.i2kit.apiserver.openapi.SchemaType.ListKind;
import io.i2kit.apiserver.openapi.SchemaType.ListOf;
import io.i2kit.apiserver.openapi.SchemaType.MapOf;
import io.i2kit.apiserver.openapi.SchemaType.Scalar;
import io.i2kit.apiserver.openapi.SchemaType.Struct;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads {@code schema.json}, which {@code src/build/openapi_schema.py} writes: {@code kinds} names the type of each
 * {@code apiVersion/kind}; {@code types} holds {@code {"alias": expression}} or {@code {"fields": {name: expression}, "defaults":
 * {…}, "atomic": true, "go": {name: text}}}, with the texts of {@link GoField#parse}. An expression is a scalar's name, {@code #Type},
 * or an object: {@code {"list": expression, "kind", "keys", "mergeKey"}}, {@code {"map": expression}} or {@code {"type": expression}}, each with {@code "atomic"} and {@code "patch"} where
 * they are set.
 */
final class SchemaReader {
    private final JsonNode types;
    private final Map<String, Struct> structs = new HashMap<>();
    private final Map<String, SchemaNode> aliases = new HashMap<>();
    private final Map<String, SchemaNode> scalars = new HashMap<>();
    private final Set<String> atomic = new HashSet<>();
    private final Map<String, GoField> goFields = new HashMap<>();

    SchemaReader(JsonNode types) {
        this.types = types;
    }

    Map<String, Struct> read() {
        for (Map.Entry<String, JsonNode> type : types.properties()) {
            JsonNode body = type.getValue();
            if (body.has("alias")) {
                aliases.put("#" + type.getKey(), expression(body.path("alias")));
                continue;
            }
            Map<String, JsonNode> defaults = new HashMap<>();
            body.path("defaults").properties().forEach(entry -> defaults.put(entry.getKey(), entry.getValue()));
            structs.put("#" + type.getKey(), new Struct(type.getKey(), defaults, go(body.get("go"))));
            if (body.path("atomic").asBoolean(false)) {
                atomic.add("#" + type.getKey());
            }
        }
        Map<String, Struct> named = new HashMap<>();
        for (Struct struct : structs.values()) {
            types.path(struct.name())
                    .path("fields")
                    .properties()
                    .forEach(field -> struct.addField(field.getKey(), expression(field.getValue())));
            named.put(struct.name(), struct);
        }
        return named;
    }

    private @Nullable Map<String, GoField> go(@Nullable JsonNode fields) {
        if (fields == null) {
            return null;
        }
        Map<String, GoField> go = new HashMap<>();
        fields.properties()
                .forEach(field -> go.put(
                        field.getKey(),
                        goFields.computeIfAbsent(field.getValue().asString(), GoField::parse)));
        return go;
    }

    private SchemaNode expression(JsonNode node) {
        if (node.isString()) {
            return named(node.asString());
        }
        SchemaNode base = base(node);
        boolean whole = base.atomic() || node.path("atomic").asBoolean(false);
        return new SchemaNode(base.type(), whole, strategy(node.path("patch").asString("")));
    }

    private SchemaNode base(JsonNode node) {
        if (node.has("list")) {
            ListKind kind = ListKind.valueOf(node.path("kind").asString("").toUpperCase(Locale.ROOT));
            List<String> keys = new ArrayList<>();
            node.path("keys").forEach(key -> keys.add(key.asString()));
            String mergeKey = node.has("mergeKey") ? node.path("mergeKey").asString() : null;
            ListOf list = new ListOf(expression(node.path("list")), kind, keys, mergeKey);
            return new SchemaNode(list, kind == ListKind.ATOMIC, PatchStrategy.NONE);
        }
        return node.has("map")
                ? SchemaNode.of(new MapOf(expression(node.path("map"))))
                : named(node.path("type").asString());
    }

    private SchemaNode named(String name) {
        if (!name.startsWith("#")) {
            return scalars.computeIfAbsent(name, SchemaReader::scalar);
        }
        Struct struct = structs.get(name);
        if (struct != null) {
            return new SchemaNode(struct, atomic.contains(name), PatchStrategy.NONE);
        }
        SchemaNode alias = aliases.get(name);
        if (alias == null) {
            throw new IllegalStateException("schema.json names a type that it lacks: " + name);
        }
        return alias;
    }

    private static SchemaNode scalar(String name) {
        return SchemaNode.of(
                name.equals("intorstring") ? Scalar.INT_OR_STRING : Scalar.valueOf(name.toUpperCase(Locale.ROOT)));
    }

    private static PatchStrategy strategy(String text) {
        return switch (text) {
            case "" -> PatchStrategy.NONE;
            case "replace" -> PatchStrategy.REPLACE;
            case "merge" -> PatchStrategy.MERGE;
            case "retainKeys" -> PatchStrategy.RETAIN_KEYS;
            case "merge,retainKeys" -> PatchStrategy.MERGE_RETAIN_KEYS;
            default -> throw new IllegalStateException("schema.json has an unknown patch strategy: " + text);
        };
    }
}
