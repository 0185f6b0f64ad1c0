package io.i2kit.apiserver.http.content;

import io.i2kit.apiserver.registry.ApiException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a client's {@code Accept} header asks for, by quality and order. */
public final class Accept {
    private static final String TEXTS = "application/json, application/yaml";

    private Accept() {}

    /**
     * One accepted media range.
     *
     * @param type without parameters, in lower case
     */
    public record Range(String type, Map<String, String> parameters, double quality) {
        public Range {
            parameters = Map.copyOf(parameters);
        }

        public String parameter(String name) {
            return parameters.getOrDefault(name, "");
        }

        boolean isJson() {
            return type.equals("application/json") || type.equals("*/*") || type.equals("application/*");
        }

        boolean isYaml() {
            return type.equals("application/yaml") || type.equals("text/yaml");
        }
    }

    /** How an answer is written. */
    public enum Encoding {
        JSON,
        YAML
    }

    /** What an object is shown as. */
    public enum Shape {
        /** Itself. */
        OBJECT,
        /** {@code meta.k8s.io Table}. */
        TABLE,
        /** {@code meta.k8s.io PartialObjectMetadata} or its list. */
        METADATA
    }

    /**
     * The form of an answer.
     *
     * @param metaVersion {@code v1} or {@code v1beta1} of a Table or PartialObjectMetadata
     */
    public record Form(Encoding encoding, Shape shape, String metaVersion) {
        /** Objects in JSON. */
        public static final Form JSON = new Form(Encoding.JSON, Shape.OBJECT, "v1");
    }

    /** The ranges, most wanted first. */
    public static List<Range> ranges(@Nullable String header) {
        if (header == null || header.isBlank()) {
            return List.of(new Range("*/*", Map.of(), 1));
        }
        List<Range> ranges = new ArrayList<>();
        for (String part : header.split(",", -1)) {
            if (!part.isBlank()) {
                ranges.add(range(part));
            }
        }
        ranges.sort(Comparator.comparingDouble(Range::quality).reversed());
        return ranges;
    }

    private static Range range(String text) {
        String[] parts = text.split(";", -1);
        Map<String, String> parameters = new HashMap<>();
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            if (equals > 0) {
                parameters.put(
                        parts[i].substring(0, equals).strip(),
                        parts[i].substring(equals + 1).strip());
            }
        }
        double quality = 1;
        try {
            quality = Double.parseDouble(parameters.getOrDefault("q", "1"));
        } catch (NumberFormatException e) {
            quality = 0;
        }
        return new Range(parts[0].strip().toLowerCase(Locale.ROOT), parameters, quality);
    }

    /**
     * The first form that this server has.
     *
     * @throws ApiException NotAcceptable when it has none
     */
    public static Form negotiate(@Nullable String header) {
        return negotiate(header, form -> true);
    }

    /** The first form of what is shown as itself only, as reviews are: no Table, no metadata. */
    public static Form negotiateObject(@Nullable String header) {
        return negotiate(header, form -> form.shape() == Shape.OBJECT);
    }

    private static Form negotiate(@Nullable String header, Predicate<Form> possible) {
        for (Range range : ranges(header)) {
            Form form = range.quality() > 0 ? form(range) : null;
            if (form != null && possible.test(form)) {
                return form;
            }
        }
        throw new ApiException(406, "NotAcceptable", "only the following media types are accepted: " + TEXTS, null);
    }

    private static @Nullable Form form(Range range) {
        if (!range.isJson() && !range.isYaml()) {
            return null;
        }
        Encoding encoding = range.isYaml() ? Encoding.YAML : Encoding.JSON;
        String as = range.parameter("as");
        if (as.isEmpty()) {
            return new Form(encoding, Shape.OBJECT, "v1");
        }
        String version = range.parameter("v");
        boolean known =
                range.parameter("g").equals("meta.k8s.io") && (version.equals("v1") || version.equals("v1beta1"));
        if (!known) {
            return null;
        }
        return switch (as) {
            case "Table" -> new Form(encoding, Shape.TABLE, version);
            case "PartialObjectMetadata", "PartialObjectMetadataList" -> new Form(encoding, Shape.METADATA, version);
            default -> null;
        };
    }
}
