package io.i2kit.apiserver.storage.rocksdb;

import static io.i2kit.apiserver.storage.Objects.await;
import static io.i2kit.apiserver.storage.Objects.commit;
import static io.i2kit.apiserver.storage.Objects.json;
import static io.i2kit.apiserver.storage.Objects.pod;
import static io.i2kit.apiserver.storage.Objects.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.i2kit.apiserver.storage.ManualClock;
import io.i2kit.apiserver.storage.NarrowedListTest;
import io.i2kit.apiserver.storage.Storage;
import io.i2kit.apiserver.storage.StorageException;
import io.i2kit.apiserver.storage.StoredObject;
import io.i2kit.apiserver.storage.Write;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The contract, run by the embedded engine, and what is particular to it. */
class RocksStorageTest extends NarrowedListTest {
    /** One unpacked library for all tests of a build. */
    static final Path NATIVE = Path.of("target", "native");

    private int crashes;

    static RocksSettings settings(Path folder) {
        return RocksSettings.of(folder).withNativeDirectory(NATIVE);
    }

    @Override
    protected Storage open(Path folder, ManualClock time) {
        return RocksStorage.open(settings(folder)
                .withClock(time)
                .withHistory(new RocksSettings.History(HISTORY, 64 << 20, 1 << 20))
                .withProgressInterval(Duration.ofMillis(50)));
    }

    @Override
    protected void housekeep(Storage engine) {
        ((RocksStorage) engine).housekeep();
    }

    @Override
    protected Path afterPowerLoss() {
        Path copy = directory.resolveSibling(directory.getFileName() + "-crash-" + crashes++);
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, copy.resolve(directory.relativize(file)));
            }
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aSecondServerIsRefused() {
        assertThatThrownBy(() -> open(directory, clock))
                .isInstanceOf(StorageException.Unavailable.class)
                .hasMessage("the data folder " + directory + " is in use by another server (process "
                        + ProcessHandle.current().pid() + ")");
    }

    @Test
    void aFolderOfAnotherFormatIsRefused() throws IOException {
        storage.close();
        Files.writeString(directory.resolve("FORMAT"), "i2kit-storage 99\n");
        assertThatThrownBy(() -> open(directory, clock))
                .isInstanceOf(StorageException.Unavailable.class)
                .hasMessageContaining("\"i2kit-storage 99\"");
        Files.writeString(directory.resolve("FORMAT"), "i2kit-storage 1\n");
        storage = open(directory, clock);
    }

    @Test
    void historyIsBoundedInBytesToo() {
        storage.close();
        storage = RocksStorage.open(
                settings(directory).withClock(clock).withHistory(new RocksSettings.History(HISTORY, 100_000, 10_000)));
        long first = commit(storage, put(pod("a", "one"), 0, "x")).revision();
        for (int i = 0; i < 20; i++) {
            commit(storage, put(pod("a", "one"), Write.ANY_REVISION, "x".repeat(10_000)));
        }
        housekeep(storage);
        assertThatThrownBy(() -> storage.list(new Storage.ListRequest("pods", "", 0, null, first)))
                .isInstanceOf(StorageException.Compacted.class);
        long recent = storage.revision() - 5;
        assertThat(storage.list(new Storage.ListRequest("pods", "", 0, null, recent))
                        .objects())
                .hasSize(1);
    }

    @Test
    void listsAreTheSameWhenFewObjectsAreInMemory() {
        storage.close();
        storage = RocksStorage.open(settings(directory)
                .withClock(clock)
                .withHistory(new RocksSettings.History(HISTORY, 64 << 20, 10_000))
                .withMemory(new RocksSettings.Memory(64 << 10, 5_000)));
        listsAreThoseOfAWalkThroughEverything();
    }

    @Test
    void largeObjectsAreReadFromDisk() {
        storage.close();
        storage = RocksStorage.open(settings(directory).withClock(clock).withInMemoryObjectBytes(0));
        StoredObject one = commit(storage, put(pod("a", "one"), 0, "first"));
        List<StoredObject> both = await(storage.commit(
                List.of(put(one.key(), one.revision(), "second"), put(one.key(), Write.ANY_REVISION, "third"))));
        assertThat(json(storage.get(one.key()))).isEqualTo(json(both.get(1)));
        assertThat(storage.list(new Storage.ListRequest("pods", "", 0, null, 0)).objects())
                .hasSize(1)
                .allSatisfy(object -> assertThat(json(object)).isEqualTo(json(both.get(1))));
    }
}
