package io.i2kit.apiserver.storage;

import org.jspecify.annotations.Nullable;

/** What a store can answer but success. */
public abstract sealed class StorageException extends RuntimeException {
    StorageException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** An expectation of a write does not hold. */
    public static final class Conflict extends StorageException {
        private final ObjectKey key;
        private final long actualRevision;

        /** @param actualRevision 0 when the object does not exist */
        public Conflict(ObjectKey key, long actualRevision) {
            super(key + " is at revision " + actualRevision, null);
            this.key = key;
            this.actualRevision = actualRevision;
        }

        public ObjectKey key() {
            return key;
        }

        public long actualRevision() {
            return actualRevision;
        }
    }

    /** The history asked for is gone. */
    public static final class Compacted extends StorageException {
        private final long oldest;

        public Compacted(long asked, long oldest) {
            super("too old resource version: " + asked + " (" + oldest + ")", null);
            this.oldest = oldest;
        }

        /** The oldest revision that can still be asked for. */
        public long oldest() {
            return oldest;
        }
    }

    /** A watcher that did not keep up. */
    public static final class TooSlow extends StorageException {
        public TooSlow() {
            super("the watch cannot keep up with the events", null);
        }
    }

    /** The store cannot write: disk full, I/O error, closed. Nothing of the transaction is kept. */
    public static final class Unavailable extends StorageException {
        public Unavailable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
