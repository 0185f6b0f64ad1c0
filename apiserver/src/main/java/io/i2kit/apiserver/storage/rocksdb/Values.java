package io.i2kit.apiserver.storage.rocksdb;

import io.i2kit.apiserver.storage.AtRest;
import io.i2kit.apiserver.storage.ObjectKey;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Values as they are on disk: laid out by {@link Codec}, and sealed where that is configured. */
final class Values {
    private final AtRest atRest;
    private volatile boolean foundStale;

    Values(AtRest atRest) {
        this.atRest = atRest;
    }

    byte[] version(ObjectKey key, long revision, boolean deletion, long expiresAtMillis, byte[] json) {
        byte[] sealed = atRest.seal(key.resource(), Codec.versionKey(key, revision), json);
        return Codec.versionValue(deletion, expiresAtMillis, sealed);
    }

    Codec.Version version(byte[] name, byte[] value) {
        Codec.Version stored = Codec.version(name, value);
        byte[] json = open(stored.key().resource(), name, stored.json());
        return new Codec.Version(stored.key(), stored.revision(), stored.deletion(), stored.expiresAtMillis(), json);
    }

    byte[] record(String name, byte[] plain) {
        return atRest.seal("", name.getBytes(StandardCharsets.UTF_8), plain);
    }

    byte[] openRecord(byte[] name, byte[] stored) {
        return open("", name, stored);
    }

    /** Whether something was read that would now be written in another way. */
    boolean foundStale() {
        return foundStale;
    }

    private byte[] open(String resource, byte[] place, byte[] stored) {
        AtRest.Opened opened = atRest.open(resource, place, stored);
        if (opened.stale()) {
            foundStale = true;
        }
        return opened.plain();
    }

    /** The same version as it would be written now, or null when it is so already. */
    byte @Nullable [] rewrittenVersion(byte[] name, byte[] value) {
        Codec.Version stored = Codec.version(name, value);
        AtRest.Opened opened = atRest.open(stored.key().resource(), name, stored.json());
        return opened.stale()
                ? version(stored.key(), stored.revision(), stored.deletion(), stored.expiresAtMillis(), opened.plain())
                : null;
    }

    /** The same record as it would be written now, or null when it is so already. */
    byte @Nullable [] rewrittenRecord(byte[] name, byte[] stored) {
        AtRest.Opened opened = atRest.open("", name, stored);
        return opened.stale() ? atRest.seal("", name, opened.plain()) : null;
    }
}
