package io.i2kit.cloud.image.linuxkit;

import io.i2kit.cloud.model.LinuxKitConfig;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/** Reads and writes LinuxKit YAML. What is written is canonical: equal configurations give equal texts, fit for hashing. */
public final class LinuxKitYaml {
    private static final YAMLMapper MAPPER = YAMLMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
            .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
            .enable(YAMLWriteFeature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .disable(YAMLWriteFeature.SPLIT_LINES)
            .build();

    private LinuxKitYaml() {}

    /** @throws IllegalArgumentException with the key or the line when the text is no LinuxKit YAML that i2kit understands */
    public static LinuxKitConfig read(String yaml) {
        try {
            LinuxKitConfig config = MAPPER.readValue(yaml, LinuxKitConfig.class);
            check(config);
            return config;
        } catch (UnrecognizedPropertyException e) {
            throw new IllegalArgumentException("invalid LinuxKit YAML: unknown key \"" + keyOf(e) + "\"", e);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("invalid LinuxKit YAML: " + e.getOriginalMessage() + place(e), e);
        }
    }

    /** For example {@code services[0].colour}. */
    private static String keyOf(UnrecognizedPropertyException e) {
        StringBuilder key = new StringBuilder();
        for (JacksonException.Reference step : e.getPath()) {
            if (step.getPropertyName() == null) {
                key.append('[').append(step.getIndex()).append(']');
            } else {
                key.append(key.isEmpty() ? "" : ".").append(step.getPropertyName());
            }
        }
        return key.toString();
    }

    private static String place(JacksonException e) {
        TokenStreamLocation location = e.getLocation();
        return location == null ? "" : " at line " + location.getLineNr();
    }

    /** What LinuxKit requires and Jackson leaves null. */
    @SuppressWarnings({"ConstantValue", "NullAway"})
    private static void check(LinuxKitConfig config) {
        require(config != null, "the document is empty");
        require(config.kernel() != null && config.kernel().image() != null, "kernel.image is required");
        require(config.init() != null, "init is required");
        checkContainers("onboot", config.onboot());
        checkContainers("services", config.services());
    }

    private static void checkContainers(String section, @Nullable List<LinuxKitConfig.Container> containers) {
        Set<String> names = new HashSet<>();
        for (LinuxKitConfig.Container container :
                containers == null ? List.<LinuxKitConfig.Container>of() : containers) {
            require(isGiven(container.name()), section + ": name is required");
            require(isGiven(container.image()), section + ": " + container.name() + ": image is required");
            require(names.add(container.name()), section + ": duplicate name " + container.name());
        }
    }

    private static boolean isGiven(@Nullable String text) {
        return text != null && !text.isEmpty();
    }

    private static void require(boolean holds, String problem) {
        if (!holds) {
            throw new IllegalArgumentException("invalid LinuxKit YAML: " + problem);
        }
    }

    public static String write(LinuxKitConfig config) {
        return MAPPER.writeValueAsString(config);
    }
}
