package io.i2kit.apiserver.http;

import java.net.URI;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The Java platform's own WebSocket, with whole messages. */
final class WebSocketClient implements WebSocket.Listener, AutoCloseable {
    private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();
    private final java.io.ByteArrayOutputStream binary = new java.io.ByteArrayOutputStream();
    private @Nullable WebSocket socket;

    /** What the server sent; a negative close code when the connection broke. */
    @SuppressWarnings("ArrayRecordComponent") // read once
    record Message(Kind kind, byte[] data, int closeCode) {
        enum Kind {
            TEXT,
            BINARY,
            CLOSE
        }

        String string() {
            return new String(data, StandardCharsets.UTF_8);
        }
    }

    /**
     * @param protocols in the client's order
     * @param token null to give none in a header
     * @throws CompletionException when the server refuses, with a {@code WebSocketHandshakeException} as its cause
     */
    static WebSocketClient open(TestApiServer server, String path, @Nullable String token, String... protocols)
            throws Exception {
        WebSocketClient client = new WebSocketClient();
        WebSocket.Builder builder = TestClient.trusting(server.authority).newWebSocketBuilder();
        if (token != null) {
            builder.header("Authorization", "Bearer " + token);
        }
        if (protocols.length > 0) {
            String[] rest = java.util.Arrays.copyOfRange(protocols, 1, protocols.length);
            builder.subprotocols(protocols[0], rest);
        }
        client.socket = builder.buildAsync(URI.create("wss://127.0.0.1:" + server.port() + path), client)
                .join();
        return client;
    }

    WebSocket socket() {
        return java.util.Objects.requireNonNull(socket);
    }

    void send(byte[] data) {
        socket().sendBinary(ByteBuffer.wrap(data), true).join();
    }

    /** Waits for the next message. */
    Message next() throws InterruptedException {
        Message message = messages.poll(30, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("no message came");
        }
        return message;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        text.append(data);
        if (last) {
            messages.add(new Message(Message.Kind.TEXT, text.toString().getBytes(StandardCharsets.UTF_8), 0));
            text.setLength(0);
        }
        webSocket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
        byte[] piece = new byte[data.remaining()];
        data.get(piece);
        binary.writeBytes(piece);
        if (last) {
            messages.add(new Message(Message.Kind.BINARY, binary.toByteArray(), 0));
            binary.reset();
        }
        webSocket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
        messages.add(new Message(Message.Kind.CLOSE, new byte[0], statusCode));
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        messages.add(new Message(Message.Kind.CLOSE, new byte[0], -1));
    }

    @Override
    public void close() {
        socket().abort();
    }
}
