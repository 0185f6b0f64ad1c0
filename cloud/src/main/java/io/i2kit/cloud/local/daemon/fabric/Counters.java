package io.i2kit.cloud.local.daemon.fabric;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/** Counts that the fabric's thread writes and any thread reads; with one writer no atomic addition is needed. */
final class Counters {
    private final AtomicLongArray values = new AtomicLongArray(FabricCounter.values().length);

    void count(FabricCounter counter) {
        int index = counter.ordinal();
        values.setOpaque(index, values.getPlain(index) + 1);
    }

    Map<FabricCounter, Long> snapshot() {
        Map<FabricCounter, Long> snapshot = new EnumMap<>(FabricCounter.class);
        for (FabricCounter counter : FabricCounter.values()) {
            snapshot.put(counter, values.getOpaque(counter.ordinal()));
        }
        return snapshot;
    }
}
