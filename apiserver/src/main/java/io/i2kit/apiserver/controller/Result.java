package io.i2kit.apiserver.controller;

import java.time.Duration;

/** What to do with a key after a pass. */
public sealed interface Result {
    /** Nothing until something changes. */
    record Done() implements Result {}

    /** Again after this time, whatever happens. */
    record After(Duration delay) implements Result {}

    /** Again, with the queue's back-off. */
    record Retry(String reason) implements Result {}

    Result DONE = new Done();

    static Result after(Duration delay) {
        return new After(delay);
    }

    static Result retry(String reason) {
        return new Retry(reason);
    }
}
