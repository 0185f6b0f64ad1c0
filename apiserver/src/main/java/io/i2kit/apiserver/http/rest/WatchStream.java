package io.i2kit.apiserver.http.rest;

import io.i2kit.apiserver.http.rest.WatchOptions.InitialEvents;
import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.ResourceNames;
import io.i2kit.apiserver.registry.Selection;
import io.i2kit.apiserver.storage.ResourceVersions;
import io.i2kit.apiserver.storage.Storage;
import io.i2kit.apiserver.storage.Storage.ListRequest;
import io.i2kit.apiserver.storage.Storage.WatchListener;
import io.i2kit.apiserver.storage.StorageException;
import io.i2kit.apiserver.storage.StoredObject;
import io.i2kit.apiserver.storage.WatchEvent;
import io.i2kit.apiserver.storage.WatchEvent.Type;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** One running watch: turns the store's events into lines of JSON for one client. */
final class WatchStream implements WatchListener {
    private static final String INITIAL_EVENTS_END = "k8s.io/initial-events-end";
    /** So that not all of them are in memory while a slow client takes them. */
    private static final int PRESENT_AT_ONCE = 500;

    private final WatchLines lines;
    private final Presentation presentation;
    private final Selection selection;
    private final WatchOptions options;
    private final Answer.Sink sink;
    private final AtomicReference<Storage.@Nullable Watch> watch = new AtomicReference<>();
    private final CountDownLatch gone = new CountDownLatch(1);
    private boolean first = true;

    WatchStream(
            WatchLines lines, Presentation presentation, Selection selection, WatchOptions options, Answer.Sink sink) {
        this.lines = lines;
        this.presentation = presentation;
        this.selection = selection;
        this.options = options;
        this.sink = sink;
    }

    void run(Storage storage, String namespace, ScheduledExecutorService timers) {
        long from = options.resourceVersion();
        sink.onClose(gone::countDown);
        try {
            if (options.startsWithPresent()) {
                from = sendPresent(storage, namespace);
            } else if (from == 0) {
                from = storage.revision();
            }
            String resource = selection.definition().storedResource();
            Storage.Watch started = storage.watch(resource, namespace, from, this);
            watch.set(started);
            Future<?> timeout = timers.schedule(sink::end, options.timeout().toMillis(), TimeUnit.MILLISECONDS);
            sink.onClose(() -> {
                timeout.cancel(false);
                started.close();
            });
        } catch (StorageException e) {
            ended(e);
        }
    }

    /** The present objects as ADDED events; returns the revision at which they were read. */
    private long sendPresent(Storage storage, String namespace) {
        String resource = selection.definition().storedResource();
        ListRequest request = new ListRequest(resource, namespace, PRESENT_AT_ONCE, null, 0, selection.narrowing());
        while (true) {
            Storage.ListPage page = storage.list(request);
            for (StoredObject stored : page.objects()) {
                if (selection.matches(stored)) {
                    // Not by way of the shared lines: a whole list would push out what others want.
                    sink.write(WatchLines.line("ADDED", presentation.watched(stored.json(), first)));
                    first = false;
                }
            }
            if (!page.more() || !awaitRoom()) {
                if (options.initialEvents() == InitialEvents.SEND && options.bookmarks()) {
                    bookmark(page.revision(), true);
                }
                return page.revision();
            }
            request = request.next(page);
        }
    }

    /** Waits until the client took most of what was sent; false when it went away. */
    private boolean awaitRoom() {
        if (gone.getCount() == 0 || !sink.isFull()) {
            return gone.getCount() > 0;
        }
        CountDownLatch room = new CountDownLatch(1);
        sink.onDrain(room::countDown);
        sink.onClose(room::countDown);
        try {
            room.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        return gone.getCount() > 0;
    }

    /** Rule 29: what stops matching is shown as it was, with the new resourceVersion. */
    @Override
    public void event(WatchEvent event) {
        StoredObject previous = event.previous();
        StoredObject last = previous != null && selection.matches(previous) ? previous : null;
        boolean now = event.type() != Type.DELETED && selection.matches(event.object());
        if (now) {
            send(last == null ? "ADDED" : "MODIFIED", event.object());
        } else if (last != null) {
            send(
                    "DELETED",
                    event.type() == Type.DELETED
                            ? event.object()
                            : at(last, event.object().revision()));
        }
        holdBackIfFull();
    }

    private static StoredObject at(StoredObject object, long revision) {
        return new StoredObject(object.key(), revision, ResourceVersions.replace(object.json(), revision));
    }

    private void holdBackIfFull() {
        Storage.Watch running = watch.get();
        if (running != null && sink.isFull()) {
            running.pause();
            sink.onDrain(running::resume);
        }
    }

    @Override
    public void progress(long revision) {
        if (options.bookmarks()) {
            bookmark(revision, false);
        }
    }

    @Override
    public void ended(StorageException cause) {
        ApiException error = switch (cause) {
            case StorageException.Compacted e -> ApiException.expired(String.valueOf(e.getMessage()));
            case StorageException.TooSlow e -> ApiException.expired(String.valueOf(e.getMessage()));
            case StorageException.Unavailable e -> ApiException.unavailable(String.valueOf(e.getMessage()));
            case StorageException.Conflict e -> ApiException.internal(String.valueOf(e.getMessage()));
        };
        sink.write(WatchLines.line("ERROR", Json.bytes(Statuses.failure(error))));
        sink.end();
    }

    private void send(String type, StoredObject object) {
        sink.write(lines.event(type, object, presentation, first));
        first = false;
    }

    private void bookmark(long revision, boolean endOfInitialEvents) {
        ResourceNames names = presentation.definition().names();
        ObjectNode object = Json.object();
        object.put("kind", names.kind());
        object.put("apiVersion", names.apiVersion());
        ObjectNode metadata = Meta.of(object);
        metadata.put("resourceVersion", Long.toString(revision));
        metadata.putNull("creationTimestamp");
        if (endOfInitialEvents) {
            metadata.putObject("annotations").put(INITIAL_EVENTS_END, "true");
        }
        sink.write(WatchLines.line("BOOKMARK", presentation.bookmark(object)));
    }
}
