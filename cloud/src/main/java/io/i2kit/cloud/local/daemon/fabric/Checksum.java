package io.i2kit.cloud.local.daemon.fabric;

import java.nio.ByteBuffer;

/**
 * The Internet checksum: whole (RFC 1071) and by what changed (RFC 1624, equation 3). Intermediate sums are kept unfolded in a
 * long, which has room for far more words than a frame can hold.
 */
final class Checksum {
    private Checksum() {}

    /** The sum of big-endian 16-bit words; an odd last octet is the high half of a word. */
    static long sum(ByteBuffer buffer, int offset, int length) {
        long sum = 0;
        int index = offset;
        int end = offset + length;
        for (; index + 4 <= end; index += 4) {
            int word = buffer.getInt(index);
            sum += (word >>> 16) + (word & 0xffff);
        }
        if (index + 2 <= end) {
            sum += buffer.getShort(index) & 0xffff;
            index += 2;
        }
        return index < end ? sum + ((buffer.get(index) & 0xff) << 8) : sum;
    }

    /** The words of the pseudo header of TCP and UDP. */
    static long pseudoHeader(int source, int destination, int protocol, int lengthBytes) {
        return words(source) + words(destination) + protocol + lengthBytes;
    }

    static long words(int value) {
        return (value >>> 16) + (value & 0xffff);
    }

    /** What replacing a 32-bit value adds to the sum. */
    static long change(int before, int after) {
        return words(~before) + words(after);
    }

    /** What replacing a 16-bit value adds to the sum. */
    static long changeShort(int before, int after) {
        return (~before & 0xffff) + (after & 0xffff);
    }

    /** The checksum after the given changes: {@code HC' = ~(~HC + ~m + m')}. */
    static int update(int checksum, long changes) {
        return finish((~checksum & 0xffff) + changes);
    }

    /** Folds a sum and complements it. */
    static int finish(long sum) {
        long folded = sum;
        while (folded >>> 16 != 0) {
            folded = (folded & 0xffff) + (folded >>> 16);
        }
        return (int) (~folded & 0xffff);
    }
}
