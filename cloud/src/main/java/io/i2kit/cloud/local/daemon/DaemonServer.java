package io.i2kit.cloud.local.daemon;

import io.i2kit.cloud.local.protocol.Failure;
import io.i2kit.cloud.local.protocol.Wire;
import io.i2kit.cloud.local.protocol.Wire.Request;
import io.i2kit.cloud.local.protocol.Wire.Response;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Listens on the control socket: one virtual thread a connection reads, one a request answers. */
final class DaemonServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DaemonServer.class);

    private final ServerSocketChannel server;
    private final Path socket;
    private final CallHandler handler;
    private final Set<Wire> connections = ConcurrentHashMap.newKeySet();

    private DaemonServer(ServerSocketChannel server, Path socket, CallHandler handler) {
        this.server = server;
        this.socket = socket;
        this.handler = handler;
    }

    /** The caller holds the data directory's lock, so a socket that is there already is a dead one's. */
    static DaemonServer listen(Path socket, CallHandler handler) throws IOException {
        Files.deleteIfExists(socket);
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        DaemonServer daemon = new DaemonServer(server, socket, handler);
        Thread.startVirtualThread(daemon::accept);
        return daemon;
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel channel = server.accept();
                Wire wire = new Wire(channel);
                connections.add(wire);
                Thread.startVirtualThread(() -> serve(wire));
            } catch (IOException e) {
                if (server.isOpen()) {
                    log.warn("cannot accept a connection: {}", e.toString());
                }
            }
        }
    }

    private void serve(Wire wire) {
        try (wire) {
            JsonNode request;
            while ((request = wire.read(JsonNode.class)) != null) {
                JsonNode next = request;
                Thread.startVirtualThread(() -> answer(wire, next));
            }
        } catch (IOException e) {
            if (server.isOpen()) {
                log.warn("a client's connection ends: {}", e.getMessage());
            }
        } finally {
            connections.remove(wire);
        }
    }

    private void answer(Wire wire, JsonNode message) {
        Response response;
        try {
            Request request = Wire.JSON.treeToValue(message, Request.class);
            Object result = handler.handle(request.call());
            response = new Response(request.id(), Wire.JSON.valueToTree(result), null);
        } catch (JacksonException e) {
            log.warn("a request that is none: {}", e.getOriginalMessage());
            Failure failure = new Failure(Failure.Kind.INVALID, "not a request: " + e.getOriginalMessage());
            response = new Response(message.path("id").asLong(0), null, failure);
        } catch (RuntimeException e) {
            Failure failure = Failure.of(e);
            log.info("{}: {}", message.path("call").path("call").asString(""), failure.message());
            response = new Response(message.path("id").asLong(0), null, failure);
        }
        try {
            wire.write(response);
        } catch (IOException e) {
            log.debug("an answer was not wanted any more: {}", e.toString());
        }
    }

    /** Takes no new connection; the socket is gone. */
    void stopListening() {
        try {
            server.close();
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            log.debug("close: {}", e.toString());
        }
    }

    /** Ends the connections as well: for clients that wait, the sign that everything is done. */
    @Override
    public void close() {
        stopListening();
        for (Wire wire : connections) {
            try {
                wire.close();
            } catch (IOException e) {
                log.debug("close: {}", e.toString());
            }
        }
    }
}
