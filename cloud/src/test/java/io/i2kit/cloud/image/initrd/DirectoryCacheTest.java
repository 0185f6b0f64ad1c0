package io.i2kit.cloud.image.initrd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryCacheTest {
    @TempDir
    Path root;

    private static void write(Path directory, int bytes) throws IOException {
        Files.write(directory.resolve("content"), new byte[bytes]);
    }

    @Test
    void manyCallersOfOneKeyMakeItOnce() throws Exception {
        DirectoryCache cache = new DirectoryCache(root);
        AtomicInteger made = new AtomicInteger();
        List<Future<Path>> results = new ArrayList<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 50; i++) {
                results.add(callers.submit(() -> cache.make("key", directory -> {
                    made.incrementAndGet();
                    write(directory, 1);
                })));
            }
        }
        for (Future<Path> result : results) {
            assertThat(result.get()).isEqualTo(root.resolve("key"));
        }
        assertThat(made).hasValue(1);
    }

    @Test
    void aFailureLeavesNothingAndAFullDiskSaysWhere() throws IOException {
        DirectoryCache cache = new DirectoryCache(root);
        assertThatThrownBy(() -> cache.make("key", directory -> {
                    write(directory, 1);
                    throw new IOException("No space left on device");
                }))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no space left on device: " + root);
        assertThat(root).isEmptyDirectory();
        assertThat(cache.find("key")).isEmpty();
    }

    @Test
    void theNextStartRemovesWhatADeadProcessLeft() throws IOException {
        Path ofDead = Files.createDirectory(root.resolve(".tmp-999999999-x"));
        Path ofLiving = Files.createDirectory(
                root.resolve(".tmp-" + ProcessHandle.current().pid() + "-x"));
        write(ofDead, 1);
        DirectoryCache cache = new DirectoryCache(root);
        assertThat(cache.find(".tmp-999999999-x")).isEmpty();
        assertThat(ofDead).doesNotExist();
        assertThat(ofLiving).exists();
    }

    @Test
    void collectingKeepsTheLatelyUsedAndThoseInUse() throws IOException {
        DirectoryCache cache = new DirectoryCache(root);
        int age = 0;
        for (String key : List.of("oldest", "held", "older", "newer")) {
            Path directory = cache.make(key, target -> write(target, 100));
            Files.setLastModifiedTime(directory, FileTime.from(Instant.ofEpochSecond(1_000_000 + age++)));
        }
        assertThat(cache.find("older")).isPresent();
        assertThat(cache.collect(250, Duration.ofDays(100_000), Set.of("held")::contains))
                .as("used within the last centuries")
                .isEmpty();
        assertThat(cache.collect(250, Duration.ZERO, Set.of("held")::contains)).containsExactly("oldest", "newer");
        assertThat(cache.find("held")).isPresent();
        assertThat(cache.find("older")).isPresent();
    }
}
