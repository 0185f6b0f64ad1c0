package io.i2kit.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertAll;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bodies, patches, selectors and continue tokens that no client would send: none is answered with a server's error, none hangs, and
 * the server is as it was afterwards. A run is repeated with {@code -Di2kit.seed=…}.
 */
class FuzzTest {
    /** What bounded caches and the history of the newest events may come to, and the few objects that were made. */
    private static final long HEAP_GROWTH_BYTES = 32 << 20;

    /** At once, on one connection; not more than its streams. */
    private static final int WATCHES = 50;

    @TempDir
    Path folder;

    @Test
    @Timeout(300)
    void nothingBreaksTheServer() throws Exception {
        run(400, Long.getLong("i2kit.seed", System.nanoTime()));
    }

    @Test
    @Tag("exhaustive")
    @Timeout(7200)
    void nothingBreaksTheServerInManyRuns() throws Exception {
        assertAll(IntStream.range(0, 20).mapToObj(i -> () -> run(3000, System.nanoTime())));
    }

    private void run(int requests, long seed) throws Exception {
        System.out.println("seed " + seed + " (-Di2kit.seed=" + seed + ")");
        try (TestApiServer server = new TestApiServer(folder.resolve("run" + seed), 0)) {
            TestClient client = new TestClient(server);
            FuzzRequests fuzz = new FuzzRequests(new Random(seed));
            long heap = 0;
            List<Running> watches = new ArrayList<>();
            for (int i = 0; i < requests; i++) {
                if (i == requests / 4) {
                    heap = usedHeap();
                }
                Running running = Running.begin(client, "seed " + seed + ", request " + i, fuzz.next());
                if (running.request().path().contains("watch=true")) {
                    watches.add(running);
                    if (watches.size() == WATCHES) {
                        watches.forEach(Running::end);
                        watches.clear();
                    }
                    continue;
                }
                TestClient.Reply reply = running.end();
                if (reply.text().startsWith("{")
                        && !reply.at("/metadata/continue").isEmpty()) {
                    fuzz.remember(reply.at("/metadata/continue"));
                }
            }
            watches.forEach(Running::end);
            assertThat(usedHeap() - heap)
                    .as("growth of the heap in three quarters of %d requests, seed %d", requests, seed)
                    .isLessThan(HEAP_GROWTH_BYTES);
            String metrics = client.get("/metrics").text();
            for (String empty : List.of(
                    "apiserver_current_inflight_requests{request_kind=\"mutating\"} 0",
                    "apiserver_flowcontrol_current_executing_requests 1",
                    "apiserver_flowcontrol_current_inqueue_requests 0")) {
                assertThat(metrics).as("seed %d", seed).contains(empty);
            }
            assertThat(client.get("/livez").status()).isEqualTo(200);
        }
    }

    /** A request without its answer yet: each watch lasts a second. */
    private record Running(String place, FuzzRequests.Request request, CompletableFuture<TestClient.Reply> reply) {
        static Running begin(TestClient client, String place, FuzzRequests.Request request) {
            String[] headers = request.headers().toArray(String[]::new);
            return new Running(place, request, client.begin(request.method(), request.path(), request.body(), headers));
        }

        TestClient.Reply end() {
            TestClient.Reply answer;
            try {
                answer = reply.join();
            } catch (CompletionException e) {
                throw new AssertionError(place + ": " + request + " has no answer", e);
            }
            assertThat(isRefused(answer))
                    .as("%s: %s%nwas answered with %d %s", place, request, answer.status(), answer.text())
                    .isTrue();
            return answer;
        }
    }

    private static long usedHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Anything but a server's error; upstream's are 500 for a resourceVersion in a new object (rule 9), 504 for one from the future. */
    private static boolean isRefused(TestClient.Reply reply) {
        boolean upstreams = reply.text().contains("resourceVersion should not be set on objects to be created")
                || reply.text().contains("ResourceVersionTooLarge");
        return reply.status() < 500 || upstreams;
    }
}
