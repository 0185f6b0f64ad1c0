package io.i2kit.apiserver.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.i2kit.apiserver.backup.BackupWriter.Written;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.ResourceVersions;
import io.i2kit.apiserver.storage.Storage;
import io.i2kit.apiserver.storage.Storage.ListRequest;
import io.i2kit.apiserver.storage.StorageException;
import io.i2kit.apiserver.storage.StoredObject;
import io.i2kit.apiserver.storage.Write;
import io.i2kit.apiserver.storage.rocksdb.RocksSettings;
import io.i2kit.apiserver.storage.rocksdb.RocksStorage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupTest {
    private static final Instant NOON = Instant.parse("2026-11-27T12:00:00Z");
    private static final Map<String, byte[]> KEYS = Map.of("pki/ca.key", new byte[] {0, 1, -1});

    @TempDir
    Path folder;

    private final List<Storage> opened = new ArrayList<>();
    private Storage storage;

    @BeforeEach
    void open() {
        storage = opened(RocksStorage.open(settings("one")));
    }

    @AfterEach
    void close() {
        opened.forEach(Storage::close);
    }

    private Storage opened(Storage made) {
        opened.add(made);
        return made;
    }

    private RocksSettings settings(String name) {
        return RocksSettings.of(folder.resolve(name)).withNativeDirectory(folder.resolve("native"));
    }

    private void put(Storage to, String resource, String name, String data) {
        byte[] json = ("{\"metadata\":{\"name\":\"" + name + "\",\"resourceVersion\":\"0\"},\"data\":\"" + data + "\"}")
                .getBytes(StandardCharsets.UTF_8);
        Duration life = resource.equals("events") ? Duration.ofHours(1) : null;
        ObjectKey key = new ObjectKey(resource, "default", name);
        to.commit(List.of(new Write.Put(key, 0, revision -> ResourceVersions.replace(json, revision), life)))
                .join();
    }

    private static Map<ObjectKey, String> objects(Storage in) {
        Map<ObjectKey, String> found = new HashMap<>();
        for (String resource : in.counts().keySet()) {
            for (StoredObject object :
                    in.list(new ListRequest(resource, "", 0, null, 0)).objects()) {
                found.put(object.key(), new String(ResourceVersions.replace(object.json(), 7), StandardCharsets.UTF_8));
            }
        }
        return found;
    }

    private Written write(Instant time) {
        return new BackupWriter(storage, "c1").write(time, KEYS);
    }

    @Test
    void aStoreThatTakesABackupHoldsTheSameAndGoesOnWithNewRevisions() throws IOException {
        for (int i = 0; i < 1_200; i++) {
            put(storage, "pods", "p" + i, "ä\\n\\u2028 1.0");
        }
        put(storage, "apps/deployments", "d", "");
        storage.commit(List.of(new Write.PutRecord("stacks/a", new byte[] {1, 2, -3})))
                .join();
        Map<ObjectKey, String> before = objects(storage);
        long revision = storage.revision();
        put(storage, "events", "e", "");

        Backup backup = Backup.open(write(NOON).content());
        assertThat(backup.header().cluster()).isEqualTo("c1");
        assertThat(backup.header().time()).isEqualTo("2026-11-27T12:00:00Z");
        Map<String, byte[]> files = new HashMap<>();
        try (Storage restored =
                RocksStorage.create(settings("two"), backup.header().lastRevision())) {
            backup.restore(restored, files::put);
            assertThat(objects(restored)).isEqualTo(before).hasSize(1_201);
            assertThat(restored.getRecord("stacks/a")).containsExactly(1, 2, -3);
        }
        assertThat(files).containsOnlyKeys("pki/ca.key");
        assertThat(files.get("pki/ca.key")).containsExactly(0, 1, -1);
        Storage again = opened(RocksStorage.open(settings("two")));
        assertThat(objects(again)).isEqualTo(before);
        assertThat(again.get(new ObjectKey("apps/deployments", "default", "d")).revision())
                .isGreaterThan(revision + 1_000);
    }

    @Test
    void onlyAChangeMakesAnotherBackup() {
        put(storage, "pods", "p", "");
        Written first = write(NOON);
        put(storage, "events", "e", "");
        assertThat(write(NOON.plusSeconds(60)).digest()).isEqualTo(first.digest());
        put(storage, "pods", "q", "");
        assertThat(write(NOON).digest()).isNotEqualTo(first.digest());
    }

    @Test
    void aDamagedBackupIsRefused() throws IOException {
        put(storage, "pods", "p", "x".repeat(10_000));
        byte[] whole = write(NOON).content();
        Storage into = opened(RocksStorage.create(settings("two"), 5));
        assertThatThrownBy(() ->
                        Backup.open(Arrays.copyOf(whole, whole.length - 20)).restore(into, (name, content) -> {}))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Backup.open(
                        compressed("{\"backup\":{\"version\":2,\"cluster\":\"c\",\"time\":\"\",\"revision\":1}}\n")))
                .hasMessage("the backup has version 2; this i2kit reads 1");
        assertThatThrownBy(() -> Backup.open(compressed("{\"end\":true}\n"))).hasMessage("this is no backup of i2kit");
        assertThatThrownBy(() -> Backup.open(compressed("hello\n")))
                .hasMessageStartingWith("the backup cannot be read");
    }

    private static byte[] compressed(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    @Test
    void aStoreThatIsThereTakesNone() {
        RocksSettings one = settings("one");
        storage.close();
        assertThatThrownBy(() -> RocksStorage.create(one, 5))
                .isInstanceOf(StorageException.Unavailable.class)
                .hasMessageContaining("holds a database already");
    }
}
