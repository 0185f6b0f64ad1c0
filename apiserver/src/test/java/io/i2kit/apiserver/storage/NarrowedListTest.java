package io.i2kit.apiserver.storage;

import static io.i2kit.apiserver.storage.Objects.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.storage.Storage.ListPage;
import io.i2kit.apiserver.storage.Storage.ListRequest;
import io.i2kit.apiserver.storage.Storage.Narrowing;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Lists by terms, by name and page by page, now and in the past, against the answer of a walk through everything. */
public abstract class NarrowedListTest extends HistoryCheckTest {
    private static final List<String> RESOURCES = List.of("pods", "events");
    private static final List<String> NAMESPACES = List.of("", "a", "a-b", "ab", "b");
    private static final int NAMES = 40;
    private static final int WRITES = 1500;
    private static final int QUESTIONS = 600;

    /** Every {@code "word"} behind {@code "terms":} is a term. */
    private static final TermIndexer INDEXER = object -> {
        String json = new String(object.json(), StandardCharsets.UTF_8);
        int start = json.indexOf("\"terms\":\"") + 9;
        return new HashSet<>(
                List.of(json.substring(start, json.indexOf('"', start)).split(" ")));
    };

    private final Map<Long, TreeMap<ObjectKey, StoredObject>> snapshots = new TreeMap<>();
    private final TreeMap<ObjectKey, StoredObject> model = new TreeMap<>();

