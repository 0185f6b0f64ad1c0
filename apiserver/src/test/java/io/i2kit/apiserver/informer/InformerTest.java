package io.i2kit.apiserver.informer;

import static io.i2kit.apiserver.storage.Objects.commit;
import static io.i2kit.apiserver.storage.Objects.delete;
import static io.i2kit.apiserver.storage.Objects.pod;
import static io.i2kit.apiserver.storage.Objects.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.Objects;
import io.i2kit.apiserver.storage.Storage;
import io.i2kit.apiserver.storage.StorageException;
import io.i2kit.apiserver.storage.StoredObject;
import io.i2kit.apiserver.storage.Write;
import io.i2kit.apiserver.storage.rocksdb.RocksSettings;
import io.i2kit.apiserver.storage.rocksdb.RocksStorage;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class InformerTest {
    @TempDir
    Path directory;

    private Storage storage;
    private InformerFactory informers;
    private final BlockingQueue<String> changes = new LinkedBlockingQueue<>();
    /** Listeners of running watches, so that a test can end them as a store would. */
    private final Queue<Storage.WatchListener> listeners = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void open() {
        storage = RocksStorage.open(RocksSettings.of(directory).withNativeDirectory(Path.of("target", "native")));
        informers = new InformerFactory(listening(storage));
    }

    @AfterEach
    void close() {
        informers.close();
        storage.close();
    }

    private Storage listening(Storage target) {
        return (Storage) Proxy.newProxyInstance(
                Storage.class.getClassLoader(), new Class<?>[] {Storage.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("watch")) {
                        listeners.add((Storage.WatchListener) arguments[3]);
                    }
                    return method.invoke(target, arguments);
                });
    }

    private record View(String name, String data) {
        static View of(StoredObject object) {
            if (Objects.data(object).equals("bad")) {
                throw new IllegalArgumentException("bad object");
            }
            return new View(object.key().name(), Objects.data(object));
        }
    }

    private Informer<View> create() {
        return informers.create(
                "pods",
                View::of,
                Map.of("data", (key, view) -> List.of(view.data().split(","))));
    }

    private void record(ObjectKey key, @Nullable View before, @Nullable View after) {
        changes.add(
                key.name() + ":" + (before == null ? "-" : before.data()) + ">" + (after == null ? "-" : after.data()));
    }

    private String nextChange() throws InterruptedException {
        String change = changes.poll(30, TimeUnit.SECONDS);
        assertThat(change).as("a change").isNotNull();
        return change == null ? "" : change;
    }

    @Test
    void tellsWhatIsThereAndThenEachChange() throws InterruptedException {
        commit(storage, put(pod("a", "one"), 0, "x"));
        Informer<View> pods = create();
        pods.onChange(this::record);
        assertThat(informers.synced()).isFalse();
        informers.start();
        assertThat(informers.synced()).isTrue();
        assertThat(nextChange()).isEqualTo("one:->x");
        commit(storage, put(pod("b", "two"), 0, "y,z"));
        assertThat(nextChange()).isEqualTo("two:->y,z");
        commit(storage, put(pod("b", "two"), Write.ANY_REVISION, "z"));
        assertThat(nextChange()).isEqualTo("two:y,z>z");

        assertThat(pods.get(pod("a", "one"))).isEqualTo(new View("one", "x"));
        assertThat(pods.all()).extracting(View::name).containsExactly("one", "two");
        assertThat(pods.in("b")).extracting(View::name).containsExactly("two");
        assertThat(pods.byIndex("data", "y")).isEmpty();
        assertThat(pods.byIndex("data", "z")).extracting(View::name).containsExactly("two");
        assertThatThrownBy(() -> pods.byIndex("absent", "z")).isInstanceOf(IllegalArgumentException.class);

        commit(storage, delete(pod("b", "two"), Write.ANY_REVISION));
        assertThat(nextChange()).isEqualTo("two:z>-");
        assertThat(pods.byIndex("data", "z")).isEmpty();
        assertThat(pods.in("b")).isEmpty();
    }

    @Test
    void aLateHandlerIsToldWhatIsThere() throws InterruptedException {
        Informer<View> pods = create();
        informers.start();
        commit(storage, put(pod("a", "one"), 0, "x"));
        pods.onChange(this::record);
        assertThat(nextChange()).isEqualTo("one:->x");
        create().onChange(this::record);
        assertThat(nextChange()).isEqualTo("one:->x");
    }

    @Test
    void listsAgainWhenTheWatchEndsAndTellsTheDifference() throws InterruptedException {
        commit(storage, put(pod("a", "gone"), 0, "x"));
        commit(storage, put(pod("a", "same"), 0, "x"));
        commit(storage, put(pod("a", "changed"), 0, "x"));
        Informer<View> pods = create();
        informers.start();
        pods.onChange(this::record);
        for (int i = 0; i < 3; i++) {
            nextChange();
        }
        informers.close();
        InformerFactory blind = new InformerFactory(withoutEvents());
        Informer<View> other = blind.create("pods", View::of, Map.of());
        blind.start();
        other.onChange(this::record);
        for (int i = 0; i < 3; i++) {
            nextChange();
        }
        commit(storage, delete(pod("a", "gone"), Write.ANY_REVISION));
        commit(storage, put(pod("a", "changed"), Write.ANY_REVISION, "y"));
        commit(storage, put(pod("a", "new"), 0, "x"));
        Storage.WatchListener listener = listeners.poll();
        assertThat(listener).isNotNull();
        if (listener != null) {
            listener.ended(new StorageException.TooSlow());
        }
        assertThat(List.of(nextChange(), nextChange(), nextChange()))
                .containsExactlyInAnyOrder("gone:x>-", "changed:x>y", "new:->x");
        assertThat(changes).isEmpty();
        blind.close();
    }

    /** A store whose watches say nothing. */
    private Storage withoutEvents() {
        listeners.clear();
        return (Storage) Proxy.newProxyInstance(
                Storage.class.getClassLoader(), new Class<?>[] {Storage.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("watch")) {
                        listeners.add((Storage.WatchListener) arguments[3]);
                        return storage.watch("nothing", "", storage.revision(), (Storage.WatchListener) arguments[3]);
                    }
                    return method.invoke(storage, arguments);
                });
    }

    @Test
    void anObjectThatCannotBeReadDoesNotStopTheOthers() throws InterruptedException {
        commit(storage, put(pod("a", "one"), 0, "bad"));
        Informer<View> pods = create();
        pods.onChange(this::record);
        informers.start();
        commit(storage, put(pod("a", "two"), 0, "x"));
        assertThat(nextChange()).isEqualTo("two:->x");
        commit(storage, put(pod("a", "one"), Write.ANY_REVISION, "good"));
        assertThat(nextChange()).isEqualTo("one:->good");
        assertThat(pods.all()).hasSize(2);
    }
}
