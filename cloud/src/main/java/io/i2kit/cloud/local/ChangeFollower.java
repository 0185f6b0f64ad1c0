package io.i2kit.cloud.local;

import io.i2kit.cloud.local.protocol.Answers.ChangeSet;
import io.i2kit.cloud.local.protocol.Call;
import io.i2kit.cloud.provider.CloudException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the embedded cloud for changes, on and on, and tells the listeners. */
final class ChangeFollower implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ChangeFollower.class);

    private static final Duration WAIT = Duration.ofSeconds(30);
    private static final Duration RETRY = Duration.ofMillis(500);

    private final DaemonClient client;
    private final List<Consumer<Set<String>>> listeners = new CopyOnWriteArrayList<>();
    private @Nullable Thread thread;
    private volatile boolean closed;

    ChangeFollower(DaemonClient client) {
        this.client = client;
    }

    synchronized void add(Consumer<Set<String>> listener) {
        boolean first = listeners.isEmpty();
        listeners.add(listener);
        if (first && !closed) {
            thread = Thread.ofVirtual().name("cloud-changes").start(this::follow);
        } else {
            tell(Set.of());
        }
    }

    private void follow() {
        String epoch = "";
        long sequence = 0;
        while (!closed) {
            try {
                ChangeSet changes = client.call(new Call.Changes(epoch, sequence, WAIT), WAIT.plusSeconds(10));
                epoch = changes.epoch();
                sequence = changes.sequence();
                if (changes.everything()) {
                    tell(Set.of());
                } else if (!changes.names().isEmpty()) {
                    tell(Set.copyOf(changes.names()));
                }
            } catch (CloudException e) {
                if (!closed) {
                    log.warn("no notices from the embedded cloud: {}", e.getMessage());
                    pause();
                }
            }
        }
    }

    void tell(Set<String> names) {
        for (Consumer<Set<String>> listener : listeners) {
            try {
                listener.accept(names);
            } catch (RuntimeException e) {
                log.error("a listener failed on {}", names, e);
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(RETRY);
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (thread != null) {
            thread.interrupt();
        }
    }
}
