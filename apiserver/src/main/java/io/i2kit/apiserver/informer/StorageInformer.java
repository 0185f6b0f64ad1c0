package io.i2kit.apiserver.informer;

import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.Storage;
import io.i2kit.apiserver.storage.StorageException;
import io.i2kit.apiserver.storage.StoredObject;
import io.i2kit.apiserver.storage.WatchEvent;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lists, then watches. When the watch ends it lists again and tells the handlers the difference. */
final class StorageInformer<P> implements Informer<P>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StorageInformer.class);
    /** Objects that are in memory at once while they are listed. */
    private static final int AT_ONCE = 1000;

    private static final Duration FIRST_RETRY = Duration.ofMillis(50);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(5);

    private final Storage storage;
    private final String resource;
    private final Projector<P> projector;
    private final Projections<P> projections;
    private final List<ChangeHandler<P>> handlers = new CopyOnWriteArrayList<>();
    /** Orders changes against each other and against the first calls of a new handler. */
    private final ReentrantLock changing = new ReentrantLock();

    private final Executor threads =
            task -> Thread.ofVirtual().name("informer-relist").start(task);
    private Storage.@Nullable Watch watch;
    private volatile boolean synced;
    private volatile boolean closed;

    StorageInformer(Storage storage, String resource, Projector<P> projector, Map<String, Indexer<P>> indexers) {
        this.storage = storage;
        this.resource = resource;
        this.projector = projector;
        this.projections = new Projections<>(indexers);
    }

    @Override
    public @Nullable P get(ObjectKey key) {
        return projections.get(key);
    }

    @Override
    public Collection<P> all() {
        return projections.all();
    }

    @Override
    public List<P> in(String namespace) {
        return projections.in(namespace);
    }

    @Override
    public List<P> byIndex(String index, String value) {
        return projections.byIndex(index, value);
    }

    @Override
    public void onChange(ChangeHandler<P> handler) {
        changing.lock();
        try {
            projections.entries().forEach((key, projection) -> tell(handler, key, null, projection));
            handlers.add(handler);
        } finally {
            changing.unlock();
        }
    }

    boolean synced() {
        return synced;
    }

    /** Returns when what the store holds is here. */
    void start() {
        changing.lock();
        try {
            Set<ObjectKey> gone = new HashSet<>(projections.entries().keySet());
            Storage.ListRequest request = new Storage.ListRequest(resource, "", AT_ONCE, null, 0);
            Storage.ListPage page = storage.list(request);
            listed(page, gone);
            while (page.more()) {
                request = request.next(page);
                page = storage.list(request);
                listed(page, gone);
            }
            gone.forEach(key -> change(key, null));
            synced = true;
            if (!closed) {
                watch = storage.watch(resource, "", page.revision(), new Listener());
            }
        } finally {
            changing.unlock();
        }
    }

    private void listed(Storage.ListPage page, Set<ObjectKey> gone) {
        for (StoredObject object : page.objects()) {
            gone.remove(object.key());
            change(object.key(), project(object));
        }
    }

    @Override
    public void close() {
        closed = true;
        changing.lock();
        try {
            if (watch != null) {
                watch.close();
            }
        } finally {
            changing.unlock();
        }
    }

    /** An object that cannot be read is as one that is absent: one bad object must not stop a controller. */
    private @Nullable P project(StoredObject object) {
        try {
            return projector.project(object);
        } catch (RuntimeException e) {
            LOG.error("Cannot read {} at revision {}", object.key(), object.revision(), e);
            return null;
        }
    }

    private void change(ObjectKey key, @Nullable P after) {
        P before = projections.put(key, after);
        if (before == null ? after != null : !before.equals(after)) {
            handlers.forEach(handler -> tell(handler, key, before, after));
        }
    }

    private void tell(ChangeHandler<P> handler, ObjectKey key, @Nullable P before, @Nullable P after) {
        try {
            handler.changed(key, before, after);
        } catch (RuntimeException e) {
            LOG.error("A handler failed for {}", key, e);
        }
    }

    private void restart(StorageException cause) {
        LOG.info("Listing {} again: {}", resource, cause.getMessage());
        Duration wait = FIRST_RETRY;
        while (!closed) {
            try {
                start();
                return;
            } catch (StorageException e) {
                LOG.warn("Cannot list {}; again in {}", resource, wait, e);
            }
            try {
                Thread.sleep(wait);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            wait = wait.multipliedBy(2).compareTo(LONGEST_RETRY) < 0 ? wait.multipliedBy(2) : LONGEST_RETRY;
        }
    }

    private final class Listener implements Storage.WatchListener {
        @Override
        public void event(WatchEvent event) {
            changing.lock();
            try {
                boolean deleted = event.type() == WatchEvent.Type.DELETED;
                change(event.object().key(), deleted ? null : project(event.object()));
            } finally {
                changing.unlock();
            }
        }

        @Override
        public void progress(long revision) {
            // An informer is never resumed from a revision: nothing to remember.
        }

        @Override
        public void ended(StorageException cause) {
            if (!closed) {
                threads.execute(() -> restart(cause));
            }
        }
    }
}
