package io.i2kit.apiserver.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.i2kit.apiserver.storage.AtRest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncryptionFileTest {
    private static final String SECRET = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

    @TempDir
    Path folder;

    private AtRest read(String rules) throws IOException {
        Path file = folder.resolve("configuration.yaml");
        Files.writeString(
                file, "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n" + rules);
        return EncryptionFile.read(file);
    }

    private static String sealed(AtRest atRest, String resource) {
        byte[] bytes = atRest.seal(resource, new byte[] {1}, new byte[] {'{', '}'});
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Test
    void aFolderGetsAKeyOfItsOwnThatOnlyItsOwnerReads() throws IOException {
        Path file = EncryptionFile.ofFolder(new DataFolder(folder));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        String text = Files.readString(file);
        assertThat(EncryptionFile.ofFolder(new DataFolder(folder))).isEqualTo(file);
        assertThat(Files.readString(file)).isEqualTo(text);
        assertThat(sealed(EncryptionFile.read(file), "secrets")).startsWith("k8s:enc:aesgcm:v1:key-");
        assertThat(sealed(EncryptionFile.read(file), "configmaps")).isEqualTo("{}");
    }

    @Test
    void readsTheConfigurationOfKubeApiserver() throws IOException {
        String aesgcm = "- aesgcm: {keys: [{name: new, secret: " + SECRET + "}, {name: old, secret: " + SECRET + "}]}";
        AtRest atRest =
                read("- resources: [secrets, deployments.apps]\n  providers:\n  " + aesgcm + "\n  - identity: {}\n"
                        + "- resources: ['*.batch', '*.']\n  providers:\n  - identity: {}\n  " + aesgcm + "\n"
                        + "- resources: ['*.*']\n  providers:\n  " + aesgcm);
        assertThat(sealed(atRest, "secrets")).startsWith("k8s:enc:aesgcm:v1:new:");
        assertThat(sealed(atRest, "apps/deployments")).startsWith("k8s:enc:aesgcm:v1:new:");
        assertThat(sealed(atRest, "pods")).isEqualTo("{}");
        assertThat(sealed(atRest, "batch/jobs")).isEqualTo("{}");
        assertThat(sealed(atRest, "apps/replicasets")).startsWith("k8s:enc:");
    }

    @Test
    void refusesWhatItDoesNotDo() {
        assertThatThrownBy(() -> read("- resources: [secrets]\n  providers:\n  - secretbox: {keys: []}"))
                .isInstanceOf(UserError.class)
                .hasMessageEndingWith(
                        "resources[0].providers[0]: i2kit has the providers aesgcm and identity, one an entry, not secretbox");
        assertThatThrownBy(() ->
                        read("- resources: [secrets]\n  providers:\n  - aesgcm: {keys: [{name: a, secret: MTIz}]}"))
                .hasMessageContaining("resources[0].providers[0].aesgcm.keys[0]: the secret of key \"a\" has 3 bytes");
        assertThatThrownBy(() -> read("- resources: []\n  providers:\n  - identity: {}"))
                .hasMessageContaining("resources[0].resources");
        assertThatThrownBy(() -> read("- resources: [secrets]")).hasMessageContaining("at least one provider");
        assertThatThrownBy(() -> EncryptionFile.read(folder.resolve("absent"))).hasMessageContaining("cannot be read");
    }
}
