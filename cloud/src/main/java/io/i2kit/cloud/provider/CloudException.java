package io.i2kit.cloud.provider;

import org.jspecify.annotations.Nullable;

/** A cloud call that did not do what was asked. The message is fit for an Event. */
public abstract sealed class CloudException extends RuntimeException {
    CloudException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    CloudException(String message) {
        super(message);
    }

    /** The cloud cannot be reached or asks to slow down; the effect is unknown; try again. */
    public static final class Unavailable extends CloudException {
        public Unavailable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** The request can never succeed as it is. */
    public static final class Invalid extends CloudException {
        public Invalid(String message) {
            super(message);
        }
    }

    /** A quota or the capacity is used up; the message says how much is missing. */
    public static final class LimitExceeded extends CloudException {
        public LimitExceeded(String message) {
            super(message);
        }
    }

    /** The thing named is not there. */
    public static final class NotFound extends CloudException {
        public NotFound(String message) {
            super(message);
        }
    }
}
