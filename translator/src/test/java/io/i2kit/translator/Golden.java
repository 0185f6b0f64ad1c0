package io.i2kit.translator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Compares a result with the file that holds the right one. After a deliberate change, {@code -Di2kit.golden.update=true} writes
 * the files anew, to be read in the diff.
 */
public final class Golden {
    /** Reads manifests and writes results. */
    public static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private static final Path ROOT = Path.of("src/test/resources/golden");

    private Golden() {}

    /** Names of the cases of an area: files {@code <case>.in.yaml}. */
    public static Stream<String> cases(String area) {
        try (Stream<Path> files = Files.list(ROOT.resolve(area))) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".in.yaml"))
                    .map(name -> name.substring(0, name.length() - ".in.yaml".length()))
                    .sorted()
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The input of a case. */
    public static JsonNode input(String area, String name) {
        return YAML.readTree(ROOT.resolve(area).resolve(name + ".in.yaml").toFile());
    }

    /** Checks a result against {@code <case>.out.yaml}. */
    public static void check(String area, String name, Object result) {
        Path file = ROOT.resolve(area).resolve(name + ".out.yaml");
        String text = YAML.writeValueAsString(result);
        try {
            if (Boolean.getBoolean("i2kit.golden.update")) {
                Files.writeString(file, text);
            }
            assertThat(text).isEqualTo(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
