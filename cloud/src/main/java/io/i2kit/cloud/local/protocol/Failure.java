package io.i2kit.cloud.local.protocol;

import io.i2kit.cloud.provider.CloudException;

/** A {@link CloudException} on the wire. */
public record Failure(Kind kind, String message) {

    /** Which subclass it is; an error that nobody foresaw travels as {@link #UNAVAILABLE}, since its effect is unknown. */
    public enum Kind {
        UNAVAILABLE,
        INVALID,
        LIMIT_EXCEEDED,
        NOT_FOUND
    }

    /** The failure that says what an exception says. */
    public static Failure of(Throwable error) {
        return switch (error) {
            case CloudException.Unavailable e -> new Failure(Kind.UNAVAILABLE, text(e));
            case CloudException.Invalid e -> new Failure(Kind.INVALID, text(e));
            case CloudException.LimitExceeded e -> new Failure(Kind.LIMIT_EXCEEDED, text(e));
            case CloudException.NotFound e -> new Failure(Kind.NOT_FOUND, text(e));
            default -> new Failure(Kind.UNAVAILABLE, "internal error of the embedded cloud: " + error);
        };
    }

    private static String text(CloudException error) {
        String message = error.getMessage();
        return message == null ? error.getClass().getSimpleName() : message;
    }

    /** The exception that the client throws. */
    public CloudException toException() {
        return switch (kind) {
            case UNAVAILABLE -> new CloudException.Unavailable(message, new IllegalStateException(message));
            case INVALID -> new CloudException.Invalid(message);
            case LIMIT_EXCEEDED -> new CloudException.LimitExceeded(message);
            case NOT_FOUND -> new CloudException.NotFound(message);
        };
    }
}
