package io.i2kit.cloud.local.daemon;

import io.i2kit.cloud.local.protocol.Answers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Which names changed, and when. A reader asks from the sequence that it was given last; one that comes with another epoch's,
 * or asks from further back than is remembered, is told that anything may have changed. So no change is ever lost, and a name
 * that changes often costs one entry.
 */
final class ChangeLog {
    private static final int MAX_NAMES = 10_000;

    private final String epoch = UUID.randomUUID().toString();
    /** Sequence by name, in the order of the sequences. */
    private final LinkedHashMap<String, Long> latest = new LinkedHashMap<>();

    private long sequence;
    private long forgottenUpTo;

    String epoch() {
        return epoch;
    }

    synchronized void changed(String name) {
        latest.remove(name);
        latest.put(name, ++sequence);
        if (latest.size() > MAX_NAMES) {
            Map.Entry<String, Long> oldest = latest.pollFirstEntry();
            forgottenUpTo = oldest.getValue();
        }
        notifyAll();
    }

    /** What changed since, at once if something did, else when something does or the wait is over. */
    synchronized Answers.ChangeSet since(String readerEpoch, long since, Duration wait) throws InterruptedException {
        if (!readerEpoch.equals(epoch) || since < forgottenUpTo || since > sequence) {
            return new Answers.ChangeSet(epoch, sequence, true, List.of());
        }
        long deadline = System.nanoTime() + wait.toNanos();
        while (sequence == since) {
            long leftMillis = (deadline - System.nanoTime()) / 1_000_000;
            if (leftMillis <= 0) {
                break;
            }
            wait(leftMillis);
        }
        List<String> names = new ArrayList<>();
        for (Map.Entry<String, Long> entry : latest.sequencedEntrySet().reversed()) {
            if (entry.getValue() <= since) {
                break;
            }
            names.add(entry.getKey());
        }
        return new Answers.ChangeSet(epoch, sequence, false, names.reversed());
    }
}
