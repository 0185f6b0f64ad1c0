package io.i2kit.cloud.image.initrd;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes a cpio archive in the "newc" format that the kernel unpacks (Documentation/driver-api/early-userspace/buffer-format.rst).
 * Every time is 0, so that the same content gives the same bytes. Names have no leading slash.
 */
public final class CpioWriter implements AutoCloseable {
    /** File type bits of a mode (stat.h). */
    public static final int TYPE_MASK = 0170000;

    public static final int FIFO = 0010000;
    public static final int CHARACTER_DEVICE = 0020000;
    public static final int DIRECTORY = 0040000;
    public static final int BLOCK_DEVICE = 0060000;
    public static final int REGULAR = 0100000;
    public static final int SYMLINK = 0120000;

    private static final String TRAILER = "TRAILER!!!";
    private static final long MAX_FILE_BYTES = 0xffff_ffffL;
    private static final int HEADER_BYTES = 110;

    private final OutputStream out;
    private final byte[] buffer = new byte[1 << 16];
    private int nextInode = 1;
    private boolean finished;

    public CpioWriter(OutputStream out) {
        this.out = out;
    }

    /**
     * What a node is.
     *
     * @param mode type and permission bits
     * @param deviceMajor of a device node
     */
    public record Node(int mode, long uid, long gid, int deviceMajor, int deviceMinor) {
        /** A node of root's. */
        public static Node of(int mode) {
            return new Node(mode, 0, 0, 0, 0);
        }
    }

    /** An inode number for a file that will have several names; unique in this archive. */
    public int newInode() {
        return nextInode++;
    }

    /** A directory, device or pipe. */
    public void node(String name, Node node) throws IOException {
        int links = (node.mode() & TYPE_MASK) == DIRECTORY ? 2 : 1;
        header(name, node, newInode(), links, 0);
    }

    public void directory(String name, int permissions) throws IOException {
        node(name, Node.of(DIRECTORY | permissions));
    }

    public void symlink(String name, String target, Node node) throws IOException {
        byte[] content = target.getBytes(StandardCharsets.UTF_8);
        header(name, node, newInode(), 1, content.length);
        out.write(content);
        pad(content.length);
    }

    /** @param permissions without the type */
    public void file(String name, byte[] content, int permissions) throws IOException {
        header(name, Node.of(REGULAR | permissions), newInode(), 1, content.length);
        out.write(content);
        pad(content.length);
    }

    /**
     * A file with exactly {@code size} bytes of the stream.
     *
     * @param inode from {@link #newInode}
     * @param links how many names the file has in this archive; a further name has the same inode, node and links and size 0
     */
    public void file(String name, InputStream content, long size, Node node, int inode, int links) throws IOException {
        if (size > MAX_FILE_BYTES) {
            throw new IOException(name + " has " + size + " bytes; a file of a boot archive has at most 4 GiB");
        }
        header(name, node, inode, links, size);
        long left = size;
        while (left > 0) {
            int read = content.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (read < 0) {
                throw new IOException(name + " ends " + left + " bytes early");
            }
            out.write(buffer, 0, read);
            left -= read;
        }
        pad(size);
    }

    /** Ends the archive; the stream stays open. */
    public void finish() throws IOException {
        if (!finished) {
            finished = true;
            header(TRAILER, Node.of(0), 0, 1, 0);
            out.flush();
        }
    }

    @Override
    public void close() throws IOException {
        finish();
        out.close();
    }

    private void header(String name, Node node, int inode, int links, long size) throws IOException {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        StringBuilder header = new StringBuilder(HEADER_BYTES).append("070701");
        long[] fields = {
            inode,
            node.mode(),
            node.uid(),
            node.gid(),
            links,
            0,
            size,
            0,
            0,
            node.deviceMajor(),
            node.deviceMinor(),
            bytes.length + 1L,
            0
        };
        for (long field : fields) {
            hex(header, field);
        }
        out.write(header.toString().getBytes(StandardCharsets.US_ASCII));
        out.write(bytes);
        out.write(0);
        pad(HEADER_BYTES + bytes.length + 1L);
    }

    private static void hex(StringBuilder header, long value) {
        for (int shift = 28; shift >= 0; shift -= 4) {
            header.append(Character.forDigit((int) (value >>> shift) & 0xf, 16));
        }
    }

    private void pad(long written) throws IOException {
        int missing = (int) (-written & 3);
        if (missing > 0) {
            out.write(new byte[missing]);
        }
    }
}
