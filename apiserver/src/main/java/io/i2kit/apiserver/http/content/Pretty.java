package io.i2kit.apiserver.http.content;

import io.i2kit.apiserver.registry.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** JSON for people's eyes, as Go's {@code json.MarshalIndent} writes it with two spaces. */
public final class Pretty {
    private static final List<String> EYES = List.of("curl", "Wget", "Mozilla/5.0");
    private static final List<String> TRUE = List.of("1", "t", "T", "TRUE", "true", "True");
    private static final String INDENT = "  ";

    private Pretty() {}

    /**
     * Whether an answer is for a person ({@code isPrettyPrint}): the parameter says so, or the client is a browser or the like.
     *
     * @param parameter {@code pretty} of the query, or null
     */
    public static boolean isWanted(@Nullable String parameter, @Nullable String userAgent) {
        if (parameter != null && !parameter.isEmpty()) {
            return TRUE.contains(parameter);
        }
        return userAgent != null && EYES.stream().anyMatch(userAgent::startsWith);
    }

    /** The same document, indented; what is no JSON stays as it is. */
    public static byte[] of(List<byte[]> parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        parts.forEach(joined::writeBytes);
        JsonNode tree;
        try {
            tree = Json.MAPPER.readTree(joined.toByteArray());
        } catch (tools.jackson.core.JacksonException e) {
            return joined.toByteArray();
        }
        StringBuilder text = new StringBuilder();
        write(tree, "\n", text);
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void write(JsonNode node, String line, StringBuilder text) {
        String inner = line + INDENT;
        if (node instanceof ObjectNode object && !object.isEmpty()) {
            char before = '{';
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                text.append(before).append(inner);
                text.append(Json.MAPPER.writeValueAsString(field.getKey())).append(": ");
                write(field.getValue(), inner, text);
                before = ',';
            }
            text.append(line).append('}');
        } else if (node instanceof ArrayNode array && !array.isEmpty()) {
            char before = '[';
            for (JsonNode item : array) {
                text.append(before).append(inner);
                write(item, inner, text);
                before = ',';
            }
            text.append(line).append(']');
        } else {
            text.append(node);
        }
    }
}
