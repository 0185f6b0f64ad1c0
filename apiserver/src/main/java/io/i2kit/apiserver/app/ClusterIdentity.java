package io.i2kit.apiserver.app;

import io.i2kit.apiserver.storage.Storage;
import io.i2kit.apiserver.storage.Write;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;

/** The id that tells one installation's cloud objects from another's: made once, kept in the store. */
final class ClusterIdentity {
    private static final String RECORD = "cluster/id";
    private static final int ID_BYTES = 5;

    private ClusterIdentity() {}

    static String of(Storage storage) {
        byte[] stored = storage.getRecord(RECORD);
        if (stored != null) {
            return new String(stored, StandardCharsets.UTF_8);
        }
        byte[] random = new byte[ID_BYTES];
        new SecureRandom().nextBytes(random);
        String made = HexFormat.of().formatHex(random);
        storage.commit(List.of(new Write.PutRecord(RECORD, made.getBytes(StandardCharsets.UTF_8))))
                .join();
        return made;
    }
}
