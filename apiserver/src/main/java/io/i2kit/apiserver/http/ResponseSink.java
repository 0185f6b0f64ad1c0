package io.i2kit.apiserver.http;

import io.i2kit.apiserver.http.limits.RunningRequests;
import io.i2kit.apiserver.http.rest.Answer;
import io.i2kit.apiserver.http.rest.Backlog;
import io.vertx.core.http.HttpServerResponse;

/** A streamed response that counts what the client has not yet taken. */
final class ResponseSink implements Answer.Sink, RunningRequests.Stream {
    /** Of HTTP/2 ({@code RFC 9113}, 7); a connection of HTTP/1.1 is closed instead. */
    private static final long INTERNAL_ERROR = 2;

    private final HttpServerResponse response;
    private final Backlog backlog = new Backlog();

    ResponseSink(HttpServerResponse response) {
        this.response = response;
        response.closeHandler(gone -> backlog.close());
        response.endHandler(ended -> backlog.close());
        response.exceptionHandler(failed -> backlog.close());
    }

    @Override
    public void write(byte[] bytes) {
        if (backlog.add(bytes.length)) {
            response.write(Buffers.shared(bytes)).onComplete(done -> {
                backlog.taken(bytes.length);
                if (!done.succeeded()) {
                    backlog.close();
                }
            });
        }
    }

    @Override
    public boolean isFull() {
        return backlog.isFull();
    }

    @Override
    public void onDrain(Runnable action) {
        backlog.onDrain(action);
    }

    @Override
    public void onClose(Runnable action) {
        backlog.onClose(action);
    }

    @Override
    public void end() {
        if (!backlog.isClosed()) {
            response.end();
        }
    }

    @Override
    public void abort() {
        if (!backlog.isClosed()) {
            response.reset(INTERNAL_ERROR);
            backlog.close();
        }
    }

    @Override
    public void cutIfStuck() {
        if (backlog.isStuck()) {
            abort();
        }
    }
}
