package io.i2kit.apiserver.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

class KubeconfigTest {
    private static final Kubeconfig OURS = new Kubeconfig("i2kit", "https://127.0.0.1:6443", "ca", "cert", "key");

    @TempDir
    Path folder;

    @Test
    void onlyTheOwnerReadsIt() throws IOException {
        Path file = folder.resolve("kubeconfig");
        OURS.write(file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(read(file).path("current-context").asString()).isEqualTo("i2kit");
    }

    @Test
    void mergingKeepsWhatOthersWroteAndReplacesOurOwn() throws IOException {
        Path file = folder.resolve("config");
        Files.writeString(file, """
                apiVersion: v1
                kind: Config
                current-context: work
                clusters:
                - {name: work, cluster: {server: "https://work"}}
                - {name: i2kit, cluster: {server: "https://old"}}
                contexts:
                - {name: work, context: {cluster: work, user: me}}
                users: []
                preferences: {colors: true}
                """);
        OURS.mergeInto(file);
        OURS.mergeInto(file);
        JsonNode merged = read(file);
        assertThat(merged.path("current-context").asString()).isEqualTo("work");
        assertThat(merged.at("/preferences/colors").asBoolean()).isTrue();
        assertThat(merged.path("clusters").size()).isEqualTo(2);
        assertThat(merged.at("/clusters/0/cluster/server").asString()).isEqualTo("https://work");
        assertThat(merged.at("/clusters/1/cluster/server").asString()).isEqualTo("https://127.0.0.1:6443");
        assertThat(merged.path("users").size()).isEqualTo(1);
    }

    @Test
    void aFileThatIsNoKubeconfigIsLeftAlone() throws IOException {
        Path file = folder.resolve("config");
        Files.writeString(file, "- just\n- a list\n");
        assertThatThrownBy(() -> OURS.mergeInto(file))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("nothing was merged");
        assertThat(file).hasContent("- just\n- a list\n");
    }

    private static JsonNode read(Path file) throws IOException {
        return new YAMLMapper().readTree(Files.readAllBytes(file));
    }
}
