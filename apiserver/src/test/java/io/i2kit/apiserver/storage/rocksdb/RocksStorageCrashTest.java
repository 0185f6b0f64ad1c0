package io.i2kit.apiserver.storage.rocksdb;

import static io.i2kit.apiserver.storage.Objects.commit;
import static io.i2kit.apiserver.storage.Objects.data;
import static io.i2kit.apiserver.storage.Objects.pod;
import static io.i2kit.apiserver.storage.Objects.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.storage.Storage;
import io.i2kit.apiserver.storage.StoredObject;
import io.i2kit.apiserver.storage.Write;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The engine's process is killed, or its disk fills: what it acknowledged is there, what it refused is not. */
class RocksStorageCrashTest {
    @TempDir
    Path directory;

    private RocksSettings settings() {
        return RocksSettings.of(directory).withNativeDirectory(RocksStorageTest.NATIVE);
    }

    private ProcessBuilder child(String mode, String... before) {
        List<String> command = new ArrayList<>(List.of(before));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), StorageChild.class.getName(), mode));
        command.addAll(List.of(
                directory.toString(), RocksStorageTest.NATIVE.toAbsolutePath().toString()));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    }

    @Test
    @Timeout(120)
    void nothingAcknowledgedIsLostWhenTheProcessIsKilled() throws IOException, InterruptedException {
        killAndCheck(3);
    }

    @Test
    @Tag("exhaustive")
    @Timeout(1200)
    void nothingAcknowledgedIsLostHoweverOftenTheProcessIsKilled() throws IOException, InterruptedException {
        killAndCheck(60);
    }

    private void killAndCheck(int rounds) throws IOException, InterruptedException {
        RocksStorage.open(settings()).close(); // unpacks the library once
        Random random = new Random();
        Map<String, String[]> acknowledged = new HashMap<>();
        long newest = 0;
        for (int round = 0; round < rounds; round++) {
            Process process = child("load").start();
            int lines = 20 + random.nextInt(1500);
            try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
                String line = output.readLine();
                for (int i = 0; line != null; i++) {
                    String[] words = line.split(" ");
                    if (words.length == 4) { // the last line may be torn
                        acknowledged.put(words[0] + " " + words[1], words);
                        newest = Math.max(newest, Long.parseLong(words[3]));
                    }
                    if (i == lines) {
                        process.toHandle().destroyForcibly(); // keeps what it said readable
                    }
                    line = output.readLine();
                }
            }
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(acknowledged).as("round %d", round).hasSizeGreaterThan(1);
            check(acknowledged, newest);
        }
    }

    private void check(Map<String, String[]> acknowledged, long newest) {
        try (Storage storage = RocksStorage.open(settings())) {
            for (String[] words : acknowledged.values()) {
                int count = Integer.parseInt(words[2]);
                if (words[0].equals("passing")) {
                    int found = Integer.parseInt(data(storage.get(pod("c", words[1]))));
                    assertThat(found).isBetween(count, count + 1);
                    continue;
                }
                StoredObject first = storage.get(pod("a", words[1]));
                StoredObject second = storage.get(pod("b", words[1]));
                assertThat(Integer.parseInt(data(first))).isBetween(count, count + 1);
                assertThat(data(second)).isEqualTo(data(first));
                assertThat(storage.getRecord("count/" + words[1]))
                        .asString(StandardCharsets.UTF_8)
                        .isEqualTo(data(first));
                if (data(second).equals(words[2]) && second != null) {
                    assertThat(second.revision()).isEqualTo(Long.parseLong(words[3]));
                }
            }
            assertThat(commit(storage, put(pod("d", "probe"), Write.ANY_REVISION, "x"))
                            .revision())
                    .isGreaterThan(newest);
        }
    }

    @Test
    @Timeout(120)
    void aFullDiskRefusesWritesKeepsNothingOfThemAndIsOvercome() throws IOException, InterruptedException {
        RocksStorage.open(settings()).close();
        // Files may not grow beyond 2 MB: RocksDB's log meets the end as it would on a full disk.
        Process process = child("full", "bash", "-c", "ulimit -S -f 2048; exec \"$@\"", "bash")
                .start();
        List<String> acknowledged = new ArrayList<>();
        String refused = "";
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                String[] words = line.split(" ");
                if (words[0].equals("acked")) {
                    acknowledged.add(words[1]);
                } else if (words[0].equals("refused")) {
                    refused = words[1];
                }
            }
        }
        assertThat(process.waitFor()).isZero();
        assertThat(refused).isNotEmpty();
        assertThat(acknowledged).contains("after").hasSizeGreaterThan(20);
        try (Storage storage = RocksStorage.open(settings())) {
            assertThat(storage.list(new Storage.ListRequest("pods", "", 0, null, 0))
                            .objects())
                    .extracting(object -> object.key().name())
                    .containsExactlyInAnyOrderElementsOf(acknowledged);
            assertThat(storage.get(pod("a", refused))).isNull();
        }
    }
}
