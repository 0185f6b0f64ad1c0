package io.i2kit.apiserver.storage.rocksdb;

import io.i2kit.apiserver.storage.ObjectKey;
import java.util.Arrays;
import java.util.function.Predicate;

/**
 * A sorted set of keys that takes little more than a reference a key: chunks of full arrays. There is one for each term of an
 * index, most with few keys and some with as many as there are objects. Not safe for threads.
 */
final class SortedKeys {
    private static final int CHUNK_KEYS = 128;

    private ObjectKey[][] chunks = new ObjectKey[0][];
    private int size;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    void add(ObjectKey key) {
        if (size == 0) {
            chunks = new ObjectKey[][] {{key}};
            size = 1;
            return;
        }
        int at = Math.min(chunkOf(key), chunks.length - 1);
        ObjectKey[] chunk = chunks[at];
        int found = Arrays.binarySearch(chunk, key);
        if (found >= 0) {
            return;
        }
        int place = -found - 1;
        ObjectKey[] larger = new ObjectKey[chunk.length + 1];
        System.arraycopy(chunk, 0, larger, 0, place);
        larger[place] = key;
        System.arraycopy(chunk, place, larger, place + 1, chunk.length - place);
        size++;
        if (larger.length <= CHUNK_KEYS) {
            chunks[at] = larger;
        } else {
            split(at, larger);
        }
    }

    void remove(ObjectKey key) {
        int at = chunkOf(key);
        int place = at == chunks.length ? -1 : Arrays.binarySearch(chunks[at], key);
        if (place < 0) {
            return;
        }
        ObjectKey[] chunk = chunks[at];
        size--;
        if (chunk.length == 1) {
            ObjectKey[][] fewer = new ObjectKey[chunks.length - 1][];
            System.arraycopy(chunks, 0, fewer, 0, at);
            System.arraycopy(chunks, at + 1, fewer, at, fewer.length - at);
            chunks = fewer;
            return;
        }
        ObjectKey[] smaller = new ObjectKey[chunk.length - 1];
        System.arraycopy(chunk, 0, smaller, 0, place);
        System.arraycopy(chunk, place + 1, smaller, place, smaller.length - place);
        chunks[at] = smaller;
    }

    /** Hands over the keys from this one on, in order, until the visitor answers false. */
    void from(ObjectKey first, Predicate<ObjectKey> visitor) {
        for (int at = chunkOf(first); at < chunks.length; at++) {
            ObjectKey[] chunk = chunks[at];
            int found = Arrays.binarySearch(chunk, first);
            for (int i = found >= 0 ? found : -found - 1; i < chunk.length; i++) {
                if (!visitor.test(chunk[i])) {
                    return;
                }
            }
        }
    }

    private void split(int at, ObjectKey[] full) {
        ObjectKey[][] more = new ObjectKey[chunks.length + 1][];
        System.arraycopy(chunks, 0, more, 0, at);
        // Keys often come in order: then the left part stays full.
        int left = at == chunks.length - 1 ? CHUNK_KEYS : full.length / 2;
        more[at] = Arrays.copyOf(full, left);
        more[at + 1] = Arrays.copyOfRange(full, left, full.length);
        System.arraycopy(chunks, at + 1, more, at + 2, chunks.length - at - 1);
        chunks = more;
    }

    /** The first chunk whose last key is not below this one; the number of chunks when there is none. */
    private int chunkOf(ObjectKey key) {
        int low = 0;
        int high = chunks.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            ObjectKey[] chunk = chunks[middle];
            if (chunk[chunk.length - 1].compareTo(key) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
