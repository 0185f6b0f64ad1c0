package io.i2kit.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Random requests of many clients at once, and two watches beside them. The watches give the order of all writes; the check is that each
 * write and each read could have happened at one moment between its call and its answer in that order, that lists show the state of
 * their revision, and that both watches saw everything once.
 */
class ApiHistoryTest {
    private static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
    private static final int CLIENTS = 6;
    private static final int NAMES = 5;
    /** Objects of the check; the last one ends the watches. */
    private static final String LAST = "last";

    @TempDir
    Path folder;

    private enum Kind {
        WRITE,
        DELETE,
        GET,
        LIST
    }

    /**
     * One answered request.
     *
     * @param expected of a write: the revision that it replaced, 0 for none
     * @param revision that it wrote, found (0 for an absent object), or listed at
     * @param items of a list: revisions by name
     */
    private record Operation(
            Kind kind,
            String name,
            long expected,
            long revision,
            Map<String, Long> items,
            long called,
            long answered) {}

    /** @param previous revision of the object before, 0 for none */
    private record Event(String type, String name, long revision, long previous) {
        boolean deletes() {
            return type.equals("DELETED");
        }
    }

    @Test
    @Timeout(300)
    void answersAreThoseOfOneOrder() throws Exception {
        run(60, Long.getLong("i2kit.seed", System.nanoTime()));
    }

    @Test
    @Tag("exhaustive")
    @Timeout(3600)
    void answersAreThoseOfOneOrderInManyRuns() throws Exception {
        for (int i = 0; i < 20; i++) {
            run(500, System.nanoTime());
        }
    }

