package io.i2kit.apiserver.storage.rocksdb;

import io.i2kit.apiserver.storage.AtRest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.IndexType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** An open RocksDB with its families. Tuned for little memory: values are read at start and for large or past objects only. */
final class Database implements AutoCloseable {
    /** Where what is stored. */
    enum Family {
        META,
        OBJECTS,
        EPHEMERAL,
        CHANGES,
        RECORDS
    }

    private static final long BLOCK_CACHE_BYTES = 2 << 20;
    private static final int BLOCK_BYTES = 16 << 10;
    private static final long WRITE_BUFFER_BYTES = 4 << 20;
    private static final long ALL_WRITE_BUFFERS_BYTES = 12 << 20;
    /** Bounds what a start after a crash has to replay. */
    private static final long LOG_BYTES = 16 << 20;

    private final List<AutoCloseable> resources = new ArrayList<>();
    private final List<ColumnFamilyHandle> families = new ArrayList<>();
    private final WriteOptions durable;
    private final WriteOptions lazy;
    private final RocksDB db;
    private final Values values;

    Database(Path directory, AtRest atRest) throws RocksDBException {
        values = new Values(atRest);
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        DBOptions options = own(databaseOptions());
        ColumnFamilyOptions familyOptions = own(familyOptions());
        durable = own(new WriteOptions().setSync(true));
        lazy = own(new WriteOptions().setSync(false));
        List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
        for (Family family : Family.values()) {
            byte[] name = family == Family.META
                    ? RocksDB.DEFAULT_COLUMN_FAMILY
                    : family.name().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
            descriptors.add(new ColumnFamilyDescriptor(name, familyOptions));
        }
        try {
            db = RocksDB.open(options, directory.toString(), descriptors, families);
        } catch (RocksDBException e) {
            closeResources();
            throw e;
        }
    }

    private static DBOptions databaseOptions() {
        return new DBOptions()
                .setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                // A torn record at the end was never acknowledged; a hole before the end must be an error, not a silent
                // loss.
                .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords)
                .setMaxBackgroundJobs(2)
                .setDbWriteBufferSize(ALL_WRITE_BUFFERS_BYTES)
                .setMaxTotalWalSize(LOG_BYTES)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setKeepLogFileNum(2)
                .setMaxLogFileSize(1 << 20)
                .setStatsDumpPeriodSec(0)
                .setStatsPersistPeriodSec(0);
    }

    private ColumnFamilyOptions familyOptions() {
        Cache cache = own(new LRUCache(BLOCK_CACHE_BYTES));
        return new ColumnFamilyOptions()
                .setWriteBufferSize(WRITE_BUFFER_BYTES)
                .setMaxWriteBufferNumber(2)
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setTableFormatConfig(tableFormat(cache));
    }

    /**
     * Indexes count in the cache, so that memory does not grow with the store; they are in parts of two levels, or each read of one
     * object would bring a whole file's index, which is as large as the cache.
     */
    private static BlockBasedTableConfig tableFormat(Cache cache) {
        return new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setBlockSize(BLOCK_BYTES)
                .setCacheIndexAndFilterBlocks(true)
                .setIndexType(IndexType.kTwoLevelIndexSearch)
                .setPinTopLevelIndexAndFilter(true);
    }

    /** How values are read and written. */
    Values values() {
        return values;
    }

    byte @Nullable [] get(Family family, byte[] key) throws RocksDBException {
        return db.get(handle(family), key);
    }

    /** Hands over entries in key order, from {@code start} on, until the visitor answers false. */
    void scan(Family family, byte[] start, BiPredicate<byte[], byte[]> visitor) throws RocksDBException {
        try (RocksIterator iterator = db.newIterator(handle(family))) {
            iterator.seek(start);
            while (iterator.isValid() && visitor.test(iterator.key(), iterator.value())) {
                iterator.next();
            }
            iterator.status();
        }
    }

    /** A walk that the caller places and closes; it sees the family as it is now. */
    RocksIterator iterator(Family family) {
        return db.newIterator(handle(family));
    }

    /** The greatest key, or null. */
    byte @Nullable [] lastKey(Family family) throws RocksDBException {
        try (RocksIterator iterator = db.newIterator(handle(family))) {
            iterator.seekToLast();
            byte[] key = iterator.isValid() ? iterator.key() : null;
            iterator.status();
            return key;
        }
    }

    /** @param sync whether the answer waits until the disk has it */
    void write(WriteBatch batch, boolean sync) throws RocksDBException {
        db.write(sync ? durable : lazy, batch);
    }

    ColumnFamilyHandle handle(Family family) {
        return families.get(family.ordinal());
    }

    /** Empties the log, so that the next start has nothing to replay. */
    void flush() throws RocksDBException {
        try (FlushOptions options = new FlushOptions().setWaitForFlush(true)) {
            db.flush(options, families);
        }
    }

    /** Writes a family's files anew, without what was overwritten or deleted. */
    void compact(Family family) throws RocksDBException {
        try (CompactRangeOptions options = new CompactRangeOptions()
                .setBottommostLevelCompaction(CompactRangeOptions.BottommostLevelCompaction.kForce)) {
            db.compactRange(handle(family), null, null, options);
        }
    }

    @Override
    public void close() {
        families.forEach(ColumnFamilyHandle::close);
        db.close();
        closeResources();
    }

    private void closeResources() {
        for (AutoCloseable resource : resources.reversed()) {
            try {
                resource.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private <T extends AutoCloseable> T own(T resource) {
        resources.add(resource);
        return resource;
    }
}
