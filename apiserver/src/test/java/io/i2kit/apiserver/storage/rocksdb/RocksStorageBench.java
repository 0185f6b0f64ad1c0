package io.i2kit.apiserver.storage.rocksdb;

import static io.i2kit.apiserver.storage.Objects.await;
import static io.i2kit.apiserver.storage.Objects.commit;
import static io.i2kit.apiserver.storage.Objects.pod;
import static io.i2kit.apiserver.storage.Objects.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.storage.Storage;
import io.i2kit.apiserver.storage.StoredObject;
import io.i2kit.apiserver.storage.Write;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How fast the engine is. Prints; asserts only that the work was done. */
@Tag("bench")
class RocksStorageBench {
    private static final String FILLING = "x".repeat(4_400);
    private static final Duration RUN = Duration.ofSeconds(5);

    @TempDir
    Path directory;

    private RocksSettings settings() {
        return RocksSettings.of(directory).withNativeDirectory(RocksStorageTest.NATIVE);
    }

    @Test
    void writesASecond() throws InterruptedException {
        for (int writers : new int[] {1, 16, 64}) {
            try (Storage storage = RocksStorage.open(settings())) {
                long done = write(storage, writers);
                print("%d writers: %d writes/s of %d bytes", writers, done / RUN.toSeconds(), FILLING.length());
                assertThat(done).isPositive();
            }
        }
    }

    private static long write(Storage storage, int writers) throws InterruptedException {
        AtomicLong done = new AtomicLong();
        long end = System.nanoTime() + RUN.toNanos();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            String name = "w" + i;
            threads.add(Thread.startVirtualThread(() -> {
                while (System.nanoTime() < end) {
                    commit(storage, put(pod("a", name), Write.ANY_REVISION, FILLING));
                    done.incrementAndGet();
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return done.get();
    }

    @Test
    void readsListsAndOpening() throws IOException {
        RocksStorage.open(settings()).close();
        long opened = System.nanoTime();
        Storage storage = RocksStorage.open(settings());
        print("open empty: %.1f ms", millisSince(opened));
        List<CompletableFuture<List<StoredObject>>> writes = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            writes.add(storage.commit(List.of(put(pod("a", "p" + i), 0, FILLING))));
        }
        writes.forEach(write -> assertThat(await(write)).hasSize(1));
        print("resident with 2000 objects: %s", residentMemory());
        Storage filled = storage;
        measure("get", 1_000_000, () -> filled.get(pod("a", "p1234")));
        measure("list of 2000", 2_000, () -> filled.list(new Storage.ListRequest("pods", "", 0, null, 0)));
        long old = storage.revision();
        for (int i = 0; i < 100; i++) {
            commit(storage, put(pod("a", "p" + i), Write.ANY_REVISION, FILLING));
        }
        measure(
                "list of 2000 at an older revision",
                500,
                () -> filled.list(new Storage.ListRequest("pods", "", 0, null, old)));
        storage.close();
        opened = System.nanoTime();
        try (Storage again = RocksStorage.open(settings())) {
            print("open with 2000 objects: %.1f ms", millisSince(opened));
            assertThat(again.list(new Storage.ListRequest("pods", "", 0, null, 0))
                            .objects())
                    .hasSize(2_000);
        }
    }

    private static void measure(String what, int times, Runnable action) {
        for (int i = 0; i < times / 2; i++) {
            action.run();
        }
        long start = System.nanoTime();
        for (int i = 0; i < times; i++) {
            action.run();
        }
        print("%s: %.2f us", what, millisSince(start) * 1000 / times);
    }

    private static double millisSince(long start) {
        return (System.nanoTime() - start) / 1e6;
    }

    private static String residentMemory() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS"))
                .findFirst()
                .orElse("unknown");
    }

    private static void print(String format, Object... values) {
        System.out.println(String.format(format, values));
    }
}
