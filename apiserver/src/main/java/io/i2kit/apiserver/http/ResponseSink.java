package io.i2kit.apiserver.http;

import io.i2kit.apiserver.http.limits.RunningRequests;
import io.i2kit.apiserver.http.rest.Answer;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A streamed response that counts what the client has not yet taken. */
final class ResponseSink implements Answer.Sink, RunningRequests.Stream {
    private static final long FULL_BYTES = 1024 * 1024;
    /** What waits for a client costs memory: one that takes nothing for so long is cut off. */
    private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final HttpServerResponse response;
    private final List<Runnable> onClose = new ArrayList<>();
    private final List<Runnable> onDrain = new ArrayList<>();
    private long pendingBytes;
    private long lastTakenNanos = System.nanoTime();
    private boolean closed;

    ResponseSink(HttpServerResponse response) {
        this.response = response;
        response.closeHandler(gone -> close());
        response.endHandler(ended -> close());
        response.exceptionHandler(failed -> close());
    }

    @Override
    public void write(byte[] bytes) {
        synchronized (this) {
            if (closed) {
                return;
            }
            if (pendingBytes == 0) {
                lastTakenNanos = System.nanoTime();
            }
            pendingBytes += bytes.length;
        }
        response.write(Buffers.shared(bytes)).onComplete(done -> taken(bytes.length, done.succeeded()));
    }

    private void taken(int bytes, boolean succeeded) {
        List<Runnable> actions = List.of();
        synchronized (this) {
            pendingBytes -= bytes;
            lastTakenNanos = System.nanoTime();
            if (pendingBytes < FULL_BYTES / 2 && !onDrain.isEmpty()) {
                actions = List.copyOf(onDrain);
                onDrain.clear();
            }
        }
        actions.forEach(Runnable::run);
        if (!succeeded) {
            close();
        }
    }

    @Override
    public synchronized boolean isFull() {
        return pendingBytes >= FULL_BYTES;
    }

    @Override
    public void onDrain(Runnable action) {
        synchronized (this) {
            if (pendingBytes >= FULL_BYTES / 2 && !closed) {
                onDrain.add(action);
                return;
            }
        }
        action.run();
    }

    @Override
    public void onClose(Runnable action) {
        synchronized (this) {
            if (!closed) {
                onClose.add(action);
                return;
            }
        }
        action.run();
    }

    @Override
    public void end() {
        synchronized (this) {
            if (closed) {
                return;
            }
        }
        response.end();
    }

    @Override
    public void cutIfStuck() {
        synchronized (this) {
            if (closed || pendingBytes < FULL_BYTES / 2 || System.nanoTime() - lastTakenNanos < STUCK_NANOS) {
                return;
            }
        }
        response.reset();
        close();
    }

    private void close() {
        List<Runnable> actions;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            actions = List.copyOf(onClose);
            onClose.clear();
        }
        actions.forEach(Runnable::run);
    }
}
