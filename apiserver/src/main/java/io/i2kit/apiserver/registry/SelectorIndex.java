package io.i2kit.apiserver.registry;

import io.i2kit.apiserver.storage.JsonBytes;
import io.i2kit.apiserver.storage.StoredObject;
import io.i2kit.apiserver.storage.TermIndexer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The terms under which objects are found by selectors: every label with its value, and the fields that their strategies name
 * ({@link RestStrategy#indexedFields}). Read from the bytes, since it is done for every write.
 */
public final class SelectorIndex implements TermIndexer {
    private final Map<String, List<Field>> fields = new HashMap<>();

    private record Field(String path, List<byte[]> parts) {
        static Field of(String path) {
            List<byte[]> parts = new ArrayList<>();
            for (String part : path.split("\\.", -1)) {
                parts.add(part.getBytes(StandardCharsets.UTF_8));
            }
            return new Field(path, parts);
        }
    }

    public SelectorIndex(ResourceTable table) {
        for (ResourceDefinition definition : table.all()) {
            List<String> paths = definition.strategy().indexedFields();
            if (definition.view() == null && !paths.isEmpty()) {
                fields.put(
                        definition.storedResource(),
                        paths.stream().map(Field::of).toList());
            }
        }
    }

    /** The term of objects with this label. */
    static String label(String key, String value) {
        return key + '=' + value;
    }

    /** The term of objects with this field; no label's key begins with a dot. */
    static String field(String path, String value) {
        return '.' + path + '=' + value;
    }

    @Override
    public Set<String> terms(StoredObject object) {
        byte[] json = object.json();
        Set<String> terms = new HashSet<>();
        for (var entry : Json.labels(json).properties()) {
            terms.add(label(entry.getKey(), entry.getValue().asString("")));
        }
        for (Field field : fields.getOrDefault(object.key().resource(), List.of())) {
            terms.add(field(field.path(), value(json, field)));
        }
        return terms;
    }

    /** As {@link FieldPaths#text}. */
    private static String value(byte[] json, Field field) {
        int at = 0;
        for (int i = 0; i < field.parts().size() - 1; i++) {
            at = JsonBytes.value(json, at, field.parts().get(i));
            if (at < 0 || json[at] != '{') {
                return "";
            }
        }
        JsonBytes.Member member = JsonBytes.member(json, at, field.parts().getLast());
        if (member == null || json[member.value()] == '{' || json[member.value()] == '[') {
            return "";
        }
        String text = new String(json, member.value(), member.end() - member.value(), StandardCharsets.UTF_8).strip();
        return text.equals("null") ? "" : Json.MAPPER.readTree(text).asString("");
    }
}
