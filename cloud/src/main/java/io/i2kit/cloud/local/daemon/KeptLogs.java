package io.i2kit.cloud.local.daemon;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.i2kit.cloud.local.protocol.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * The logs of machines that nobody asked to end, read from the disk that their guests wrote them to ({@code cloud/guest/logdisk.go}).
 * A disk, and nothing that is fetched at the end: a machine that is killed says nothing any more, and the server that would fetch may
 * be down. Kept for a day, and only so many. Any thread.
 */
final class KeptLogs {
    private static final Logger log = LoggerFactory.getLogger(KeptLogs.class);

    private static final Duration KEPT = Duration.ofDays(1);

    /** Of at most {@link MachineDisks#LOG_BYTES} each. */
    private static final int MOST = 64;

    private static final int BLOCK = 4096;
    private static final Pattern NAME = Pattern.compile("[0-9A-Za-z-]{1,64}");

    private final Path directory;

    /** @param directory made when it is needed */
    KeptLogs(Path directory) {
        this.directory = directory;
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Directory(int version, long regionBytes, List<String> containers) {}

    /** Counts of bytes; see the guest. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Position(long written, long run, long previous) {}

    /** Takes the disk of a machine that ended out of its directory. */
    void keep(Path machine, String instance, String podUid) {
        Path disk = machine.resolve(MachineDisks.LOGS);
        if (!isName(instance) || !isName(podUid) || !Files.exists(disk)) {
            return;
        }
        try {
            Files.createDirectories(directory);
            Files.move(disk, file(instance, podUid), StandardCopyOption.REPLACE_EXISTING);
            prune();
        } catch (IOException e) {
            log.warn("the logs of machine {} are lost: {}", instance, e.toString());
        }
    }

    private void prune() throws IOException {
        Instant limit = Instant.now().minus(KEPT);
        List<Path> kept;
        try (Stream<Path> files = Files.list(directory)) {
            kept = new ArrayList<>(files.toList());
        }
        kept.sort(Comparator.comparing(KeptLogs::modified).reversed());
        for (int i = 0; i < kept.size(); i++) {
            if (i >= MOST || modified(kept.get(i)).isBefore(limit)) {
                Files.deleteIfExists(kept.get(i));
            }
        }
    }

    private static Instant modified(Path file) {
        try {
            return Files.getLastModifiedTime(file).toInstant();
        } catch (IOException e) {
            return Instant.EPOCH;
        }
    }

    private Path file(String instance, String podUid) {
        return directory.resolve(instance + "_" + podUid + ".img");
    }

    private static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /**
     * The lines of a run, in the form that the CRI prescribes.
     *
     * @return empty when nothing is kept
     */
    Optional<byte[]> read(String instance, String podUid, String container, boolean previous) {
        if (!isName(instance) || !isName(podUid)) {
            return Optional.empty();
        }
        try (FileChannel disk = FileChannel.open(file(instance, podUid), StandardOpenOption.READ)) {
            Directory regions = document(disk, 0, Directory.class);
            int index = regions.containers().indexOf(container);
            if (index < 0 || regions.regionBytes() < 2 * BLOCK || regions.regionBytes() > disk.size()) {
                return Optional.empty();
            }
            long region = BLOCK + index * regions.regionBytes();
            return lines(disk, region, regions.regionBytes() - BLOCK, previous);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | JacksonException e) {
            log.warn("the logs of machine {} cannot be read: {}", instance, e.toString());
            return Optional.empty();
        }
    }

    private static Optional<byte[]> lines(FileChannel disk, long region, long size, boolean previous)
            throws IOException {
        Position position = document(disk, region, Position.class);
        long begin = previous ? position.previous() : position.run();
        long end = previous ? position.run() : position.written();
        long oldest = position.written() - size;
        if (begin < 0 || end < begin || end <= oldest && end > begin) {
            return Optional.empty();
        }
        byte[] bytes = ring(disk, region + BLOCK, size, Math.max(begin, oldest), end);
        return Optional.of(begin < oldest ? afterFirstLine(bytes) : bytes);
    }

    /** What was overwritten took the beginning of a line with it. */
    private static byte[] afterFirstLine(byte[] bytes) {
        int start = 0;
        while (start < bytes.length && bytes[start] != '\n') {
            start++;
        }
        return Arrays.copyOfRange(bytes, Math.min(start + 1, bytes.length), bytes.length);
    }

    private static byte[] ring(FileChannel disk, long offset, long size, long begin, long end) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(end - begin));
        for (long at = begin; at < end; ) {
            long place = at % size;
            int piece = (int) Math.min(end - at, size - place);
            bytes.limit(bytes.position() + piece);
            read(disk, bytes, offset + place);
            at += piece;
        }
        return bytes.array();
    }

    private static <T> T document(FileChannel disk, long offset, Class<T> type) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        read(disk, block, offset);
        int length = 0;
        while (length < BLOCK && block.get(length) != 0) {
            length++;
        }
        return Wire.JSON.readValue(block.array(), 0, length, type);
    }

    private static void read(FileChannel disk, ByteBuffer target, long offset) throws IOException {
        long at = offset;
        while (target.hasRemaining()) {
            int count = disk.read(target, at);
            if (count < 0) {
                throw new IOException("the disk ends at " + at);
            }
            at += count;
        }
    }
}