    private void run(int operations, long seed) throws Exception {
        System.out.println("seed " + seed + " (-Di2kit.seed=" + seed + ")");
        try (TestApiServer server = new TestApiServer(folder.resolve("run" + seed), 0)) {
            TestClient client = new TestClient(server);
            long start = Long.parseLong(client.get(CONFIG_MAPS).at("/metadata/resourceVersion"));
            List<List<Event>> watched = List.of(new ArrayList<>(), new ArrayList<>());
            List<Thread> threads = new ArrayList<>();
            for (List<Event> events : watched) {
                TestClient.WatchLines watch = client.watch(CONFIG_MAPS + "?watch=true&resourceVersion=" + start);
                threads.add(Thread.startVirtualThread(() -> collect(watch, events)));
            }
            List<Operation> history = Collections.synchronizedList(new ArrayList<>());
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Random random = new Random(seed + i);
                TestClient own = new TestClient(server);
                clients.add(Thread.startVirtualThread(() -> {
                    for (int n = 0; n < operations; n++) {
                        operate(own, random, history);
                    }
                }));
            }
            for (Thread thread : clients) {
                thread.join();
            }
            client.post(CONFIG_MAPS, "{\"metadata\":{\"name\":\"" + LAST + "\"}}");
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(watched.getLast()).as("seed %d", seed).isEqualTo(watched.getFirst());
            new Check(watched.getFirst(), history, start, seed).all();
        }
    }

    private static void collect(TestClient.WatchLines watch, List<Event> events) {
        Map<String, Long> newest = new HashMap<>();
        try (watch) {
            for (JsonNode line = watch.next(); !line.isMissingNode(); line = watch.next()) {
                JsonNode metadata = line.path("object").path("metadata");
                String name = metadata.path("name").asString("");
                if (name.equals(LAST)) {
                    return;
                }
                long revision = Long.parseLong(metadata.path("resourceVersion").asString(""));
                Event event = new Event(line.path("type").asString(""), name, revision, newest.getOrDefault(name, 0L));
                newest.put(name, event.deletes() ? 0L : revision);
                events.add(event);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void operate(TestClient client, Random random, List<Operation> history) {
        String name = "m" + random.nextInt(NAMES);
        long called = System.nanoTime();
        TestClient.Reply got = client.get(CONFIG_MAPS + "/" + name);
        long found = got.status() == 404 ? 0 : revision(got.json());
        history.add(new Operation(Kind.GET, name, 0, found, Map.of(), called, System.nanoTime()));
        int choice = random.nextInt(10);
        called = System.nanoTime();
        if (choice < 2) {
            TestClient.Reply list = client.get(CONFIG_MAPS);
            Map<String, Long> items = new TreeMap<>();
            list.json()
                    .path("items")
                    .forEach(
                            item -> items.put(item.path("metadata").path("name").asString(""), revision(item)));
            history.add(new Operation(Kind.LIST, "", 0, revision(list.json()), items, called, System.nanoTime()));
            return;
        }
        if (choice < 4 && found != 0) {
            String options = "{\"preconditions\":{\"resourceVersion\":\"" + found + "\"}}";
            TestClient.Reply reply = client.send(
                    "DELETE",
                    CONFIG_MAPS + "/" + name,
                    options.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                    "Content-Type",
                    "application/json");
            if (reply.status() == 200) {
                history.add(new Operation(Kind.DELETE, name, found, 0, Map.of(), called, System.nanoTime()));
            }
            assertThat(reply.status()).isIn(200, 404, 409);
            return;
        }
        String data = "\"data\":{\"n\":\"" + random.nextInt() + "\"}}";
        TestClient.Reply reply = found == 0
                ? client.post(CONFIG_MAPS, "{\"metadata\":{\"name\":\"" + name + "\"}," + data)
                : client.put(
                        CONFIG_MAPS + "/" + name,
                        "{\"metadata\":{\"name\":\"" + name + "\",\"resourceVersion\":\"" + found + "\"}," + data);
        assertThat(reply.status()).isIn(200, 201, 404, 409);
        if (reply.status() < 300) {
            history.add(new Operation(
                    Kind.WRITE, name, found, revision(reply.json()), Map.of(), called, System.nanoTime()));
        }
    }

    private static long revision(JsonNode object) {
        return Long.parseLong(object.path("metadata").path("resourceVersion").asString(""));
    }

    /** One history against the order that the watches saw. */
    private static final class Check {
        private final List<Event> events;
        private final List<Operation> history;
        private final long start;
        private final long seed;
        /** The request that made each event. */
        private final Map<Event, Operation> writes = new HashMap<>();

        Check(List<Event> events, List<Operation> history, long start, long seed) {
            this.events = events;
            this.history = history;
            this.start = start;
            this.seed = seed;
        }

        void all() {
            joinWrites();
            inOrderOfTime();
            for (Operation operation : history) {
                if (operation.kind() == Kind.GET) {
                    assertThat(wasSo(operation))
                            .as("seed %d: %s", seed, operation)
                            .isTrue();
                } else if (operation.kind() == Kind.LIST) {
                    list(operation);
                }
            }
        }

        /** Each write has one event and each event one write. */
        private void joinWrites() {
            Map<Long, Event> byRevision = new HashMap<>();
            Map<String, Event> deletions = new HashMap<>();
            for (Event event : events) {
                byRevision.put(event.revision(), event);
                if (event.deletes()) {
                    deletions.put(event.name() + " " + event.previous(), event);
                }
            }
            for (Operation operation : history) {
                Event event = switch (operation.kind()) {
                    case WRITE -> byRevision.get(operation.revision());
                    case DELETE -> deletions.get(operation.name() + " " + operation.expected());
                    case GET, LIST -> null;
                };
                if (operation.kind() == Kind.WRITE || operation.kind() == Kind.DELETE) {
                    assertThat(event)
                            .as("seed %d: no watch saw %s", seed, operation)
                            .isNotNull();
                    assertThat(event.name()).isEqualTo(operation.name());
                    assertThat(event.previous())
                            .as("seed %d: %s", seed, operation)
                            .isEqualTo(operation.expected());
                    assertThat(writes.put(event, operation))
                            .as("seed %d: two writes made %s", seed, event)
                            .isNull();
                }
            }
            assertThat(writes).as("seed %d: nobody made the rest", seed).hasSameSizeAs(events);
        }

        private void inOrderOfTime() {
            long latestCall = Long.MIN_VALUE;
            long latestRevision = start;
            for (Event event : events) {
                Operation write = writes.get(event);
                assertThat(event.revision()).as("seed %d: %s", seed, event).isGreaterThan(latestRevision);
                assertThat(write.answered())
                        .as("seed %d: %s came after one that was called later", seed, write)
                        .isGreaterThan(latestCall);
                latestRevision = event.revision();
                latestCall = Math.max(latestCall, write.called());
            }
        }

        /** Whether the object had that revision, or was absent, at some moment between call and answer. */
        private boolean wasSo(Operation read) {
            long from = Long.MIN_VALUE;
            boolean now = read.revision() == 0;
            for (Event event : events) {
                if (!event.name().equals(read.name())) {
                    continue;
                }
                Operation write = writes.get(event);
                if (now && from < read.answered() && write.answered() > read.called()) {
                    return true;
                }
                now = event.deletes() ? read.revision() == 0 : read.revision() == event.revision();
                from = write.called();
            }
            return now && from < read.answered();
        }

        /** The state of the list's revision, which is not older than any write that was answered before the list was called. */
        private void list(Operation list) {
            Map<String, Long> then = new TreeMap<>();
            for (Event event : events) {
                if (event.revision() <= list.revision()) {
                    if (event.deletes()) {
                        then.remove(event.name());
                    } else {
                        then.put(event.name(), event.revision());
                    }
                } else {
                    assertThat(writes.get(event).answered())
                            .as("seed %d: %s is too old for %s", seed, list, event)
                            .isGreaterThan(list.called());
                }
            }
            assertThat(list.items()).as("seed %d: %s", seed, list).isEqualTo(then);
        }
    }
}
