package io.i2kit.apiserver.storage;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A store of objects under one counter of revisions. Every engine passes {@code StorageContractTest}.
 *
 * <p>What {@link #commit} acknowledged survives the death of the process and of the machine (but for objects with a time to
 * live). Revisions grow by one an object, never go back, and are never used twice, also across restarts.
 */
public interface Storage extends AutoCloseable {
    /** The revision of the newest write. */
    long revision();

    /** The object, or null. */
    @Nullable
    StoredObject get(ObjectKey key);

    /**
     * Objects of one resource in key order.
     *
     * @throws StorageException.Compacted when {@link ListRequest#revision} is older than the history kept
     */
    ListPage list(ListRequest request);

    /**
     * Applies all parts or none, in order; returns the objects written or deleted (with their new revisions), in order.
     * The future fails with {@link StorageException.Conflict} when an expectation does not hold. It completes on a virtual
     * thread.
     */
    CompletableFuture<List<StoredObject>> commit(List<Write> writes);

    /**
     * Streams events of one resource with revisions above {@code fromRevision}, oldest first, each once, none left out.
     *
     * @param namespace empty for all
     * @throws StorageException.Compacted when the history does not reach back that far
     */
    Watch watch(String resource, String namespace, long fromRevision, WatchListener listener);

    /** How many objects there are of each resource. Costs the same however many there are. */
    Map<String, Long> counts();

    /** A private record, or null. */
    byte @Nullable [] getRecord(String name);

    /** Private records whose names start so. */
    Map<String, byte[]> listRecords(String prefix);

    @Override
    void close();

    /**
     * Keeps an index of these terms from here on, for {@link Narrowing}. Called before anybody lists; costs a look at every object.
     */
    void index(TermIndexer indexer);

    /**
     * How many objects lists have looked at so far, by resource: an index or a page that works looks at few more than it hands
     * over.
     */
    Map<String, Long> fetched();

    /**
     * @param namespace empty for all
     * @param limit greatest number of objects, 0 for all; a page of large objects may be shorter
     * @param after the key to go on behind, or null
     * @param revision of the snapshot to read, 0 for the newest
     * @param narrowing what the caller looks for
     */
    record ListRequest(
            String resource,
            String namespace,
            int limit,
            @Nullable ObjectKey after,
            long revision,
            Narrowing narrowing) {
        public ListRequest(String resource, String namespace, int limit, @Nullable ObjectKey after, long revision) {
            this(resource, namespace, limit, after, revision, Narrowing.NONE);
        }

        /** The page behind this one's last object, of the same snapshot. */
        public ListRequest next(ListPage page) {
            return new ListRequest(
                    resource, namespace, limit, page.objects().getLast().key(), page.revision(), narrowing);
        }
    }

    /**
     * What the objects sought have in common. A store hands over all that have it, and maybe others: the caller looks itself.
     *
     * @param name theirs, or empty
     * @param terms from each set they have at least one
     */
    record Narrowing(String name, List<Set<String>> terms) {
        /** Everything is sought. */
        public static final Narrowing NONE = new Narrowing("", List.of());

        public Narrowing {
            terms = List.copyOf(terms);
        }

        public boolean isNone() {
            return name.isEmpty() && terms.isEmpty();
        }
    }

    /**
     * @param revision of the snapshot
     * @param more whether objects follow
     * @param remaining how many follow, or -1 where the store would have to walk to know
     */
    record ListPage(long revision, List<StoredObject> objects, boolean more, long remaining) {
        public ListPage {
            objects = List.copyOf(objects);
        }
    }

    /** A running watch. */
    interface Watch extends AutoCloseable {
        /**
         * Holds events back, for a client that reads slowly; costs no memory meanwhile. At most the event being delivered right
         * now still arrives. A watch that is held for longer than the history reaches ends with {@link StorageException.TooSlow}.
         */
        void pause();

        /** Goes on where {@link #pause} stopped; nothing is lost. */
        void resume();

        @Override
        void close();
    }

    /** Receives events, one at a time, on a virtual thread of the store; must not block: see {@link Watch#pause}. */
    interface WatchListener {
        void event(WatchEvent event);

        /** Nothing up to and including this revision was missed. Sent about once a minute, to every watch. */
        void progress(long revision);

        /** The watch ended: it was too slow, or the store closes. Nothing follows. */
        void ended(StorageException cause);
    }
}
