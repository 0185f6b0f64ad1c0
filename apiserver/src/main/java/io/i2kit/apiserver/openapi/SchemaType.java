package io.i2kit.apiserver.openapi;

import io.i2kit.apiserver.openapi.GoField.Empty;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The shape of a JSON value in an API object, with what merging needs to know of it. */
public sealed interface SchemaType {
    /** A value without parts. */
    enum Scalar implements SchemaType {
        STRING,
        /** Base64. */
        BYTES,
        /** RFC 3339. */
        TIME,
        INT32,
        INT64,
        NUMBER,
        BOOLEAN,
        INT_OR_STRING,
        QUANTITY,
        /** Any JSON value; never looked into. */
        ANY
    }

    /** How a list is merged: {@code x-kubernetes-list-type}. */
    enum ListKind {
        ATOMIC,
        SET,
        MAP
    }

    /**
     * @param keys {@code x-kubernetes-list-map-keys}; empty unless {@code kind} is MAP
     * @param mergeKey {@code x-kubernetes-patch-merge-key}, for strategic merge; null for a list of scalars
     */
    record ListOf(
            SchemaNode element,
            ListKind kind,
            List<String> keys,
            @Nullable String mergeKey) implements SchemaType {
        public ListOf {
            keys = List.copyOf(keys);
        }
    }

    /** A JSON object with free keys. */
    record MapOf(SchemaNode value) implements SchemaType {}

    /** A JSON object with known fields. Types refer to each other, so fields are filled in after all exist. */
    final class Struct implements SchemaType {
        private final String name;
        private final Map<String, JsonNode> defaults;
        private final @Nullable Map<String, GoField> go;
        private final Map<String, Field> fields = new LinkedHashMap<>();
        private final Map<String, Field> alwaysWritten = new LinkedHashMap<>();

        /**
         * @param schema its value's
         * @param go what it is in Go; a plain value with {@code omitempty} where nothing else is known
         */
        public record Field(SchemaNode schema, GoField go) {}

        /** @param go null when nothing is known of the Go type */
        Struct(String name, Map<String, JsonNode> defaults, @Nullable Map<String, GoField> go) {
            this.name = name;
            this.defaults = Map.copyOf(defaults);
            this.go = go == null ? null : Map.copyOf(go);
        }

        void addField(String field, SchemaNode node) {
            Field known = new Field(node, go == null ? GoField.PLAIN : go.getOrDefault(field, GoField.PLAIN));
            fields.put(field, known);
            if (known.go().empty() == Empty.ZERO || known.go().empty() == Empty.NULL) {
                alwaysWritten.put(field, known);
            }
        }

        /** The name of its OpenAPI definition, for example {@code io.k8s.api.core.v1.Pod}. */
        public String name() {
            return name;
        }

        /** The last part of the name: the Go type. */
        public String shortName() {
            return name.substring(name.lastIndexOf('.') + 1);
        }

        /** The Go type with its package, as decoding errors name it: {@code v1.PodSpec}. */
        public String goName() {
            String[] parts = name.split("\\.");
            return parts.length < 2 ? name : parts[parts.length - 2] + "." + parts[parts.length - 1];
        }

        public @Nullable Field field(String field) {
            return fields.get(field);
        }

        public Map<String, Field> fields() {
            return Collections.unmodifiableMap(fields);
        }

        /** The fields that Go writes even when they hold nothing. */
        Map<String, Field> alwaysWritten() {
            return Collections.unmodifiableMap(alwaysWritten);
        }

        /** Whether what is told of a field's Go type is all. */
        public boolean isGoTypeKnown() {
            return go != null;
        }

        /** The default of a field that is part of a list's key, or null. */
        public @Nullable JsonNode keyDefault(String field) {
            return defaults.get(field);
        }
    }
}
