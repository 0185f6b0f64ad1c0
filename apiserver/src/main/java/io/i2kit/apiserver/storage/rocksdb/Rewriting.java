package io.i2kit.apiserver.storage.rocksdb;

import io.i2kit.apiserver.storage.rocksdb.Database.Family;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings everything on disk to the way in which it would be written now, at start: what was plain is encrypted, and what another
 * key encrypted is encrypted with the first. Revisions stay as they are. What was overwritten is also gone from the files then.
 */
final class Rewriting {
    private static final Logger LOG = LoggerFactory.getLogger(Rewriting.class);
    private static final int VALUES_A_BATCH = 500;

    private Rewriting() {}

    private record Value(byte[] name, byte[] bytes) {}

    static void run(Database db) throws RocksDBException {
        Values values = db.values();
        long count = rewrite(db, Family.OBJECTS, values::rewrittenVersion)
                + rewrite(db, Family.EPHEMERAL, values::rewrittenVersion)
                + rewrite(db, Family.RECORDS, values::rewrittenRecord);
        if (count > 0) {
            LOG.info("{} stored values were written anew, as the encryption configuration says", count);
        }
    }

    private static long rewrite(Database db, Family family, BiFunction<byte[], byte[], byte @Nullable []> rewritten)
            throws RocksDBException {
        long count = 0;
        List<Value> stale = new ArrayList<>();
        byte[] from = new byte[0];
        do {
            stale.clear();
            db.scan(family, from, (name, stored) -> {
                byte[] bytes = rewritten.apply(name, stored);
                if (bytes != null) {
                    stale.add(new Value(name, bytes));
                }
                return stale.size() < VALUES_A_BATCH;
            });
            if (!stale.isEmpty()) {
                write(db, family, stale);
                from = stale.getLast().name();
                count += stale.size();
            }
        } while (stale.size() == VALUES_A_BATCH);
        if (count > 0) {
            db.flush();
            db.compact(family);
        }
        return count;
    }

    private static void write(Database db, Family family, List<Value> values) throws RocksDBException {
        try (WriteBatch batch = new WriteBatch()) {
            for (Value value : values) {
                batch.put(db.handle(family), value.name(), value.bytes());
            }
            db.write(batch, true);
        }
    }
}
