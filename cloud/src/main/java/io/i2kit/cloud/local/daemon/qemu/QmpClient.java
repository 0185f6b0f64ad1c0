package io.i2kit.cloud.local.daemon.qemu;

import io.i2kit.cloud.local.protocol.Wire;
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
import tools.jackson.databind.JsonNode;

/** A connection to one QEMU's monitor, by the QEMU Machine Protocol (QEMU's {@code docs/interop/qmp-spec.txt}). */
final class QmpClient implements AutoCloseable {
    private static final Duration ANSWER = Duration.ofSeconds(10);

    private final Wire wire;
    private final AtomicLong ids = new AtomicLong();
    private final Map<Long, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
    private final CompletableFuture<String> closed = new CompletableFuture<>();
    private volatile String shutdownReason = "";

    private QmpClient(Wire wire) {
        this.wire = wire;
    }

    /** Connects and leaves the negotiation mode. */
    static QmpClient connect(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        QmpClient client = new QmpClient(new Wire(channel));
        Thread.startVirtualThread(client::read);
        client.execute("qmp_capabilities", Map.of());
        return client;
    }

    private void read() {
        try {
            JsonNode message;
            while ((message = wire.read(JsonNode.class)) != null) {
                if (message.has("event")) {
                    event(message);
                } else if (message.has("id")) {
                    CompletableFuture<JsonNode> answer =
                            waiting.remove(message.get("id").asLong());
                    if (answer != null) {
                        answer.complete(message);
                    }
                }
            }
        } catch (IOException e) {
            // The end of QEMU, with more or less ceremony.
        } finally {
            IOException gone = new IOException("QEMU has ended");
            waiting.values().forEach(answer -> answer.completeExceptionally(gone));
            closed.complete(shutdownReason);
        }
    }

    private void event(JsonNode message) {
        String name = message.get("event").asString();
        if (name.equals("SHUTDOWN")) {
            shutdownReason = message.path("data").path("reason").asString("");
        } else if (name.equals("GUEST_PANICKED")) {
            shutdownReason = "guest-panic";
        }
    }

    /** Runs a command and gives its {@code return}. */
    JsonNode execute(String command, Map<String, ?> arguments) throws IOException {
        long id = ids.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        try {
            wire.write(Map.of("execute", command, "arguments", arguments, "id", id));
            JsonNode message = answer.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
            if (message.has("error")) {
                throw new IOException(message.get("error").path("desc").asString("QEMU refused " + command));
            }
            return message.path("return");
        } catch (ExecutionException e) {
            throw new IOException("QEMU has ended", e);
        } catch (TimeoutException e) {
            throw new IOException("QEMU does not answer " + command + " within " + ANSWER.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            waiting.remove(id);
        }
    }

    /** Completes at the end of the connection with the reason that QEMU gave for its shutdown, or an empty one. */
    CompletableFuture<String> closed() {
        return closed;
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }
}
