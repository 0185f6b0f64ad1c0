package io.i2kit.cloud.aws.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A raw disk as blocks of the EBS direct APIs. Blocks of zeros are left out: what is not written to a snapshot reads as zeros. Holds
 * hashes only.
 *
 * @param disk the file
 * @param bytes of the file
 * @param hashes SHA-256 of every block that is not empty, by its index
 */
record DiskBlocks(Path disk, long bytes, SortedMap<Integer, byte[]> hashes) {
    private static final long GIBIBYTE = 1L << 30;

    /** Reads the whole disk. */
    static DiskBlocks of(Path disk) throws IOException {
        SortedMap<Integer, byte[]> hashes = new TreeMap<>();
        try (FileChannel channel = FileChannel.open(disk, StandardOpenOption.READ)) {
            long size = channel.size();
            for (int index = 0; (long) index * MachineImageApi.BLOCK_BYTES < size; index++) {
                byte[] block = read(channel, index);
                if (!isEmpty(block)) {
                    hashes.put(index, sha256().digest(block));
                }
            }
            return new DiskBlocks(disk, size, hashes);
        }
    }

    /** A block's content; what is behind the disk's end is zero. */
    byte[] content(int index) throws IOException {
        try (FileChannel channel = FileChannel.open(disk, StandardOpenOption.READ)) {
            return read(channel, index);
        }
    }

    String hash(int index) {
        byte[] hash = hashes.get(index);
        if (hash == null) {
            throw new IllegalArgumentException("block " + index + " is empty");
        }
        return Base64.getEncoder().encodeToString(hash);
    }

    /** The checksum of all that AWS calls linear: over the blocks' own, in the order of their indexes. */
    String linearHash() {
        MessageDigest all = sha256();
        for (Map.Entry<Integer, byte[]> hash : hashes.entrySet()) {
            all.update(hash.getValue());
        }
        return Base64.getEncoder().encodeToString(all.digest());
    }

    /** Of the smallest volume that holds the disk. */
    int gibibytes() {
        return (int) Math.max(1, Math.ceilDiv(bytes, GIBIBYTE));
    }

    /** What is written. */
    long usedBytes() {
        return (long) hashes.size() * MachineImageApi.BLOCK_BYTES;
    }

    private static byte[] read(FileChannel channel, int index) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(MachineImageApi.BLOCK_BYTES);
        long position = (long) index * MachineImageApi.BLOCK_BYTES;
        while (block.hasRemaining() && channel.read(block, position + block.position()) > 0) {
            // A read may give less than there is.
        }
        return block.array();
    }

    private static boolean isEmpty(byte[] block) {
        for (byte one : block) {
            if (one != 0) {
                return false;
            }
        }
        return true;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
