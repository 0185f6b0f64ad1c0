package io.i2kit.apiserver.storage.rocksdb;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/**
 * How a {@link RocksStorage} is opened.
 *
 * @param directory of the database; created when absent
 * @param nativeDirectory where the native library is unpacked once
 * @param history what is kept for watches and paged lists
 * @param inMemoryObjectBytes larger objects (a Helm release, a big ConfigMap) are read from disk
 * @param progressInterval between {@code WatchListener.progress} calls
 * @param clock for times to live and the age of history
 */
public record RocksSettings(
        Path directory,
        Path nativeDirectory,
        History history,
        int inMemoryObjectBytes,
        Duration progressInterval,
        InstantSource clock) {

    /**
     * Past states kept.
     *
     * @param age at which an event is forgotten
     * @param diskBytes of past states, above which the oldest are forgotten early
     * @param memoryBytes of the newest events held in memory too
     */
    public record History(Duration age, long diskBytes, long memoryBytes) {
        /** Five minutes, as kube-apiserver's compaction interval ({@code --etcd-compaction-interval}). */
        public static final History DEFAULT = new History(Duration.ofMinutes(5), 128L << 20, 8L << 20);
    }

    /** The server's settings; the native library is kept beside the database. */
    public static RocksSettings of(Path directory) {
        return new RocksSettings(
                directory,
                directory.resolve("native"),
                History.DEFAULT,
                64 << 10,
                Duration.ofMinutes(1),
                InstantSource.system());
    }

    public RocksSettings withNativeDirectory(Path path) {
        return new RocksSettings(directory, path, history, inMemoryObjectBytes, progressInterval, clock);
    }

    public RocksSettings withHistory(History other) {
        return new RocksSettings(directory, nativeDirectory, other, inMemoryObjectBytes, progressInterval, clock);
    }

    public RocksSettings withInMemoryObjectBytes(int bytes) {
        return new RocksSettings(directory, nativeDirectory, history, bytes, progressInterval, clock);
    }

    public RocksSettings withProgressInterval(Duration interval) {
        return new RocksSettings(directory, nativeDirectory, history, inMemoryObjectBytes, interval, clock);
    }

    public RocksSettings withClock(InstantSource source) {
        return new RocksSettings(directory, nativeDirectory, history, inMemoryObjectBytes, progressInterval, source);
    }
}
