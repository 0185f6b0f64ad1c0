package io.i2kit.apiserver.storage;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The newest events of all resources, bounded by the bytes of the objects they hold. Revisions inside are dense, so an event is
 * found by subtraction. Safe for many readers and one writer.
 */
final class RecentEvents {
    /** What an event costs beside its JSON. */
    private static final int EVENT_OVERHEAD_BYTES = 200;

    private final long limitBytes;
    private @Nullable WatchEvent[] ring = new WatchEvent[1024];
    private int head;
    private int size;
    private long bytes;
    /** All events above this one are here. */
    private long floor;

    RecentEvents(long revision, long limitBytes) {
        this.floor = revision;
        this.limitBytes = limitBytes;
    }

    synchronized void append(WatchEvent event) {
        long revision = event.object().revision();
        if (revision != floor + size + 1) {
            clear(revision - 1);
        }
        if (size == ring.length) {
            grow();
        }
        ring[(head + size) % ring.length] = event;
        size++;
        bytes += bytesOf(event);
        while (bytes > limitBytes && size > 1) {
            dropOldest();
        }
    }

    /** Events of the resource behind {@code after}, or null when they reach back too far. */
    synchronized WatchHub.@Nullable Slice read(String resource, String namespace, long after, int scanned) {
        if (after < floor) {
            return null;
        }
        List<WatchEvent> found = new ArrayList<>();
        long last = Math.min(floor + size, after + scanned);
        for (long revision = after + 1; revision <= last; revision++) {
            WatchEvent event = ring[(int) ((head + (revision - floor - 1)) % ring.length)];
            if (event != null && WatchHub.matches(event.object().key(), resource, namespace)) {
                found.add(event);
            }
        }
        return new WatchHub.Slice(found, Math.max(after, last));
    }

    private void clear(long revision) {
        ring = new WatchEvent[ring.length];
        head = 0;
        size = 0;
        bytes = 0;
        floor = revision;
    }

    private void dropOldest() {
        WatchEvent oldest = ring[head];
        ring[head] = null;
        head = (head + 1) % ring.length;
        size--;
        floor++;
        bytes -= oldest == null ? 0 : bytesOf(oldest);
    }

    private void grow() {
        @Nullable WatchEvent[] larger = new WatchEvent[ring.length * 2];
        for (int i = 0; i < size; i++) {
            larger[i] = ring[(head + i) % ring.length];
        }
        ring = larger;
        head = 0;
    }

    private static long bytesOf(WatchEvent event) {
        StoredObject previous = event.previous();
        return EVENT_OVERHEAD_BYTES + event.object().json().length + (previous == null ? 0 : previous.json().length);
    }
}
