package io.i2kit.cloud.image.initrd;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import io.i2kit.cloud.image.oci.DurableFiles;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Segments: separately compressed cpio archives. In a row, each at a multiple of four bytes, they are one valid initrd
 * (the kernel's init/initramfs.c skips zeros between archives).
 */
public final class Segments {
    /**
     * The kernel unpacks while the archive and its content are both in memory, so a small machine has none to spare for the
     * window; 256 KiB costs 2 % of size.
     */
    private static final int WINDOW_LOG = 18;

    private static final int ALIGNMENT = 4;

    private Segments() {}

    /** What a segment holds. */
    @FunctionalInterface
    public interface Content {
        void writeTo(CpioWriter cpio) throws IOException;
    }

    /** @param level of zstd, 1 to 19 */
    public static void write(Path file, int level, Content content) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
                ZstdOutputStreamNoFinalizer zstd = new ZstdOutputStreamNoFinalizer(out, level).setChecksum(false)) {
            zstd.setLong(WINDOW_LOG);
            try (CpioWriter cpio = new CpioWriter(new BufferedOutputStream(zstd, 1 << 16))) {
                content.writeTo(cpio);
            }
        }
    }

    /** Joins segments into one initrd; costs a copy of the bytes. */
    public static void join(List<Path> segments, Path initrd) throws IOException {
        try (FileChannel out = FileChannel.open(initrd, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (Path segment : segments) {
                out.position(aligned(out.position()));
                append(segment, out);
            }
        }
        DurableFiles.sync(initrd);
    }

    /** As {@link #join(List, Path)}, into a stream that stays open. */
    public static void join(List<Path> segments, OutputStream out) throws IOException {
        long position = 0;
        for (Path segment : segments) {
            out.write(new byte[(int) (aligned(position) - position)]);
            position = aligned(position) + Files.copy(segment, out);
        }
    }

    /** How many bytes {@link #join} makes. */
    public static long joinedSize(List<Path> segments) throws IOException {
        long position = 0;
        for (Path segment : segments) {
            position = aligned(position) + Files.size(segment);
        }
        return position;
    }

    private static long aligned(long position) {
        return (position + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private static void append(Path segment, FileChannel out) throws IOException {
        try (FileChannel in = FileChannel.open(segment, StandardOpenOption.READ)) {
            long size = in.size();
            long done = 0;
            while (done < size) {
                done += in.transferTo(done, size - done, out);
            }
        }
    }
}
