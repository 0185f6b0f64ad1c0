package io.i2kit.cloud.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.cloud.local.daemon.CloudDaemon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RuntimeDirectoryTest {
    @TempDir
    Path data;

    @Test
    void whatWasOpenedIsFound() throws IOException {
        Path opened = RuntimeDirectory.open(data);
        try {
            assertThat(RuntimeDirectory.find(data)).contains(opened);
            assertThat(RuntimeDirectory.open(data)).isEqualTo(opened);
        } finally {
            Files.delete(opened);
        }
    }

    /** What is found is deleted by {@code down}: a damaged record must never name a folder of the user's. */
    @ParameterizedTest
    @ValueSource(
            strings = {"", ".", "..", "/", "/home/me", "i2kit-0123456789ab", "/tmp/i2kit-0123456789a", "/tmp/i2kit-x/.."
            })
    void aDamagedRecordNamesNothing(String recorded) throws IOException {
        Path record = RuntimeDirectory.stateOf(data).resolve("runtime-directory");
        Files.createDirectories(record.getParent());
        Files.writeString(record, recorded + "\n");
        assertThat(RuntimeDirectory.find(data)).isEmpty();
        CloudDaemon.destroy(data);
        assertThat(RuntimeDirectory.stateOf(data)).doesNotExist();
        assertThat(Path.of("pom.xml")).exists();
    }
}
