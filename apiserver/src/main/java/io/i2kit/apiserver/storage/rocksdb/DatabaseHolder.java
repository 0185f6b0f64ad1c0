package io.i2kit.apiserver.storage.rocksdb;

import io.i2kit.apiserver.storage.AtRest;
import io.i2kit.apiserver.storage.StorageException;
import java.nio.file.Path;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/** Keeps users of the native database apart from its closing: calls into a closed one would end the process. */
final class DatabaseHolder implements AutoCloseable {
    private final Path directory;
    private final AtRest atRest;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private @Nullable Database database;

    /** Work with the open database. */
    @FunctionalInterface
    interface Use<T extends @Nullable Object> {
        T with(Database database) throws RocksDBException;
    }

    DatabaseHolder(Path directory, AtRest atRest) throws RocksDBException {
        this.directory = directory;
        this.atRest = atRest;
        this.database = new Database(directory, atRest);
    }

    /** @throws StorageException.Unavailable when the database is closed or cannot be read */
    <T extends @Nullable Object> T use(Use<T> action) {
        try {
            return tryUse(action);
        } catch (RocksDBException e) {
            throw new StorageException.Unavailable("the database failed: " + e.getMessage(), e);
        }
    }

    <T extends @Nullable Object> T tryUse(Use<T> action) throws RocksDBException {
        Lock reading = lock.readLock();
        reading.lock();
        try {
            if (database == null) {
                throw new StorageException.Unavailable("the database is closed", null);
            }
            return action.with(database);
        } finally {
            reading.unlock();
        }
    }

    /** After an I/O error RocksDB writes no more until it is opened anew. */
    void reopen() throws RocksDBException {
        lock.writeLock().lock();
        try {
            closeDatabase();
            database = new Database(directory, atRest);
        } finally {
            lock.writeLock().unlock();
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            closeDatabase();
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void closeDatabase() {
        if (database != null) {
            Database closing = database;
            database = null;
            closing.close();
        }
    }
}
