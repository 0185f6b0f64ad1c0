package io.i2kit.apiserver.patch;

import io.i2kit.apiserver.openapi.SchemaNode;
import io.i2kit.apiserver.openapi.SchemaType;
import io.i2kit.apiserver.openapi.SchemaType.ListKind;
import io.i2kit.apiserver.openapi.SchemaType.ListOf;
import io.i2kit.apiserver.openapi.SchemaType.MapOf;
import io.i2kit.apiserver.openapi.SchemaType.Scalar;
import io.i2kit.apiserver.openapi.SchemaType.Struct;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Whether an applied configuration fits its schema; nulls fit everywhere.
 * Source: {@code sigs.k8s.io/structured-merge-diff/typed/validate.go}.
 */
final class TypedCheck {
    private final List<String> faults = new ArrayList<>();

    private TypedCheck() {}

    /** {@code .spec.bogus: field not declared in schema} and the like, in order. */
    static List<String> faults(JsonNode tree, SchemaNode schema) {
        TypedCheck check = new TypedCheck();
        check.value(tree, schema, "");
        return check.faults;
    }

    private void value(JsonNode node, SchemaNode schema, String path) {
        if (node.isNull()) {
            return;
        }
        switch (schema.type()) {
            case Struct struct -> fields(node, schema, path);
            case MapOf map -> fields(node, schema, path);
            case ListOf list -> elements(node, list, path);
            case Scalar scalar -> scalar(node, scalar, path);
        }
    }

    private void fields(JsonNode node, SchemaNode schema, String path) {
        if (!node.isObject()) {
            faults.add(path + ": expected map, got &{" + GoText.of(node) + "}");
            return;
        }
        node.properties().forEach(field -> {
            String here = path + "." + field.getKey();
            if (schema.type() instanceof Struct struct && struct.field(field.getKey()) == null) {
                faults.add(here + ": field not declared in schema");
            } else {
                value(field.getValue(), schema.child(field.getKey()), here);
            }
        });
    }

    private void elements(JsonNode node, ListOf list, String path) {
        if (!node.isArray()) {
            faults.add(path + ": expected list, got &{" + GoText.of(node) + "}");
            return;
        }
        Set<PathElement> seen = new HashSet<>();
        for (int i = 0; i < node.size(); i++) {
            JsonNode item = node.get(i);
            if (list.kind() == ListKind.ATOMIC) {
                value(item, list.element(), path + "[" + i + "]");
                continue;
            }
            String fault = place(list, item);
            PathElement element = TypedTrees.element(list, item);
            if (!fault.isEmpty()) {
                faults.add(path + ": element " + i + ": " + fault);
            } else if (!seen.add(element)) {
                faults.add(path + ": duplicate entries for key " + element);
            } else {
                value(item, list.element(), path + element);
            }
        }
    }

    private static String place(ListOf list, JsonNode item) {
        if (list.kind() == ListKind.SET) {
            if (item.isNull()) {
                return "associative list without keys has an element that's an explicit null";
            }
            return item.isContainer() ? "associative list without keys has an element that's a map type" : "";
        }
        if (item.isNull()) {
            return "associative list with keys may not have a null element";
        }
        if (!item.isObject()) {
            return "associative list with keys may not have non-map elements";
        }
        boolean keyed = list.keys().stream().anyMatch(key -> item.has(key) || hasDefault(list, key));
        List<String> quoted = list.keys().stream().map(key -> "\"" + key + "\"").toList();
        return keyed
                ? ""
                : "associative list with keys has an element that omits all key fields [" + String.join(" ", quoted)
                        + "] (and doesn't have default values for any key fields)";
    }

    private static boolean hasDefault(ListOf list, String key) {
        return list.element().type() instanceof Struct struct && struct.keyDefault(key) != null;
    }

    private void scalar(JsonNode node, SchemaType.Scalar scalar, String path) {
        boolean fits = switch (scalar) {
            case ANY -> true;
            case STRING, BYTES, TIME -> node.isString();
            case BOOLEAN -> node.isBoolean();
            case INT32, INT64, NUMBER -> node.isNumber();
            case INT_OR_STRING, QUANTITY -> !node.isContainer();
        };
        if (!fits) {
            faults.add(path + ": expected "
                    + switch (scalar) {
                        case BOOLEAN -> "boolean, got &{" + GoText.of(node) + "}";
                        case INT32, INT64, NUMBER -> "numeric (int or float), got " + GoText.goKind(node);
                        case INT_OR_STRING, QUANTITY -> "any scalar, got &{" + GoText.of(node) + "}";
                        default -> "string, got &value.valueUnstructured{Value:" + GoText.source(node) + "}";
                    });
        }
    }
}