    @Test
    protected void listsAreThoseOfAWalkThroughEverything() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        storage.index(INDEXER);
        for (int i = 0; i < WRITES; i++) {
            write(random);
            if (i % 100 == 99) {
                snapshots.put(storage.revision(), new TreeMap<>(model));
            }
            if (i == WRITES / 2) {
                reopen();
                storage.index(INDEXER);
            }
        }
        for (int i = 0; i < QUESTIONS; i++) {
            ask(random, seed);
            if (i % 10 == 0) {
                write(random); // pages go on while others write
            }
        }
    }

    private void write(Random random) {
        String resource = RESOURCES.get(random.nextInt(RESOURCES.size()));
        String namespace = NAMESPACES.get(random.nextInt(NAMESPACES.size()));
        ObjectKey key = new ObjectKey(resource, namespace, "n" + random.nextInt(NAMES));
        String terms = "all x" + random.nextInt(5) + " y" + random.nextInt(50);
        ObjectBody body = revision -> ("{\"metadata\":{\"resourceVersion\":\"" + revision + "\"},\"terms\":\"" + terms
                        + "\",\"rest\":\"" + "r".repeat(200) + "\"}")
                .getBytes(StandardCharsets.UTF_8);
        if (model.containsKey(key) && random.nextInt(3) == 0) {
            await(storage.commit(List.of(new Write.Delete(key, Write.ANY_REVISION, body))));
            model.remove(key);
            return;
        }
        Duration timeToLive = random.nextInt(4) == 0 ? Duration.ofHours(1) : null;
        Write put = new Write.Put(key, Write.ANY_REVISION, body, timeToLive);
        model.put(key, await(storage.commit(List.of(put))).getFirst());
    }

    private void ask(Random random, long seed) {
        boolean now = random.nextInt(3) == 0;
        Long revision = List.copyOf(snapshots.keySet()).get(random.nextInt(snapshots.size()));
        TreeMap<ObjectKey, StoredObject> state = now ? model : snapshots.getOrDefault(revision, new TreeMap<>());
        Narrowing narrowing = narrowing(random);
        int limit = random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(30);
        ObjectKey after = random.nextInt(3) == 0
                ? new ObjectKey("pods", NAMESPACES.get(random.nextInt(NAMESPACES.size())), "n" + random.nextInt(NAMES))
                : null;
        ListRequest request = new ListRequest(
                after == null ? RESOURCES.get(random.nextInt(2)) : "pods",
                NAMESPACES.get(random.nextInt(NAMESPACES.size())),
                limit,
                after,
                now ? 0 : revision,
                narrowing);
        assertThat(texts(allPages(request)))
                .as("seed %d: %s", seed, request)
                .containsExactlyElementsOf(texts(walk(state, request)));
    }

    private static List<String> texts(List<StoredObject> objects) {
        return objects.stream()
                .map(object -> object.key() + " " + object.revision() + " " + Objects.json(object))
                .toList();
    }

    private static Narrowing narrowing(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> Narrowing.NONE;
            case 1 -> new Narrowing("n" + random.nextInt(NAMES), List.of());
            case 2 -> new Narrowing("", List.of(Set.of("x" + random.nextInt(6))));
            case 3 -> new Narrowing("", List.of(Set.of("y" + (3 + random.nextInt(47)), "y1", "y2"), Set.of("all")));
            default -> new Narrowing("n" + random.nextInt(NAMES), List.of(Set.of("x1", "x2")));
        };
    }

    private List<StoredObject> allPages(ListRequest first) {
        List<StoredObject> found = new ArrayList<>();
        @Nullable ListRequest request = first;
        while (request != null) {
            ListPage page = storage.list(request);
            if (first.limit() > 0) {
                assertThat(page.objects()).hasSizeLessThanOrEqualTo(first.limit());
            }
            page.objects().stream()
                    .filter(object -> matches(object, first.narrowing()))
                    .forEach(found::add);
            request = page.more() ? request.next(page) : null;
        }
        return found;
    }

    private static List<StoredObject> walk(TreeMap<ObjectKey, StoredObject> state, ListRequest request) {
        ObjectKey after = request.after();
        return state.values().stream()
                .filter(object -> object.key().resource().equals(request.resource()))
                .filter(object -> request.namespace().isEmpty()
                        || object.key().namespace().equals(request.namespace()))
                .filter(object -> after == null || object.key().compareTo(after) > 0)
                .filter(object -> matches(object, request.narrowing()))
                .toList();
    }

    private static boolean matches(StoredObject object, Narrowing narrowing) {
        Set<String> terms = INDEXER.terms(object);
        boolean named = narrowing.name().isEmpty()
                || narrowing.name().equals(object.key().name());
        return named && narrowing.terms().stream().allMatch(set -> set.stream().anyMatch(terms::contains));
    }

    @Test
    void nothingButAWholeListLooksAtMoreThanItAnswers() {
        storage.index(INDEXER);
        int count = 3000;
        for (int i = 0; i < count; i++) {
            String terms = "x" + i / 10;
            ObjectKey key = new ObjectKey("pods", "n" + i % 30, String.format("p%05d", i));
            storage.commit(List.of(new Write.Put(
                    key,
                    0,
                    revision -> ("{\"metadata\":{\"resourceVersion\":\"" + revision + "\"},\"terms\":\"" + terms
                                    + "\"}")
                            .getBytes(StandardCharsets.UTF_8),
                    null)));
        }
        long old = Objects.commit(storage, Objects.put(Objects.pod("n9", "last"), 0, "\",\"terms\":\"none"))
                .revision();
        Objects.commit(storage, Objects.put(Objects.pod("n9", "more"), 0, "\",\"terms\":\"none"));
        ObjectKey middle = new ObjectKey("pods", "n20", "p01000");
        for (long revision : new long[] {0, old}) {
            assertThat(lookedAt(new ListRequest("pods", "", 20, null, revision)))
                    .isEqualTo(20);
            assertThat(lookedAt(new ListRequest("pods", "", 20, middle, revision)))
                    .isEqualTo(20);
            assertThat(lookedAt(new ListRequest("pods", "n20", 0, null, revision)))
                    .isEqualTo(100);
            Narrowing ten = new Narrowing("", List.of(Set.of("x7")));
            assertThat(lookedAt(new ListRequest("pods", "", 0, null, revision, ten)))
                    .isEqualTo(10);
            assertThat(lookedAt(new ListRequest("pods", "n20", 50, null, revision, ten)))
                    .isEqualTo(0);
            assertThat(lookedAt(new ListRequest("pods", "", 0, null, revision, new Narrowing("p00077", List.of()))))
                    .isEqualTo(1);
        }
        assertThat(lookedAt(new ListRequest("pods", "", 0, null, 0))).isEqualTo(count + 2);
    }

    private long lookedAt(ListRequest request) {
        long before = storage.fetched().getOrDefault(request.resource(), 0L);
        storage.list(request);
        return storage.fetched().getOrDefault(request.resource(), 0L) - before;
    }
}
