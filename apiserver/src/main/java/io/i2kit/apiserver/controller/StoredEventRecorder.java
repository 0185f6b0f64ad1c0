package io.i2kit.apiserver.controller;

import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.storage.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes Events through {@link ObjectClient} on a thread of its own. When more wait than the queue holds, new ones are dropped:
 * Events are hints, and a controller must not wait for them. How long they live is the kind's strategy's business.
 */
public final class StoredEventRecorder implements EventRecorder, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoredEventRecorder.class);
    private static final String EVENTS = "events";
    private static final String DEFAULT_NAMESPACE = "default";
    private static final int WAITING_EVENTS = 1000;
    private static final int LONGEST_NAME = 253;
    private static final Duration POLL = Duration.ofMillis(200);

    private final ObjectClient client;
    private final InstantSource clock;
    private final EventCorrelator correlator = new EventCorrelator();
    private final BlockingQueue<Occurred> queue = new ArrayBlockingQueue<>(WAITING_EVENTS);
    private final LongAdder dropped = new LongAdder();
    private final Thread thread;
    private volatile boolean closed;
    private long lastNameNanos;

    private record Occurred(ObjectNode involved, Instant time, EventCorrelator.Occurrence occurrence) {}

    public StoredEventRecorder(ObjectClient client, InstantSource clock) {
        this.client = client;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("event-recorder").start(this::run);
    }

    @Override
    public void event(ObjectKey key, ObjectNode about, String type, String reason, String message, String component) {
        ObjectNode involved = JsonNodeFactory.instance.objectNode();
        involved.put("kind", FieldPaths.text(about, "kind"));
        involved.put("namespace", key.namespace());
        involved.put("name", key.name());
        involved.put("uid", FieldPaths.text(about, "metadata.uid"));
        involved.put("apiVersion", FieldPaths.text(about, "apiVersion"));
        involved.put("resourceVersion", FieldPaths.text(about, "metadata.resourceVersion"));
        involved.properties().removeIf(field -> field.getValue().asString().isEmpty());
        String object = key + FieldPaths.text(about, "metadata.uid") + FieldPaths.text(about, "apiVersion");
        Occurred occurred = new Occurred(
                involved, clock.instant(), new EventCorrelator.Occurrence(component, object, type, reason, message));
        if (closed || !queue.offer(occurred)) {
            dropped.increment();
        }
    }

    /** Events that were not written: too many, too often, or refused. */
    public long dropped() {
        return dropped.sum();
    }

    /** Writes what waits, then ends. */
    @Override
    public void close() {
        closed = true;
        try {
            if (!thread.join(Duration.ofSeconds(5))) {
                LOG.warn("{} Events were not written", queue.size());
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!closed || !queue.isEmpty()) {
                Occurred next = queue.poll(POLL.toMillis(), TimeUnit.MILLISECONDS);
                if (next != null) {
                    writeSafely(next);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("The recorder of Events was interrupted");
        }
    }

    private void writeSafely(Occurred occurred) {
        try {
            write(occurred);
        } catch (ApiException e) {
            dropped.increment();
            LOG.debug("An Event was refused: {}", e.getMessage());
        } catch (RuntimeException e) {
            dropped.increment();
            LOG.warn("Cannot write an Event", e);
        }
    }

    private void write(Occurred occurred) {
        EventCorrelator.Decision decision = correlator.decide(occurred.occurrence(), occurred.time());
        if (decision == null) {
            dropped.increment();
            return;
        }
        EventCorrelator.Seen event =
                decision.previous() == null ? null : repeat(occurred, decision, decision.previous());
        correlator.written(decision.key(), event == null ? create(occurred, decision) : event);
    }

    /** Null when the Event's time is over or somebody deleted it. */
    private EventCorrelator.@Nullable Seen repeat(
            Occurred occurred, EventCorrelator.Decision decision, EventCorrelator.Seen previous) {
        int count = previous.count() + 1;
        ObjectKey key = new ObjectKey(EVENTS, namespace(occurred), previous.name());
        ObjectNode stored = client.modify(key, "", event -> {
            if (event != null) {
                event.put("count", count);
                event.put("lastTimestamp", time(occurred.time()));
                event.put("message", decision.message());
            }
            return event;
        });
        return stored == null ? null : new EventCorrelator.Seen(previous.name(), previous.first(), count);
    }

    private EventCorrelator.Seen create(Occurred occurred, EventCorrelator.Decision decision) {
        String name = name(occurred);
        EventCorrelator.Occurrence what = occurred.occurrence();
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        event.put("apiVersion", "v1").put("kind", "Event");
        event.putObject("metadata").put("name", name).put("namespace", namespace(occurred));
        event.set("involvedObject", occurred.involved());
        event.put("reason", what.reason()).put("message", decision.message());
        event.putObject("source").put("component", what.component());
        event.put("firstTimestamp", time(occurred.time())).put("lastTimestamp", time(occurred.time()));
        event.put("count", 1).put("type", what.type());
        event.put("reportingComponent", what.component()).put("reportingInstance", "");
        client.create(EVENTS, namespace(occurred), event);
        return new EventCorrelator.Seen(name, occurred.time(), 1);
    }

    /** As client-go's {@code GenerateEventName}: the object's name, a dot, nanoseconds in hexadecimal, here never the same. */
    private String name(Occurred occurred) {
        Instant time = occurred.time();
        lastNameNanos = Math.max(lastNameNanos + 1, time.getEpochSecond() * 1_000_000_000L + time.getNano());
        String suffix = "." + Long.toHexString(lastNameNanos);
        String object = FieldPaths.text(occurred.involved(), "name");
        int most = LONGEST_NAME - suffix.length();
        return (object.length() > most ? object.substring(0, most) : object) + suffix;
    }

    private static String namespace(Occurred occurred) {
        String namespace = FieldPaths.text(occurred.involved(), "namespace");
        return namespace.isEmpty() ? DEFAULT_NAMESPACE : namespace;
    }

    private static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
