package io.i2kit.apiserver.informer;

import io.i2kit.apiserver.storage.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Makes informers on one store.
 *
 * <pre>{@code
 * InformerFactory informers = new InformerFactory(storage);
 * Informer<PodView> pods = informers.create("pods", PodView::of, Map.of("owner", (key, pod) -> List.of(pod.ownerUid())));
 * pods.onChange((key, before, after) -> queue.add(key));
 * informers.start();
 * }</pre>
 */
public final class InformerFactory implements AutoCloseable {
    private final Storage storage;
    private final List<StorageInformer<?>> informers = new ArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private boolean started;

    public InformerFactory(Storage storage) {
        this.storage = storage;
    }

    /**
     * An informer of its own; after {@link #start} it is current at once.
     *
     * @param resource as in {@code ObjectKey}
     * @param indexers by name, for {@link Informer#byIndex}
     */
    public <P> Informer<P> create(String resource, Projector<P> projector, Map<String, Indexer<P>> indexers) {
        StorageInformer<P> informer = new StorageInformer<>(storage, resource, projector, indexers);
        lock.lock();
        try {
            informers.add(informer);
            if (started) {
                informer.start();
            }
        } finally {
            lock.unlock();
        }
        return informer;
    }

    /** Brings all informers up to date, calling their handlers, and keeps them so. */
    public void start() {
        lock.lock();
        try {
            if (!started) {
                started = true;
                informers.forEach(StorageInformer::start);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether every informer has seen the store's objects once. */
    public boolean synced() {
        lock.lock();
        try {
            return started && informers.stream().allMatch(StorageInformer::synced);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            informers.forEach(StorageInformer::close);
        } finally {
            lock.unlock();
        }
    }
}
