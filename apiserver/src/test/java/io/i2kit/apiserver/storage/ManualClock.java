package io.i2kit.apiserver.storage;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands until it is moved. */
public final class ManualClock implements InstantSource {
    private final AtomicLong nowMillis =
            new AtomicLong(Instant.parse("2026-01-01T00:00:00Z").toEpochMilli());

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(nowMillis.get());
    }

    public void advance(Duration time) {
        nowMillis.addAndGet(time.toMillis());
    }
}
