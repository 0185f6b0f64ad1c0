package io.i2kit.apiserver.http.metrics;

import java.util.Map;

/** Writes families of metrics, one after the other. */
public final class MetricsText {
    private final StringBuilder text = new StringBuilder();

    /** Begins a family. @param type {@code counter}, {@code gauge} or {@code histogram} */
    public MetricsText family(String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
        return this;
    }

    /** A sample; labels in the order of the map. */
    public MetricsText sample(String name, Map<String, String> labels, double value) {
        StringBuilder written = new StringBuilder();
        labels.forEach((label, content) -> written.append(written.isEmpty() ? "" : ",")
                .append(label)
                .append("=\"")
                .append(escaped(content))
                .append('"'));
        return sample(name, written.toString(), value);
    }

    /** @param labels as they are written, without braces */
    MetricsText sample(String name, String labels, double value) {
        text.append(name);
        if (!labels.isEmpty()) {
            text.append('{').append(labels).append('}');
        }
        text.append(' ');
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            text.append((long) value);
        } else {
            text.append(value);
        }
        text.append('\n');
        return this;
    }

    /** A family of one sample without labels. */
    public MetricsText single(String name, String type, String help, double value) {
        return family(name, type, help).sample(name, "", value);
    }

    static String escaped(String content) {
        return content.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
