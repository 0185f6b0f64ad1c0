package io.i2kit.apiserver.storage;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Fans the store's events out to watches.
 *
 * <p>There is no queue a watch. A watch is a cursor over one shared run of events: the newest are in memory, older ones in the
 * engine's {@link History}. So an event is kept once however many watch, a slow reader costs nothing, and one that falls behind
 * the history is ended alone. The engine appends; a virtual thread runs a watch only while it has something to deliver.
 */
public final class WatchHub implements AutoCloseable {
    private static final int EVENTS_A_READ = 512;

    private final History history;
    private final RecentEvents recent;
    private final Map<String, Set<CursorWatch>> watches = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("watch-", 0).factory());
    private volatile long revision;
    /** Every watch that an event up to here concerns has been signalled. */
    private volatile long signalled;

    private volatile boolean closed;

    /** The engine's own record of events, complete up to the newest that was appended. */
    public interface History {
        /**
         * Whether everything behind this revision is known.
         *
         * @throws StorageException.Compacted when it is not
         */
        void require(String resource, long after);

        /**
         * The events behind {@code after}, oldest first, up to {@code through}; may stop earlier, but not at {@code after}.
         *
         * @throws StorageException.Compacted when the history does not reach back that far
         */
        Slice read(String resource, String namespace, long after, long through);
    }

    /**
     * A run of events.
     *
     * @param through the revision up to which the run is complete
     */
    public record Slice(List<WatchEvent> events, long through) {
        public Slice {
            events = List.copyOf(events);
        }
    }

    /**
     * @param revision the newest at start
     * @param recentBytes of JSON kept in memory
     */
    public WatchHub(long revision, long recentBytes, History history) {
        this.revision = revision;
        this.signalled = revision;
        this.history = history;
        this.recent = new RecentEvents(revision, recentBytes);
    }

    /** Called by one thread, in order of revisions, once the events are durable and readable. */
    public void append(List<WatchEvent> events) {
        for (WatchEvent event : events) {
            recent.append(event);
            revision = event.object().revision();
        }
        for (WatchEvent event : events) {
            ObjectKey key = event.object().key();
            for (CursorWatch watch : watches.getOrDefault(key.resource(), Set.of())) {
                if (matches(key, watch.resource(), watch.namespace())) {
                    watch.signal(event.object().revision());
                }
            }
        }
        signalled = revision;
    }

    public Storage.Watch watch(String resource, String namespace, long fromRevision, Storage.WatchListener listener) {
        history.require(resource, fromRevision);
        CursorWatch watch = new CursorWatch(this, resource, namespace, fromRevision, listener);
        watches.computeIfAbsent(resource, any -> ConcurrentHashMap.newKeySet()).add(watch);
        if (closed) {
            watch.close();
            throw new StorageException.Unavailable("the store is closed", null);
        }
        watch.start();
        return watch;
    }

    /** Has every watch tell its listener how far it is. */
    public void progress() {
        watches.values().forEach(set -> set.forEach(CursorWatch::requestProgress));
    }

    /** The events of a resource behind {@code after}, from memory or history, up to {@link Slice#through}. */
    public Slice read(String resource, String namespace, long after) {
        long newest = revision;
        if (after >= newest) {
            return new Slice(List.of(), after);
        }
        Slice slice = recent.read(resource, namespace, after, EVENTS_A_READ);
        return slice == null ? history.read(resource, namespace, after, newest) : slice;
    }

    /** Ends every watch. */
    @Override
    public void close() {
        closed = true;
        StorageException cause = new StorageException.Unavailable("the store is closed", null);
        watches.values().forEach(set -> set.forEach(watch -> watch.end(cause)));
        threads.shutdown();
    }

    static boolean matches(ObjectKey key, String resource, String namespace) {
        return key.resource().equals(resource)
                && (namespace.isEmpty() || key.namespace().equals(namespace));
    }

    /** The newest revision appended. */
    long revision() {
        return revision;
    }

    /** What an idle watch may take as read. */
    long signalled() {
        return signalled;
    }

    void run(CursorWatch watch) {
        threads.execute(watch);
    }

    void forget(CursorWatch watch) {
        watches.getOrDefault(watch.resource(), Set.of()).remove(watch);
    }
}
