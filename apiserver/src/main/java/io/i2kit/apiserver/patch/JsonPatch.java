package io.i2kit.apiserver.patch;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** RFC 6902 over a tree. */
final class JsonPatch {
    /** An operation that cannot be done: a failing test, a path that is not there. */
    static final class OperationException extends Exception {
        OperationException(String message) {
            super(message);
        }
    }

    private JsonNode document;

    private JsonPatch(JsonNode document) {
        this.document = document;
    }

    /** @param operations array of operations; all are done, or the exception tells which cannot be */
    static JsonNode apply(JsonNode target, JsonNode operations) throws OperationException {
        JsonPatch patch = new JsonPatch(target.deepCopy());
        for (JsonNode operation : operations) {
            patch.apply(operation);
        }
        return patch.document;
    }

    private void apply(JsonNode operation) throws OperationException {
        String name = operation.path("op").asString("");
        List<String> path = pointer(operation, "path");
        switch (name) {
            case "add" -> add(path, value(operation));
            case "remove" -> remove(path);
            case "replace" -> replace(path, value(operation));
            case "move" -> add(path, remove(pointer(operation, "from")));
            case "copy" -> add(path, get(pointer(operation, "from")).deepCopy());
            case "test" -> test(path, operation.path("value"));
            default -> throw new OperationException("Unexpected kind: " + name);
        }
    }

    private static JsonNode value(JsonNode operation) throws OperationException {
        JsonNode value = operation.get("value");
        if (value == null) {
            throw new OperationException("missing value");
        }
        return value.deepCopy();
    }

    private void add(List<String> path, JsonNode value) throws OperationException {
        if (path.isEmpty()) {
            document = value;
            return;
        }
        String last = path.getLast();
        switch (parent(path)) {
            case ObjectNode object -> object.set(last, value);
            case ArrayNode array ->
                array.insert(last.equals("-") ? array.size() : index(last, array.size() + 1), value);
            default -> throw missing(path);
        }
    }

    private JsonNode remove(List<String> path) throws OperationException {
        JsonNode found = get(path);
        if (path.isEmpty()) {
            throw missing(path);
        }
        switch (parent(path)) {
            case ObjectNode object -> object.remove(path.getLast());
            case ArrayNode array -> array.remove(index(path.getLast(), array.size()));
            default -> throw missing(path);
        }
        return found;
    }

    private void replace(List<String> path, JsonNode value) throws OperationException {
        JsonNode before = get(path);
        if (before == value) {
            return;
        }
        if (!path.isEmpty() && parent(path) instanceof ArrayNode array) {
            array.set(index(path.getLast(), array.size()), value);
        } else {
            add(path, value);
        }
    }

    /** A missing field equals null, as in the library that upstream uses. */
    private void test(List<String> path, JsonNode expected) throws OperationException {
        JsonNode actual = document;
        for (String step : path) {
            actual = actual instanceof ArrayNode array ? array.path(index(step, array.size())) : actual.path(step);
        }
        boolean bothEmpty = absent(actual) && absent(expected);
        if (!bothEmpty && !SameJson.same(actual, expected)) {
            throw new OperationException("testing value /" + String.join("/", path) + " failed");
        }
    }

    private static boolean absent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    private JsonNode parent(List<String> path) throws OperationException {
        return get(path.subList(0, path.size() - 1));
    }

    private JsonNode get(List<String> path) throws OperationException {
        JsonNode node = document;
        for (String step : path) {
            JsonNode next = node instanceof ArrayNode array ? array.get(index(step, array.size())) : node.get(step);
            if (next == null) {
                throw missing(path);
            }
            node = next;
        }
        return node;
    }

    private static int index(String step, int size) throws OperationException {
        if (!step.matches("0|[1-9][0-9]{0,8}") || Integer.parseInt(step) >= size) {
            throw new OperationException("Unable to access invalid index: " + step);
        }
        return Integer.parseInt(step);
    }

    private static OperationException missing(List<String> path) {
        return new OperationException("missing path: /" + String.join("/", path));
    }

    private static List<String> pointer(JsonNode operation, String field) throws OperationException {
        JsonNode node = operation.path(field);
        String text = node.asString("");
        if (!node.isString() || !text.isEmpty() && !text.startsWith("/")) {
            throw new OperationException("Unable to read " + field + " of operation");
        }
        List<String> steps = new ArrayList<>();
        if (!text.isEmpty()) {
            for (String step : text.substring(1).split("/", -1)) {
                steps.add(step.replace("~1", "/").replace("~0", "~"));
            }
        }
        return steps;
    }
}
