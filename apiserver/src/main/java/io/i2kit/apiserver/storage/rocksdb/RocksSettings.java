package io.i2kit.apiserver.storage.rocksdb;

import io.i2kit.apiserver.storage.AtRest;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/**
 * How a {@link RocksStorage} is opened.
 *
 * @param directory of the database; created when absent
 * @param nativeDirectory where the native library is unpacked once
 * @param history what is kept for watches and paged lists
 * @param memory that the newest versions of objects may take
 * @param progressInterval between {@code WatchListener.progress} calls
 * @param clock for times to live and the age of history
 * @param atRest how what is stored is written to disk
 */
public record RocksSettings(
        Path directory,
        Path nativeDirectory,
        History history,
        Memory memory,
        Duration progressInterval,
        InstantSource clock,
        AtRest atRest) {

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

    /**
     * The JSON of newest versions that is held in memory; what is not is read from disk when asked for.
     *
     * @param objectBytes larger objects (a Helm release, a big ConfigMap) are on disk only
     * @param allBytes above which the objects written longest ago are on disk only
     */
    public record Memory(int objectBytes, long allBytes) {
        private static final int OBJECT_BYTES = 64 << 10;

        /** A quarter of the heap. */
        public static Memory ofThisProcess() {
            return new Memory(OBJECT_BYTES, Runtime.getRuntime().maxMemory() / 4);
        }
    }

    /** The server's settings; the native library is kept beside the database. */
    public static RocksSettings of(Path directory) {
        return new RocksSettings(
                directory,
                directory.resolve("native"),
                History.DEFAULT,
                Memory.ofThisProcess(),
                Duration.ofMinutes(1),
                InstantSource.system(),
                AtRest.PLAIN);
    }

    public RocksSettings withNativeDirectory(Path path) {
        return new RocksSettings(directory, path, history, memory, progressInterval, clock, atRest);
    }

    public RocksSettings withHistory(History other) {
        return new RocksSettings(directory, nativeDirectory, other, memory, progressInterval, clock, atRest);
    }

    public RocksSettings withInMemoryObjectBytes(int bytes) {
        return withMemory(new Memory(bytes, memory.allBytes()));
    }

    public RocksSettings withMemory(Memory other) {
        return new RocksSettings(directory, nativeDirectory, history, other, progressInterval, clock, atRest);
    }

    public RocksSettings withProgressInterval(Duration interval) {
        return new RocksSettings(directory, nativeDirectory, history, memory, interval, clock, atRest);
    }

    public RocksSettings withClock(InstantSource source) {
        return new RocksSettings(directory, nativeDirectory, history, memory, progressInterval, source, atRest);
    }

    public RocksSettings withAtRest(AtRest other) {
        return new RocksSettings(directory, nativeDirectory, history, memory, progressInterval, clock, other);
    }
}
