package io.i2kit.apiserver.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/** Watchers of one collection while a few writers change it: how many events arrive, and how long each took from its write's begin. */
final class FanOut {
    private static final byte[] MARK = "\"write\":\"".getBytes(StandardCharsets.US_ASCII);
    /** How far to go on when this byte is where the mark would end (Horspool). */
    private static final int[] SKIP = skips();

    private static final byte[] NOTHING = {};
    private static final int OPEN_SECONDS = 60;

    private final Target target;
    private final List<Long> serverPids;
    private final int watchers;
    private final int writes;
    private final AtomicLongArray sent;

    FanOut(Target target, List<Long> serverPids, int watchers, int writes) {
        this.target = target;
        this.serverPids = serverPids;
        this.watchers = watchers;
        this.writes = writes;
        this.sent = new AtomicLongArray(writes);
    }

    /** @param path of the collection; it holds the objects {@code load-0} to {@code load-<writers>} */
    Measured measure(String name, String path, int writers) throws IOException {
        long[][] nanos = new long[watchers][writes];
        ProcessUse before;
        ProcessUse own;
        long began;
        try (ExecutorService threads = Executors.newCachedThreadPool();
                Clients clients = new Clients(target, writers, serverPids)) {
            CountDownLatch open = new CountDownLatch(watchers);
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < watchers; i++) {
                long[] mine = nanos[i];
                running.add(threads.submit(() -> {
                    watch(path, open, mine);
                    return null;
                }));
            }
            if (!open.await(OPEN_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("the watches of " + path + " showed nothing in " + OPEN_SECONDS + " s");
            }
            before = ProcessUse.of(serverPids);
            own = ProcessUse.of(List.of(ProcessHandle.current().pid()));
            began = System.nanoTime();
            AtomicInteger next = new AtomicInteger();
            // A writer has an object of its own, so that writes do not wait for each other.
            clients.measure("writes", writers, (connection, writer) -> {
                for (int number = next.getAndIncrement(); number < writes; number = next.getAndIncrement()) {
                    sent.set(number, System.nanoTime());
                    Clients.ok(
                            connection,
                            "PATCH",
                            path + "/load-" + writer,
                            Bodies.number(number),
                            "Content-Type",
                            "application/merge-patch+json");
                }
            });
            Clients.await(running);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        long[] all = new long[watchers * writes];
        for (int i = 0; i < watchers; i++) {
            System.arraycopy(nanos[i], 0, all, i * writes, writes);
        }
        return Measured.of(
                name,
                false,
                all,
                seconds,
                ProcessUse.of(serverPids).cpuMillis() - before.cpuMillis(),
                ProcessUse.of(List.of(ProcessHandle.current().pid())).cpuMillis() - own.cpuMillis());
    }

    private void watch(String path, CountDownLatch open, long[] nanos) throws IOException {
        try (Connection connection = new Connection(target)) {
            connection.stream(path + "?watch=true&resourceVersion=0", new Numbers(nanos, open));
        }
    }

    /** Finds the numbers of writes in a stream of events. */
    private final class Numbers implements Connection.Pieces {
        private final long[] nanos;
        private final CountDownLatch open;
        private boolean opened;
        private int matched;
        private int number = -1;
        private int seen;

        Numbers(long[] nanos, CountDownLatch open) {
            this.nanos = nanos;
            this.open = open;
        }

        @Override
        public boolean piece(byte[] bytes, int length) {
            if (!opened) {
                // The first bytes are the objects that are there, so the watch is known to run when they come.
                opened = true;
                open.countDown();
            }
            for (int i = 0; i < length; i++) {
                byte next = bytes[i];
                if (number >= 0) {
                    if (next >= '0' && next <= '9') {
                        number = 10 * number + next - '0';
                    } else {
                        arrived();
                    }
                } else if (next == MARK[matched]) {
                    matched++;
                    if (matched == MARK.length) {
                        number = 0;
                        matched = 0;
                    }
                } else {
                    matched = next == MARK[0] ? 1 : 0;
                    i += matched == 0 ? without(bytes, i + 1, length) : 0;
                }
            }
            return seen < writes;
        }

        /** How many bytes from here on cannot be a part of the mark: most of an event is looked at one byte in nine. */
        private static int without(byte[] bytes, int start, int length) {
            int from = start;
            int end = MARK.length - 1;
            while (from + end < length
                    && (bytes[from] != MARK[0] || bytes[from + 1] != MARK[1] || bytes[from + end] != MARK[end])) {
                from += SKIP[bytes[from + end] & 0xff];
            }
            return from - start;
        }

        private void arrived() {
            if (nanos[number] == 0) {
                nanos[number] = System.nanoTime() - sent.get(number);
                seen++;
            }
            number = -1;
        }
    }

    private static int[] skips() {
        int[] skips = new int[256];
        Arrays.fill(skips, MARK.length);
        for (int i = 0; i < MARK.length - 1; i++) {
            skips[MARK[i]] = MARK.length - 1 - i;
        }
        return skips;
    }

    /** Makes the objects that are written. */
    static void prepare(Connection connection, String path, int writers) throws IOException {
        for (int i = 0; i < writers; i++) {
            Clients.ok(connection, "POST", path, Bodies.deployment("load-" + i), "Content-Type", "application/json");
        }
    }

    static void cleanUp(Connection connection, String path, int writers) throws IOException {
        for (int i = 0; i < writers; i++) {
            Clients.ok(connection, "DELETE", path + "/load-" + i, NOTHING);
        }
    }
}
