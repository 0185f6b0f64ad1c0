package io.i2kit.cloud.local.daemon.fabric;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** The bounded queue of frames for one machine: a ring of octets that holds each frame behind its length, whole or not at all. */
final class OutputRing {
    private final ByteBuffer ring;
    private final int mask;
    private long head;
    private long tail;

    /** @param capacityBytes a power of two */
    OutputRing(int capacityBytes) {
        if (Integer.bitCount(capacityBytes) != 1) {
            throw new IllegalArgumentException("the capacity " + capacityBytes + " is not a power of two");
        }
        ring = ByteBuffer.allocateDirect(capacityBytes);
        mask = capacityBytes - 1;
    }

    boolean isEmpty() {
        return head == tail;
    }

    /** Queues a copy of a frame, or answers false when there is no room. */
    boolean offer(ByteBuffer frames, int offset, int length) {
        if (ring.capacity() - (tail - head) < length + Integer.BYTES) {
            return false;
        }
        for (int shift = 24; shift >= 0; shift -= 8) {
            ring.put((int) tail++ & mask, (byte) (length >>> shift));
        }
        int position = (int) tail & mask;
        int first = Math.min(length, ring.capacity() - position);
        ring.put(position, frames, offset, first);
        ring.put(0, frames, offset + first, length - first);
        tail += length;
        return true;
    }

    /** Writes what the channel takes. */
    void drainTo(WritableByteChannel channel) throws IOException {
        while (head != tail) {
            int position = (int) head & mask;
            int run = (int) Math.min(tail - head, ring.capacity() - position);
            ring.limit(position + run).position(position);
            int written = channel.write(ring);
            ring.clear();
            head += written;
            if (written < run) {
                return;
            }
        }
    }
}
