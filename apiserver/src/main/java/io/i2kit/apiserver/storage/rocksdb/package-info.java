/**
 * The embedded engine: objects in memory for reading, RocksDB for keeping. Start at {@link
 * io.i2kit.apiserver.storage.rocksdb.RocksStorage}. Imports {@code storage} and RocksDB.
 */
@NullMarked
package io.i2kit.apiserver.storage.rocksdb;

import org.jspecify.annotations.NullMarked;
