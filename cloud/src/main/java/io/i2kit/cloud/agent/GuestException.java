package io.i2kit.cloud.agent;

import org.jspecify.annotations.Nullable;

/** A guest that did not do what was asked. */
public abstract sealed class GuestException extends RuntimeException {
    GuestException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** It cannot be reached, does not answer in time, or is not the machine that it should be. */
    public static final class Unreachable extends GuestException {
        public Unreachable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** It answered with an error; the message is its own, in the kubelet's words. */
    public static final class Refused extends GuestException {
        private final int code;

        public Refused(int code, String message) {
            super(message, null);
            this.code = code;
        }

        /** The HTTP status. */
        public int code() {
            return code;
        }
    }
}
