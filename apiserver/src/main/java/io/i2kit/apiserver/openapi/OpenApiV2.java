package io.i2kit.apiserver.openapi;

import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** OpenAPI v3 as Kubernetes writes it, turned into its OpenAPI v2. */
final class OpenApiV2 {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String REFERENCE = "#/definitions/";

    private OpenApiV2() {}

    /** A definition: references renamed, and the scalars that v3 says by {@code oneOf} are strings. */
    static ObjectNode definition(ObjectNode v3) {
        if (v3.has("oneOf")) {
            ObjectNode out = NODES.objectNode();
            if (v3.has("description")) {
                out.set("description", v3.path("description"));
            }
            out.put("type", "string");
            if (v3.has("format")) {
                out.set("format", v3.path("format"));
            }
            return out;
        }
        return (ObjectNode) converted(v3);
    }

    private static JsonNode converted(JsonNode node) {
        if (node instanceof ArrayNode array) {
            ArrayNode out = NODES.arrayNode();
            array.forEach(item -> out.add(converted(item)));
            return out;
        }
        if (!(node instanceof ObjectNode object)) {
            return node;
        }
        ObjectNode out = NODES.objectNode();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            JsonNode value = field.getValue();
            if (field.getKey().equals("$ref") && value.isString()) {
                out.put("$ref", value.asString().replace(OpenApiPaths.REFERENCE, REFERENCE));
            } else if (field.getKey().equals("allOf") && value.isArray() && value.size() == 1) {
                out.setAll((ObjectNode) converted(value.path(0)));
            } else {
                out.set(field.getKey(), converted(value));
            }
        }
        return out;
    }

    static ObjectNode paths(ObjectNode v3) {
        ObjectNode out = NODES.objectNode();
        for (Map.Entry<String, JsonNode> path : v3.properties()) {
            ObjectNode item = out.putObject(path.getKey());
            for (Map.Entry<String, JsonNode> part : path.getValue().properties()) {
                item.set(
                        part.getKey(),
                        part.getValue() instanceof ObjectNode operation
                                ? operation(operation)
                                : parameters(part.getValue()));
            }
        }
        return out;
    }

    private static ObjectNode operation(ObjectNode v3) {
        ObjectNode out = v3.deepCopy().without("requestBody");
        ArrayNode parameters = parameters(v3.path("parameters"));
        JsonNode body = v3.path("requestBody").path("content");
        if (!body.isEmpty()) {
            out.putArray("consumes")
                    .addAll(body.propertyNames().stream().map(NODES::stringNode).toList());
            parameters
                    .addObject()
                    .put("name", "body")
                    .put("in", "body")
                    .put("required", v3.path("requestBody").path("required").asBoolean(false))
                    .set("schema", converted(body.iterator().next().path("schema")));
        }
        out.set("parameters", parameters);
        ObjectNode responses = out.putObject("responses");
        v3.path("responses").properties().forEach(response -> {
            ObjectNode converted = responses.putObject(response.getKey());
            converted.set("description", response.getValue().path("description"));
            JsonNode schema = response.getValue().at("/content/application~1json/schema");
            if (!schema.isMissingNode()) {
                converted.set("schema", converted(schema));
            }
        });
        out.putArray("produces").add("application/json");
        return out;
    }

    private static ArrayNode parameters(JsonNode v3) {
        ArrayNode out = NODES.arrayNode();
        for (JsonNode parameter : v3) {
            ObjectNode flat = ((ObjectNode) parameter).deepCopy().without("schema");
            flat.setAll((ObjectNode) parameter.path("schema"));
            out.add(flat);
        }
        return out;
    }
}
