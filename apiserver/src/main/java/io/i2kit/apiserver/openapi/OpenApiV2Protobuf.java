package io.i2kit.apiserver.openapi;

import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A Swagger document as the message {@code openapi.v2.Document}, which kubectl asks for when OpenAPI v3 does not know a kind.
 * Source of the field numbers: {@code gnostic-models/openapiv2/OpenAPIv2.proto}.
 */
final class OpenApiV2Protobuf {
    private static final Map<String, Integer> METHODS =
            Map.of("get", 2, "put", 3, "post", 4, "delete", 5, "options", 6, "head", 7, "patch", 8);

    private OpenApiV2Protobuf() {}

    static byte[] document(JsonNode swagger) {
        ProtobufMessage out = new ProtobufMessage();
        out.text(1, text(swagger, "swagger"));
        JsonNode info = swagger.path("info");
        out.message(2, new ProtobufMessage().text(1, text(info, "title")).text(2, text(info, "version")));
        ProtobufMessage paths = new ProtobufMessage();
        swagger.path("paths")
                .properties()
                .forEach(path -> paths.message(2, named(path.getKey(), pathItem(path.getValue()))));
        out.message(8, paths);
        ProtobufMessage definitions = new ProtobufMessage();
        swagger.path("definitions")
                .properties()
                .forEach(schema -> definitions.message(1, named(schema.getKey(), schema(schema.getValue()))));
        return out.message(9, definitions).toBytes();
    }

    private static ProtobufMessage named(String name, ProtobufMessage value) {
        return new ProtobufMessage().text(1, name).message(2, value);
    }

    private static ProtobufMessage pathItem(JsonNode item) {
        ProtobufMessage out = new ProtobufMessage();
        for (Map.Entry<String, JsonNode> part : item.properties()) {
            Integer method = METHODS.get(part.getKey());
            if (method != null) {
                out.message(method, operation(part.getValue()));
            }
        }
        parameters(item.path("parameters"), 9, out);
        return out;
    }

    private static ProtobufMessage operation(JsonNode operation) {
        ProtobufMessage out = new ProtobufMessage();
        operation.path("tags").forEach(tag -> out.text(1, tag.asString("")));
        out.text(3, text(operation, "description")).text(5, text(operation, "operationId"));
        operation.path("produces").forEach(type -> out.text(6, type.asString("")));
        operation.path("consumes").forEach(type -> out.text(7, type.asString("")));
        parameters(operation.path("parameters"), 8, out);
        ProtobufMessage responses = new ProtobufMessage();
        operation.path("responses").properties().forEach(response -> {
            ProtobufMessage value = new ProtobufMessage().text(1, text(response.getValue(), "description"));
            if (response.getValue().has("schema")) {
                value.message(
                        2,
                        new ProtobufMessage()
                                .message(1, schema(response.getValue().path("schema"))));
            }
            responses.message(1, named(response.getKey(), new ProtobufMessage().message(1, value)));
        });
        out.message(9, responses);
        extensions(operation, 13, out);
        return out;
    }

    private static void parameters(JsonNode parameters, int field, ProtobufMessage out) {
        for (JsonNode parameter : parameters) {
            ProtobufMessage oneOf = new ProtobufMessage();
            switch (text(parameter, "in")) {
                case "body" ->
                    oneOf.message(
                            1,
                            new ProtobufMessage()
                                    .text(2, text(parameter, "name"))
                                    .text(3, "body")
                                    .flag(4, parameter.path("required").asBoolean(false))
                                    .message(5, schema(parameter.path("schema"))));
                case "path" -> oneOf.message(2, new ProtobufMessage().message(4, plain(parameter, 5, 19)));
                default -> oneOf.message(2, new ProtobufMessage().message(3, plain(parameter, 6, 20)));
            }
            out.message(field, new ProtobufMessage().message(1, oneOf));
        }
    }

    /** A parameter of the query or the path: they differ in the numbers of their later fields. */
    private static ProtobufMessage plain(JsonNode parameter, int type, int unique) {
        return new ProtobufMessage()
                .flag(1, parameter.path("required").asBoolean(false))
                .text(2, text(parameter, "in"))
                .text(3, text(parameter, "description"))
                .text(4, text(parameter, "name"))
                .text(type, text(parameter, "type"))
                .flag(unique, parameter.path("uniqueItems").asBoolean(false));
    }

    private static ProtobufMessage schema(JsonNode schema) {
        ProtobufMessage out = new ProtobufMessage()
                .text(1, text(schema, "$ref"))
                .text(2, text(schema, "format"))
                .text(4, text(schema, "description"));
        if (schema.has("default")) {
            out.message(5, any(schema.path("default")));
        }
        schema.path("required").forEach(name -> out.text(19, name.asString("")));
        schema.path("enum").forEach(value -> out.message(20, any(value)));
        JsonNode more = schema.path("additionalProperties");
        if (more.isObject()) {
            out.message(21, new ProtobufMessage().message(1, schema(more)));
        }
        if (schema.has("type")) {
            out.message(22, new ProtobufMessage().text(1, text(schema, "type")));
        }
        if (schema.path("items").isObject()) {
            out.message(23, new ProtobufMessage().message(1, schema(schema.path("items"))));
        }
        if (schema.path("properties").isObject()) {
            ProtobufMessage properties = new ProtobufMessage();
            schema.path("properties")
                    .properties()
                    .forEach(property -> properties.message(1, named(property.getKey(), schema(property.getValue()))));
            out.message(25, properties);
        }
        extensions(schema, 31, out);
        return out;
    }

    private static void extensions(JsonNode owner, int field, ProtobufMessage out) {
        for (Map.Entry<String, JsonNode> extension : owner.properties()) {
            if (extension.getKey().startsWith("x-")) {
                out.message(field, named(extension.getKey(), any(extension.getValue())));
            }
        }
    }

    /** A value as YAML text; JSON is YAML. */
    private static ProtobufMessage any(JsonNode value) {
        return new ProtobufMessage().text(2, value.toString() + "\n");
    }

    private static String text(JsonNode owner, String field) {
        return owner.path(field).asString("");
    }
}
