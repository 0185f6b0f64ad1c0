package io.i2kit.apiserver.storage.rocksdb;

import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.ResourceVersions;
import io.i2kit.apiserver.storage.Storage;
import io.i2kit.apiserver.storage.StorageException;
import io.i2kit.apiserver.storage.StoredObject;
import io.i2kit.apiserver.storage.TermIndexer;
import io.i2kit.apiserver.storage.WatchHub;
import io.i2kit.apiserver.storage.Write;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The embedded store. The newest version of every object is in memory (large ones aside), so that reads cost no I/O, as
 * kube-apiserver's watch cache has it; RocksDB keeps all versions of the last minutes.
 *
 * <p>An object's versions are keys of their own ({@link Codec}), and the changelog only names them. So a write stores the
 * object once, a watch from the past reads what was stored, and a list at an older revision is the present list with the
 * changes since taken back: nothing is copied and no native snapshot is held.
 */
public final class RocksStorage implements Storage {
    private static final Logger LOG = LoggerFactory.getLogger(RocksStorage.class);
    private static final Duration HOUSEKEEPING_INTERVAL = Duration.ofSeconds(1);
    private static final int EXPIRIES_A_PASS = 1000;

    private final RocksSettings settings;
    private final DataDirectory directory;
    private final DatabaseHolder database;
    private final LiveState state;
    private final ChangeLog changeLog;
    private final PastLists past;
    private final WatchHub hub;
    private final Committer committer;
    private final ScheduledExecutorService housekeeper;
    private final AtomicBoolean closed = new AtomicBoolean();

