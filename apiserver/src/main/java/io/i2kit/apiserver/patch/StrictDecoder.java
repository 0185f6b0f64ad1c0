package io.i2kit.apiserver.patch;

import io.i2kit.apiserver.openapi.FieldValidation;
import io.i2kit.apiserver.openapi.GroupVersionKind;
import io.i2kit.apiserver.openapi.Schema;
import io.i2kit.apiserver.openapi.SchemaNode;
import io.i2kit.apiserver.openapi.SchemaType.Struct;
import io.i2kit.apiserver.registry.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Bodies of POST and PUT to trees, as upstream's decoder with its strict mode does: {@code
 * k8s.io/apimachinery/pkg/runtime/serializer/json} and {@code transformDecodeError} of the API server.
 */
public final class StrictDecoder {
    /** Formats of request bodies. */
    public enum Format {
        JSON,
        YAML
    }

    /**
     * @param object without unknown fields and nulls, with {@code apiVersion} and {@code kind}
     * @param warnings texts of {@code Warning:} headers
     */
    public record Decoded(ObjectNode object, List<String> warnings) {
        public Decoded {
            warnings = List.copyOf(warnings);
        }
    }

    private static final int SUMMARY_BYTES = 30;
    private static final String SCHEME = "pkg/api/legacyscheme/scheme.go:30";

    private final Schema schema;

    public StrictDecoder(Schema schema) {
        this.schema = schema;
    }

    /**
     * @param expected the kind of the URL; fills in an absent {@code apiVersion} and {@code kind}
     * @throws ApiException 400 for a malformed body, another kind, a value of a wrong type, and under {@code STRICT} for unknown and
     *     duplicate fields
     */
    public Decoded decode(byte[] body, Format format, GroupVersionKind expected, FieldValidation validation) {
        TreeReader.Tree tree;
        try {
            tree = TreeReader.read(body, format);
        } catch (TreeReader.MalformedException e) {
            String cause = format == Format.JSON ? "couldn't get version/kind; json parse error: " : "";
            throw unrecognized(body, expected, cause + e.getMessage());
        }
        if (!tree.root().isObject()) {
            String cause = "couldn't get version/kind; json parse error: json: cannot unmarshal "
                    + GoText.jsonKind(tree.root())
                    + " into Go value of type struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\";"
                    + " Kind string \"json:\\\"kind,omitempty\\\"\" }";
            throw unrecognized(body, expected, cause);
        }
        String fault = wrongTypeMeta(tree.root());
        if (!fault.isEmpty()) {
            throw unrecognized(body, expected, fault);
        }
        return conform((ObjectNode) tree.root(), tree.duplicates(), expected, validation);
    }

    /** What is wrong with an {@code apiVersion} or {@code kind} that is no text; else empty. */
    static String wrongTypeMeta(JsonNode object) {
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            boolean meta = field.getKey().equals("apiVersion") || field.getKey().equals("kind");
            if (meta && !field.getValue().isString() && !field.getValue().isNull()) {
                return "couldn't get version/kind; json parse error: json: cannot unmarshal "
                        + GoText.jsonKind(field.getValue()) + " into Go struct field ." + field.getKey()
                        + " of type string";
            }
        }
        return "";
    }

    /** As {@link #decode(byte[], Format, GroupVersionKind, FieldValidation)} for a tree that was read from another format (protobuf). */
    public Decoded decode(ObjectNode tree, GroupVersionKind expected, FieldValidation validation) {
        return conform(tree, List.of(), expected, validation);
    }

    private Decoded conform(
            ObjectNode tree, List<String> duplicates, GroupVersionKind expected, FieldValidation validation) {
        GroupVersionKind actual = kindOf(tree, expected);
        checkKind(actual, expected);
        SchemaNode root = schema.find(expected);
        if (root == null) {
            return new Decoded(tree.deepCopy(), List.of());
        }
        SchemaCheck check = new SchemaCheck(SchemaCheck.Dialect.JSON);
        ObjectNode object;
        try {
            object = check.check(tree, root);
        } catch (SchemaCheck.MismatchException e) {
            throw cannotBeHandled(actual, expected, String.valueOf(e.getMessage()));
        }
        ObjectNode named = object.objectNode();
        named.put("apiVersion", expected.apiVersion());
        named.put("kind", expected.kind());
        named.setAll(object.without(List.of("apiVersion", "kind")));
        List<String> faults = new ArrayList<>(check.unknown());
        faults.addAll(duplicates);
        if (validation == FieldValidation.STRICT && !faults.isEmpty()) {
            throw cannotBeHandled(actual, expected, "strict decoding error: " + String.join(", ", faults));
        }
        return new Decoded(named, validation == FieldValidation.WARN ? faults : List.of());
    }

    private static GroupVersionKind kindOf(ObjectNode tree, GroupVersionKind expected) {
        JsonNode version = tree.path("apiVersion");
        JsonNode kind = tree.path("kind");
        String apiVersion = version.isString() && !version.asString().isEmpty() ? version.asString() : null;
        String name = kind.isString() && !kind.asString().isEmpty() ? kind.asString() : expected.kind();
        return GroupVersionKind.of(apiVersion == null ? expected.apiVersion() : apiVersion, name);
    }

    private void checkKind(GroupVersionKind actual, GroupVersionKind expected) {
        if (actual.equals(expected)) {
            return;
        }
        if (schema.find(actual) != null
                && actual.kind().equals(expected.kind())
                && actual.group().equals(expected.group())) {
            throw ApiException.badRequest("the API version in the data (" + actual.apiVersion()
                    + ") does not match the expected API version (" + expected.apiVersion() + ")");
        }
        throw cannotBeHandled(actual, expected, otherKind(actual, expected));
    }

    /** Why an object of this kind is none of the other. */
    String otherKind(GroupVersionKind actual, GroupVersionKind expected) {
        SchemaNode known = schema.find(actual);
        if (known == null || !(known.type() instanceof Struct struct)) {
            return "no kind \"" + actual.kind() + "\" is registered for version \"" + actual.apiVersion()
                    + "\" in scheme \"" + SCHEME + "\"";
        }
        String internal = expected.group().isEmpty() ? "core" : expected.group().split("\\.", 2)[0];
        return "converting (" + struct.goName() + ") to (" + internal + "." + expected.kind() + "): unknown conversion";
    }

    private static ApiException cannotBeHandled(GroupVersionKind actual, GroupVersionKind expected, String cause) {
        return ApiException.badRequest(actual.kind() + " in version \"" + actual.version()
                + "\" cannot be handled as a " + expected.kind() + ": " + cause);
    }

    private static ApiException unrecognized(byte[] body, GroupVersionKind expected, String cause) {
        return ApiException.badRequest("the object provided is unrecognized (must be of type " + expected.kind() + "): "
                + cause + " (" + summary(body) + ")");
    }

    private static String summary(byte[] body) {
        if (body.length == 0) {
            return "<empty>";
        }
        byte[] head = Arrays.copyOf(body, Math.min(body.length, SUMMARY_BYTES));
        String text = body[0] == '{'
                ? new String(head, StandardCharsets.UTF_8)
                : HexFormat.of().formatHex(head);
        return body.length > SUMMARY_BYTES ? text + " ..." : text;
    }
}
