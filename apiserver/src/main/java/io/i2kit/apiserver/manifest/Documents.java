package io.i2kit.apiserver.manifest;

import java.util.ArrayList;
import java.util.List;

/** Parts a stream of YAML documents at its separator lines, as {@code k8s.io/apimachinery/pkg/util/yaml} does. */
final class Documents {
    private static final String SEPARATOR = "---";

    private Documents() {}

    /** The documents that hold more than comments. */
    static List<String> in(String text) {
        List<String> documents = new ArrayList<>();
        StringBuilder current = new StringBuilder();
        for (String line : text.split("\n", -1)) {
            if (isSeparator(line)) {
                add(documents, current);
                current.setLength(0);
            } else {
                current.append(line).append('\n');
            }
        }
        add(documents, current);
        return documents;
    }

    private static boolean isSeparator(String line) {
        if (!line.startsWith(SEPARATOR)) {
            return false;
        }
        String rest = line.substring(SEPARATOR.length()).strip();
        return rest.isEmpty() || rest.startsWith("#");
    }

    private static void add(List<String> documents, CharSequence document) {
        boolean hasContent = document.toString().lines().map(String::strip).anyMatch(Documents::isContent);
        if (hasContent) {
            documents.add(document.toString());
        }
    }

    private static boolean isContent(String line) {
        return !line.isEmpty() && !line.startsWith("#") && !line.startsWith("%YAML");
    }
}
