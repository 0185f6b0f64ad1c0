package io.i2kit.apiserver.storage.rocksdb;

import org.jspecify.annotations.Nullable;

/**
 * Bounds the JSON that is held in memory, so that a server with very many objects does not run out of it. What was written
 * longest ago goes first, unless a reader asked for it by name meanwhile; the disk has it still. Guarded by the lock of
 * {@link LiveState}.
 */
final class BodyBudget {
    private final long limitBytes;
    private long bytes;
    private @Nullable Live oldest;
    private @Nullable Live newest;

    BodyBudget(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    void add(Live live) {
        if (live.object() == null) {
            return;
        }
        append(live);
        while (bytes > limitBytes && oldest != null && oldest != live) {
            Live first = oldest;
            unlink(first);
            if (first.wasRead) {
                first.wasRead = false;
                append(first);
            } else {
                first.forgetObject();
            }
        }
    }

    /** The version is replaced or deleted. */
    void remove(Live live) {
        if (live.older != null || live.newer != null || live == oldest) {
            unlink(live);
        }
    }

    private void append(Live live) {
        Live last = newest;
        live.older = last;
        if (last == null) {
            oldest = live;
        } else {
            last.newer = live;
        }
        newest = live;
        bytes += live.bytes();
    }

    private void unlink(Live live) {
        Live before = live.older;
        Live behind = live.newer;
        if (before == null) {
            oldest = behind;
        } else {
            before.newer = behind;
        }
        if (behind == null) {
            newest = before;
        } else {
            behind.older = before;
        }
        live.older = null;
        live.newer = null;
        bytes -= live.bytes();
    }
}
