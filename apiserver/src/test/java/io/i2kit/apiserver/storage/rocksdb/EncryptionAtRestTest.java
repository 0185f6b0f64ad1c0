package io.i2kit.apiserver.storage.rocksdb;

import static io.i2kit.apiserver.storage.Objects.commit;
import static io.i2kit.apiserver.storage.Objects.data;
import static io.i2kit.apiserver.storage.Objects.delete;
import static io.i2kit.apiserver.storage.Objects.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.i2kit.apiserver.storage.AtRest;
import io.i2kit.apiserver.storage.Encryption;
import io.i2kit.apiserver.storage.Encryption.Key;
import io.i2kit.apiserver.storage.Encryption.Rule;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.Storage;
import io.i2kit.apiserver.storage.StorageException;
import io.i2kit.apiserver.storage.Write;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets on disk: unreadable there, in the changelog's past states and in the log too; keys can be changed. */
class EncryptionAtRestTest {
    private static final String VALUE = "cGFzc3dvcmQtb2YtdGhlLXRlc3Q";
    private static final ObjectKey SECRET = new ObjectKey("secrets", "default", "db");
    private static final ObjectKey OTHER = new ObjectKey("configmaps", "default", "db");
    private static final Key ONE = key("key1", 1);
    private static final Key TWO = key("key2", 2);

    @TempDir
    Path folder;

    private static Key key(String name, int fill) {
        byte[] secret = new byte[32];
        Arrays.fill(secret, (byte) fill);
        return Key.of(name, secret);
    }

    private static Encryption secrets(@Nullable Key writing, Key... keys) {
        return new Encryption(List.of(new Rule(List.of("secrets"), writing, List.of(keys))));
    }

    private Storage open(AtRest atRest) {
        return RocksStorage.open(RocksStorageTest.settings(folder).withAtRest(atRest));
    }

    /** How many files of the store hold a text. */
    private long filesWith(String text) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> {
                        try {
                            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    })
                    .count();
        }
    }

    private long writeAll(Storage storage) {
        long first = commit(storage, put(SECRET, 0, VALUE + "-first")).revision();
        commit(storage, put(SECRET, first, VALUE + "-second"));
        ObjectKey gone = new ObjectKey("secrets", "default", "gone");
        commit(storage, put(gone, 0, VALUE));
        commit(storage, delete(gone, Write.ANY_REVISION));
        commit(storage, put(new ObjectKey("secrets", "default", "passing"), 0, VALUE, Duration.ofHours(1)));
        storage.commit(List.of(new Write.PutRecord("agent", VALUE.getBytes(StandardCharsets.US_ASCII))))
                .join();
        return first;
    }

    private void expectAll(Storage storage, long first) {
        assertThat(data(storage.get(SECRET))).isEqualTo(VALUE + "-second");
        assertThat(data(storage.list(new Storage.ListRequest("secrets", "", 1, null, first))
                        .objects()
                        .getFirst()))
                .isEqualTo(VALUE + "-first");
        assertThat(storage.getRecord("agent"))
                .asString(StandardCharsets.US_ASCII)
                .isEqualTo(VALUE);
    }

    @Test
    void noFileOfTheStoreHoldsASecret() throws IOException {
        long first;
        try (Storage storage = open(secrets(ONE, ONE))) {
            first = writeAll(storage);
            commit(storage, put(OTHER, 0, "plain-" + VALUE.length()));
            assertThat(filesWith(VALUE)).as("while it runs").isZero();
            assertThat(filesWith("plain-" + VALUE.length())).isPositive();
            assertThat(filesWith("k8s:enc:aesgcm:v1:key1:")).isPositive();
        }
        assertThat(filesWith(VALUE)).as("after a clean end").isZero();
        try (Storage storage = open(secrets(ONE, ONE))) {
            expectAll(storage, first);
        }
    }

    @Test
    void whatWasPlainIsEncryptedAtTheNextStart() throws IOException {
        long first;
        try (Storage storage = open(AtRest.PLAIN)) {
            first = writeAll(storage);
        }
        assertThat(filesWith(VALUE)).isPositive();
        for (int start = 0; start < 2; start++) {
            try (Storage storage = open(secrets(ONE, ONE))) {
                expectAll(storage, first);
            }
            assertThat(filesWith(VALUE)).as("start %d", start).isZero();
        }
    }

    @Test
    void aNewFirstKeyReplacesTheOldOne() throws IOException {
        long first;
        try (Storage storage = open(secrets(ONE, ONE))) {
            first = writeAll(storage);
        }
        try (Storage storage = open(secrets(TWO, TWO, ONE))) {
            expectAll(storage, first);
            commit(storage, put(SECRET, Write.ANY_REVISION, VALUE + "-second"));
        }
        try (Storage storage = open(secrets(TWO, TWO))) {
            expectAll(storage, first);
        }
        assertThat(filesWith("k8s:enc:aesgcm:v1:key1:")).isZero();
        try (Storage storage = open(secrets(null, TWO))) { // identity first: plain again
            expectAll(storage, first);
        }
        try (Storage storage = open(AtRest.PLAIN)) {
            expectAll(storage, first);
        }
    }

    @Test
    void aMissingOrWrongKeyRefusesTheStart() {
        long first;
        try (Storage storage = open(secrets(ONE, ONE))) {
            first = writeAll(storage);
        }
        assertThatThrownBy(() -> open(secrets(TWO, TWO)))
                .isInstanceOf(StorageException.Unavailable.class)
                .hasMessage(
                        "secrets \"default/db\" is encrypted with the key \"key1\", but the encryption configuration"
                                + " has only key2: put that key back; without it the data is lost");
        Key wrong = key("key1", 9);
        assertThatThrownBy(() -> open(secrets(wrong, wrong)))
                .isInstanceOf(StorageException.Unavailable.class)
                .hasMessageStartingWith("secrets \"default/db\" cannot be decrypted");
        assertThatThrownBy(() -> open(AtRest.PLAIN)).hasMessageContaining("has no keys");
        try (Storage storage = open(secrets(ONE, ONE))) {
            expectAll(storage, first);
        }
    }

    @Test
    void aValueOpensInItsPlaceOnlyAndNoTwoAreAlike() {
        Encryption encryption = secrets(ONE, ONE);
        byte[] place = Codec.versionKey(SECRET, 7);
        byte[] plain = VALUE.getBytes(StandardCharsets.US_ASCII);
        byte[] sealed = encryption.seal("secrets", place, plain);
        assertThat(encryption.open("secrets", place, sealed).plain()).isEqualTo(plain);
        assertThat(encryption.seal("secrets", place, plain)).isNotEqualTo(sealed);
        byte[] elsewhere = Codec.versionKey(SECRET, 8);
        assertThatThrownBy(() -> encryption.open("secrets", elsewhere, sealed))
                .isInstanceOf(StorageException.Unavailable.class);
        sealed[sealed.length - 1] ^= 1;
        assertThatThrownBy(() -> encryption.open("secrets", place, sealed))
                .isInstanceOf(StorageException.Unavailable.class);
        assertThat(encryption.seal("configmaps", place, plain)).isEqualTo(plain);
    }
}
