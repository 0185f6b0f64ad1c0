package io.i2kit.cloud.image.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/** What the structures of a disk have in common: sectors of 512 bytes, little-endian numbers, writes at a place. */
final class Sectors {
    static final int BYTES = 512;

    private Sectors() {}

    static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static long align(long value, long alignment) {
        return Math.ceilDiv(value, alignment) * alignment;
    }

    static void write(FileChannel channel, long position, byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
        long at = position;
        while (buffer.hasRemaining()) {
            at += channel.write(buffer, at);
        }
    }

    /** Writes the whole of a buffer, whatever its position. */
    static void write(FileChannel channel, long position, ByteBuffer content) throws IOException {
        write(channel, position, content.array(), 0, content.array().length);
    }
}
