package io.i2kit.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
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
        for (int i = 0; i < 20; i++) {
            run(3000, System.nanoTime());
        }
    }

    private void run(int requests, long seed) throws Exception {
        System.out.println("seed " + seed + " (-Di2kit.seed=" + seed + ")");
        try (TestApiServer server = new TestApiServer(folder.resolve("run" + seed), 0)) {
            TestClient client = new TestClient(server);
            FuzzRequests fuzz = new FuzzRequests(new Random(seed));
            long heap = 0;
            for (int i = 0; i < requests; i++) {
                if (i == requests / 4) {
                    heap = usedHeap();
                }
                FuzzRequests.Request request = fuzz.next();
                TestClient.Reply reply = client.send(
                        request.method(),
                        request.path(),
                        request.body(),
                        request.headers().toArray(String[]::new));
                assertThat(isRefused(reply))
                        .as(
                                "seed %d, request %d: %s%nwas answered with %d %s",
                                seed, i, request, reply.status(), reply.text())
                        .isTrue();
                boolean stream = request.path().contains("watch=true");
                if (!stream
                        && reply.text().startsWith("{")
                        && !reply.at("/metadata/continue").isEmpty()) {
                    fuzz.remember(reply.at("/metadata/continue"));
                }
            }
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

    private static long usedHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Anything but a server's error. Upstream answers 500 to a resourceVersion in a new object, and 504 to one from the future. */
    private static boolean isRefused(TestClient.Reply reply) {
        boolean upstreams = reply.text().contains("resourceVersion should not be set on objects to be created")
                || reply.text().contains("ResourceVersionTooLarge");
        return reply.status() < 500 || upstreams;
    }
}
