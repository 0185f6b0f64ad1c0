package io.i2kit.apiserver.app;

/** Something the user can mend; the message says what is wrong and what to do, and is shown without a trace. */
final class UserError extends RuntimeException {
    UserError(String message) {
        super(message);
    }

    UserError(String message, Throwable cause) {
        super(message, cause);
    }
}
