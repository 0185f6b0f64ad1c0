package io.i2kit.cloud.local;

import io.i2kit.cloud.local.protocol.Answers.Pong;
import io.i2kit.cloud.local.protocol.Call;
import io.i2kit.cloud.local.protocol.Wire;
import io.i2kit.cloud.local.protocol.Wire.Request;
import io.i2kit.cloud.local.protocol.Wire.Response;
import io.i2kit.cloud.provider.CloudException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** One connection to the embedded cloud. Calls from many threads share it. */
final class DaemonConnection implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DaemonConnection.class);

    private final Wire wire;
    private final AtomicLong ids = new AtomicLong();
    private final Map<Long, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
    private volatile boolean open = true;

    private DaemonConnection(Wire wire) {
        this.wire = wire;
    }

    /**
     * Connects and checks that both sides speak the same protocol.
     *
     * @throws IOException when nobody listens
     * @throws CloudException.Invalid when the other side is of another version
     */
    static DaemonConnection open(Path socket, Duration patience) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        DaemonConnection connection = new DaemonConnection(new Wire(channel));
        Thread.startVirtualThread(connection::read);
        try {
            Pong pong = connection.call(new Call.Ping(), patience);
            if (pong.protocol() != Call.PROTOCOL) {
                throw new CloudException.Invalid("the embedded cloud that runs (process " + pong.pid() + ", version "
                        + pong.version() + ") speaks protocol " + pong.protocol() + ", this i2kit speaks "
                        + Call.PROTOCOL + ": end it with \"i2kit down\", or use the i2kit that started it");
            }
            return connection;
        } catch (IOException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private void read() {
        IOException end = new IOException("the embedded cloud closed the connection");
        try {
            Response response;
            while ((response = wire.read(Response.class)) != null) {
                CompletableFuture<JsonNode> answer = waiting.remove(response.id());
                if (answer == null) {
                    continue;
                }
                if (response.failure() != null) {
                    answer.completeExceptionally(response.failure().toException());
                } else if (response.result() != null) {
                    answer.complete(response.result());
                }
            }
        } catch (IOException e) {
            end = e;
        } finally {
            open = false;
            for (CompletableFuture<JsonNode> answer : waiting.values()) {
                answer.completeExceptionally(end);
            }
        }
    }

    boolean isOpen() {
        return open;
    }

    /** @throws IOException when the connection ended; whether the call had an effect is not known then */
    <R> R call(Call<R> call, Duration patience) throws IOException {
        long id = ids.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        try {
            if (!open) {
                throw new IOException("the embedded cloud closed the connection");
            }
            wire.write(new Request(id, call));
            return Wire.JSON.treeToValue(answer.get(patience.toMillis(), TimeUnit.MILLISECONDS), call.resultType());
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case CloudException cause -> throw cause;
                case IOException cause -> throw new IOException(cause.getMessage(), cause);
                case null, default -> throw new IllegalStateException(e);
            }
        } catch (TimeoutException e) {
            throw new CloudException.Unavailable(
                    "the embedded cloud does not answer within " + patience.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CloudException.Unavailable("interrupted", e);
        } finally {
            waiting.remove(id);
        }
    }

    @Override
    public void close() {
        open = false;
        try {
            wire.close();
        } catch (IOException e) {
            log.debug("close: {}", e.toString());
        }
    }
}
