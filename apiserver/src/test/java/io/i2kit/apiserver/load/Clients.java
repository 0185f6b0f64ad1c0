package io.i2kit.apiserver.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Connections that send a number of requests together, as quickly as they are answered. */
final class Clients implements AutoCloseable {
    private final List<Connection> connections = new ArrayList<>();
    private final ExecutorService threads;
    private final List<Long> serverPids;
    private final long ownPid = ProcessHandle.current().pid();

    Clients(Target target, int count, List<Long> serverPids) throws IOException {
        this.serverPids = serverPids;
        this.threads = Executors.newFixedThreadPool(
                count, Thread.ofPlatform().daemon().name("client-", 0).factory());
        for (int i = 0; i < count; i++) {
            connections.add(new Connection(target));
        }
    }

    /** One request. */
    @FunctionalInterface
    interface Operation {
        /** @param number of the request, from 0 */
        void run(Connection connection, int number) throws IOException;
    }

    /** Sends requests 0 to {@code count} over all connections, each as soon as one is free. */
    Measured measure(String name, int count, Operation operation) throws IOException {
        long[] nanos = new long[count];
        AtomicInteger next = new AtomicInteger();
        ProcessUse before = ProcessUse.of(serverPids);
        ProcessUse own = ProcessUse.of(List.of(ownPid));
        long began = System.nanoTime();
        List<Future<?>> running = new ArrayList<>();
        for (Connection connection : connections) {
            running.add(threads.submit(() -> {
                for (int number = next.getAndIncrement(); number < count; number = next.getAndIncrement()) {
                    long start = System.nanoTime();
                    operation.run(connection, number);
                    nanos[number] = System.nanoTime() - start;
                }
                return null;
            }));
        }
        await(running);
        double seconds = (System.nanoTime() - began) / 1e9;
        return Measured.of(
                name,
                connections.size() == 1,
                nanos,
                seconds,
                ProcessUse.of(serverPids).cpuMillis() - before.cpuMillis(),
                ProcessUse.of(List.of(ownPid)).cpuMillis() - own.cpuMillis());
    }

    static void await(List<Future<?>> running) throws IOException {
        try {
            for (Future<?> each : running) {
                each.get();
            }
        } catch (ExecutionException e) {
            throw new IOException("a client failed: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** Sends and requires success. */
    static void ok(Connection connection, String method, String path, byte[] body, String... headers)
            throws IOException {
        Connection.Reply reply = connection.send(method, path, body, headers);
        if (reply.status() >= 300) {
            throw new IOException(method + " " + path + " was answered with " + reply.status());
        }
    }

    @Override
    public void close() throws IOException {
        threads.shutdownNow();
        for (Connection connection : connections) {
            connection.close();
        }
    }
}
