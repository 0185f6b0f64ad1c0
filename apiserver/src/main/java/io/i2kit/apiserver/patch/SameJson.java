package io.i2kit.apiserver.patch;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Equality of JSON values: numbers by value, whatever width they were parsed to. */
final class SameJson {
    private SameJson() {}

    static boolean same(@Nullable JsonNode left, @Nullable JsonNode right) {
        if (left == right || left == null || right == null) {
            return left == right;
        }
        if (left.isInt() && right.isInt()) {
            return left.intValue() == right.intValue();
        }
        if (left.isNumber() && right.isNumber()) {
            return left.decimalValue().compareTo(right.decimalValue()) == 0;
        }
        if (left.isObject() && right.isObject()) {
            return left.size() == right.size() && fieldsSame(left, right);
        }
        if (left.isArray() && right.isArray()) {
            return left.size() == right.size() && itemsSame(left, right);
        }
        return left.equals(right);
    }

    private static boolean fieldsSame(JsonNode left, JsonNode right) {
        for (Map.Entry<String, JsonNode> field : left.properties()) {
            if (!same(field.getValue(), right.get(field.getKey()))) {
                return false;
            }
        }
        return true;
    }

    private static boolean itemsSame(JsonNode left, JsonNode right) {
        for (int i = 0; i < left.size(); i++) {
            if (!same(left.get(i), right.get(i))) {
                return false;
            }
        }
        return true;
    }
}
