package io.i2kit.apiserver.storage.rocksdb;

import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.Storage.ListPage;
import io.i2kit.apiserver.storage.Storage.ListRequest;
import io.i2kit.apiserver.storage.StorageException;
import io.i2kit.apiserver.storage.StoredObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.rocksdb.RocksDBException;

/**
 * Lists as of an older revision. A page of everything is read where it lies on disk: the versions of an object are side by
 * side, and the newest one not above the revision is the state then, so a page costs itself, wherever it begins. A list that is
 * narrowed is that of the newest state with the changes since taken back.
 */
final class PastLists {
    private static final long PAGE_BYTES = 16 << 20;

    private final DatabaseHolder database;
    private final LiveState state;
    private final ChangeLog changeLog;

    PastLists(DatabaseHolder database, LiveState state, ChangeLog changeLog) {
        this.database = database;
        this.state = state;
        this.changeLog = changeLog;
    }

    /** @throws StorageException.Compacted when the history does not reach back to the request's revision */
    ListPage list(ListRequest request) {
        long newest = state.revision();
        if (request.revision() > newest) {
            throw new IllegalArgumentException(
                    "revision " + request.revision() + " is not reached yet; the newest is " + newest);
        }
        ListPage page = request.narrowing().isNone() ? onDisk(request) : narrowed(request);
        state.countFetched(request.resource(), page.objects().size());
        return page;
    }

    private ListPage onDisk(ListRequest request) {
        return database.use(db -> {
            try (VersionWalk objects = new VersionWalk(db, Database.Family.OBJECTS, request, state);
                    VersionWalk ephemeral = new VersionWalk(db, Database.Family.EPHEMERAL, request, state)) {
                // What is deleted from now on is seen still; what was deleted before raised the floor first.
                changeLog.require(request.resource(), request.revision());
                return merged(request, objects, ephemeral);
            }
        });
    }

    /** An object may have versions in both families: the newer one counts. */
    private static ListPage merged(ListRequest request, VersionWalk one, VersionWalk two) throws RocksDBException {
        List<StoredObject> found = new ArrayList<>();
        long bytesLeft = request.limit() == 0 ? Long.MAX_VALUE : PAGE_BYTES;
        VersionWalk.Found first = one.next();
        VersionWalk.Found second = two.next();
        while (first != null || second != null) {
            int order = first == null ? 1 : second == null ? -1 : first.key().compareTo(second.key());
            VersionWalk.Found next = order <= 0 ? first : second;
            if (order == 0 && first != null && second != null && second.revision() > first.revision()) {
                next = second;
            }
            StoredObject object = next == null ? null : next.object();
            if (object != null) {
                if (request.limit() != 0 && (found.size() == request.limit() || bytesLeft <= 0)) {
                    return new ListPage(request.revision(), found, true, -1);
                }
                found.add(object);
                bytesLeft -= object.json().length;
            }
            first = order <= 0 ? one.next() : first;
            second = order >= 0 ? two.next() : second;
        }
        return new ListPage(request.revision(), found, false, 0);
    }

    private ListPage narrowed(ListRequest request) {
        int limit = request.limit() == 0 ? Integer.MAX_VALUE : request.limit();
        long asked = request.revision();
        // Each change since may take one candidate away.
        long most = Math.min(Integer.MAX_VALUE, (long) limit + 1 + Math.max(0, state.revision() - asked));
        LiveState.Page now = state.candidates(request, (int) most);
        if (now.revision() - asked > most) {
            now = state.candidates(request, Integer.MAX_VALUE); // many were written between the two looks
        }
        Map<ObjectKey, Live> since = changeLog.before(request.resource(), request.namespace(), asked, now.revision());
        TreeMap<ObjectKey, Live> then = new TreeMap<>();
        now.objects().forEach(live -> then.put(live.key(), live));
        since.forEach((key, live) -> {
            if (live.revision() == 0) {
                then.remove(key);
            } else if (isBehind(request, key)) {
                then.put(key, live);
            }
        });
        List<StoredObject> found = new ArrayList<>();
        for (Live live : then.values()) {
            if (found.size() == limit) {
                return new ListPage(asked, found, true, -1);
            }
            found.add(load(live, request));
        }
        return new ListPage(asked, found, false, 0);
    }

    private static boolean isBehind(ListRequest request, ObjectKey key) {
        ObjectKey after = request.after();
        String name = request.narrowing().name();
        return (after == null || key.compareTo(after) > 0) && (name.isEmpty() || name.equals(key.name()));
    }

    private StoredObject load(Live live, ListRequest request) {
        StoredObject inMemory = live.object();
        StoredObject object =
                inMemory == null ? changeLog.version(live.key(), live.revision(), live.family()) : inMemory;
        if (object == null) {
            changeLog.require(request.resource(), request.revision());
            throw new StorageException.Compacted(request.revision(), request.revision() + 1);
        }
        return object;
    }
}