    private RocksStorage(RocksSettings settings, DataDirectory directory, DatabaseHolder database) {
        this.settings = settings;
        this.directory = directory;
        this.database = database;
        Loader loader = new Loader(database, settings.memory());
        this.state = loader.state();
        this.changeLog = new ChangeLog(database, settings.history());
        long watermark = loader.load(changeLog);
        this.past = new PastLists(database, state, changeLog);
        this.hub = new WatchHub(state.revision(), settings.history().memoryBytes(), changeLog);
        GroupWriter writer = new GroupWriter(database, state, changeLog, watermark);
        this.committer = new Committer(state, writer, changeLog, hub, settings);
        this.housekeeper = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("storage-housekeeping").daemon().factory());
        every(HOUSEKEEPING_INTERVAL, this::housekeep);
        every(settings.progressInterval(), hub::progress);
    }

    /**
     * Opens or creates the database.
     *
     * @throws StorageException.Unavailable when another server holds the folder, it was written by a newer version, or it
     *     cannot be read
     */
    public static RocksStorage open(RocksSettings settings) {
        return open(settings, directory -> {});
    }

    /**
     * Makes a database that holds nothing, whose first revision comes after the given one.
     *
     * @throws StorageException.Unavailable when the folder holds a database already, or it cannot be made
     */
    public static RocksStorage create(RocksSettings settings, long lastRevision) {
        return open(settings, directory -> {
            if (Files.exists(directory.database())) {
                throw new StorageException.Unavailable(settings.directory() + " holds a database already", null);
            }
            try (Database database = new Database(directory.database(), settings.atRest())) {
                Loader.markClean(database, lastRevision);
            }
        });
    }

    private static RocksStorage open(RocksSettings settings, Preparation preparation) {
        DataDirectory directory = DataDirectory.open(settings.directory());
        try {
            NativeLibrary.load(settings.nativeDirectory());
            preparation.run(directory);
            return opened(settings, directory);
        } catch (RocksDBException | IOException e) {
            directory.close();
            throw new StorageException.Unavailable(
                    "cannot open the database in " + settings.directory() + ": " + e.getMessage(), e);
        } catch (RuntimeException | Error e) {
            directory.close();
            throw e;
        }
    }

    /** What is done with a folder before its database is opened. */
    @FunctionalInterface
    private interface Preparation {
        void run(DataDirectory directory) throws RocksDBException;
    }

    private static RocksStorage opened(RocksSettings settings, DataDirectory directory) throws RocksDBException {
        DatabaseHolder database = new DatabaseHolder(directory.database(), settings.atRest());
        try {
            return new RocksStorage(settings, directory, database);
        } catch (RuntimeException | Error e) {
            database.close();
            throw e;
        }
    }

    @Override
    public long revision() {
        return state.revision();
    }

    @Override
    public @Nullable StoredObject get(ObjectKey key) {
        while (true) {
            Live live = state.get(key);
            if (live == null) {
                return null;
            }
            live.wasRead = true;
            StoredObject object = load(live);
            if (object != null) {
                return object;
            }
            if (live.equals(state.get(key))) {
                throw new StorageException.Unavailable(key + " is missing on disk", null);
            }
        }
    }

    @Override
    public ListPage list(ListRequest request) {
        ListRequest asked = state.isIndexed() ? request : withoutTerms(request);
        while (true) {
            LiveState.Page page = state.page(asked);
            if (page == null) {
                return past.list(asked);
            }
            List<StoredObject> objects = load(page.objects());
            if (objects != null) {
                return new ListPage(page.revision(), objects, page.more(), page.remaining());
            }
        }
    }

    /** A store that keeps no index hands over everything. */
    private static ListRequest withoutTerms(ListRequest request) {
        return new ListRequest(
                request.resource(),
                request.namespace(),
                request.limit(),
                request.after(),
                request.revision(),
                new Narrowing(request.narrowing().name(), List.of()));
    }

    @Override
    public void index(TermIndexer indexer) {
        state.index(indexer, this::load);
    }

    @Override
    public Map<String, Long> fetched() {
        return state.fetched();
    }

    @Override
    public CompletableFuture<List<StoredObject>> commit(List<Write> writes) {
        for (Write write : writes) {
            requireName(write);
        }
        return committer.commit(writes);
    }

    @Override
    public Watch watch(String resource, String namespace, long fromRevision, WatchListener listener) {
        return hub.watch(resource, namespace, fromRevision, listener);
    }

    @Override
    public Map<String, Long> counts() {
        return state.counts();
    }

    @Override
    public byte @Nullable [] getRecord(String name) {
        return state.getRecord(name);
    }

    @Override
    public Map<String, byte[]> listRecords(String prefix) {
        return state.listRecords(prefix);
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        housekeeper.shutdown();
        boolean complete = committer.close();
        hub.close();
        try {
            if (complete) {
                database.use(db -> {
                    Loader.markClean(db, state.revision());
                    return true;
                });
            }
        } catch (StorageException e) {
            LOG.warn("The store was not closed cleanly; the next start replays its log", e);
        } finally {
            database.close();
            directory.close();
        }
    }

    /** Ends what outlived its time and forgets what is too old. Runs each second; tests with a clock of their own call it. */
    synchronized void housekeep() {
        long now = settings.clock().instant().toEpochMilli();
        for (Live live : state.expired(now, EXPIRIES_A_PASS)) {
            expire(live);
        }
        changeLog.compact(now);
    }

    private void expire(Live live) {
        StoredObject last = load(live);
        if (last == null) {
            return;
        }
        Write delete = new Write.Delete(
                live.key(), live.revision(), revision -> ResourceVersions.replace(last.json(), revision));
        committer.commit(List.of(delete)).whenComplete((done, error) -> {
            if (error != null && !(error instanceof StorageException)) {
                LOG.warn("Cannot end {}, whose time is over", live.key(), error);
            }
        });
    }

    /** Null when a version was forgotten between finding and reading it. */
    private @Nullable List<StoredObject> load(List<Live> versions) {
        List<StoredObject> objects = new ArrayList<>(versions.size());
        for (Live live : versions) {
            StoredObject object = load(live);
            if (object == null) {
                return null;
            }
            objects.add(object);
        }
        return objects;
    }

    private @Nullable StoredObject load(Live live) {
        StoredObject object = live.object();
        return object != null ? object : changeLog.version(live.key(), live.revision(), live.family());
    }

    private void every(Duration interval, Runnable task) {
        housekeeper.scheduleWithFixedDelay(
                () -> {
                    try {
                        task.run();
                    } catch (RuntimeException e) {
                        LOG.warn("The store's housekeeping failed; it is tried again", e);
                    }
                },
                interval.toMillis(),
                interval.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private static void requireName(Write write) {
        ObjectKey key = switch (write) {
            case Write.Put put -> put.key();
            case Write.Delete delete -> delete.key();
            case Write.PutRecord record -> new ObjectKey("", "", record.name());
            case Write.DeleteRecord record -> new ObjectKey("", "", record.name());
        };
        if ((key.resource() + key.namespace() + key.name()).indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a name must not contain a NUL character: " + key);
        }
    }
}
