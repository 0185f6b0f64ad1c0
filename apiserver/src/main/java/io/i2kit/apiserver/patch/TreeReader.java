package io.i2kit.apiserver.patch;

import io.i2kit.apiserver.patch.StrictDecoder.Format;
import java.util.ArrayList;
import java.util.List;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLFactory;

/** Bytes to a tree, with the paths of fields that a client wrote twice (the last one counts, as in Go). */
final class TreeReader {
    /** A body that is no document of its format; the message is Go's. */
    static final class MalformedException extends Exception {
        MalformedException(String message) {
            super(message);
        }
    }

    /**
     * @param duplicates {@code duplicate field "spec.replicas"}, each once
     */
    record Tree(JsonNode root, List<String> duplicates) {}

    private static final JsonFactory JSON = new JsonFactory();
    private static final YAMLFactory YAML = new YAMLFactory();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final List<String> duplicates = new ArrayList<>();
    private final JsonParser parser;

    private TreeReader(JsonParser parser) {
        this.parser = parser;
    }

    /** @throws MalformedException when it is no document of its format */
    static Tree read(byte[] body, Format format) throws MalformedException {
        if (format == Format.YAML && looksLikeJson(body)) {
            try {
                return parse(body, Format.JSON);
            } catch (MalformedException e) {
                // YAML in flow style, or a fault that YAML's words shall tell.
                return parse(body, format);
            }
        }
        return parse(body, format);
    }

    /** JSON is YAML, but for the YAML parser's dislike of tabs. */
    private static boolean looksLikeJson(byte[] body) {
        for (byte next : body) {
            if (!Character.isWhitespace(next)) {
                return next == '{';
            }
        }
        return false;
    }

    private static Tree parse(byte[] body, Format format) throws MalformedException {
        try (JsonParser parser = switch (format) {
            case JSON -> JSON.createParser(ObjectReadContext.empty(), body);
            case YAML -> YAML.createParser(ObjectReadContext.empty(), body);
        }) {
            TreeReader reader = new TreeReader(parser);
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw new MalformedException("unexpected end of JSON input");
            }
            JsonNode root = reader.value(first, "");
            JsonToken after = parser.nextToken();
            if (after != null) {
                throw new MalformedException("invalid character after top-level value");
            }
            return new Tree(root, List.copyOf(reader.duplicates));
        } catch (JacksonException | MarkedYamlEngineException e) {
            throw new MalformedException(text(e, body, format));
        }
    }

    private JsonNode value(JsonToken token, String path) {
        return switch (token) {
            case START_OBJECT -> object(path);
            case START_ARRAY -> array(path);
            case VALUE_STRING -> NODES.stringNode(parser.getString());
            case VALUE_NUMBER_INT ->
                switch (parser.getNumberType()) {
                    case INT -> NODES.numberNode(parser.getIntValue());
                    case LONG -> NODES.numberNode(parser.getLongValue());
                    default -> NODES.numberNode(parser.getBigIntegerValue());
                };
            case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDecimalValue());
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            default -> NODES.nullNode();
        };
    }

    private ObjectNode object(String path) {
        ObjectNode object = NODES.objectNode();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            String here = path.isEmpty() ? name : path + "." + name;
            JsonNode value = value(parser.nextToken(), here);
            if (object.has(name)) {
                String text = "duplicate field \"" + here + "\"";
                if (!duplicates.contains(text)) {
                    duplicates.add(text);
                }
            }
            object.set(name, value);
        }
        return object;
    }

    private ArrayNode array(String path) {
        ArrayNode array = NODES.arrayNode();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            array.add(value(token, path + "[" + array.size() + "]"));
        }
        return array;
    }

    /** Go's words where they can be told from the place of the fault. */
    private static String text(Exception fault, byte[] body, Format format) {
        TokenStreamLocation place = fault instanceof StreamReadException read ? read.getLocation() : null;
        if (format == Format.YAML) {
            String message = fault.getMessage() == null ? "" : fault.getMessage();
            String line = place == null ? "" : "line " + place.getLineNr() + ": ";
            return "error converting YAML to JSON: yaml: " + line
                    + message.lines().findFirst().orElse("");
        }
        long offset = place == null ? -1 : place.getByteOffset();
        if (offset < 0 || offset >= body.length) {
            return "unexpected end of JSON input";
        }
        int at = (int) offset;
        char character = (char) (body[at] & 0xff);
        return "invalid character '" + character + "' looking for beginning of value";
    }
}
