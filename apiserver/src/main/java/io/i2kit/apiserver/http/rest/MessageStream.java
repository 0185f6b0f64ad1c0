package io.i2kit.apiserver.http.rest;

import io.i2kit.apiserver.http.stream.Connection;
import io.i2kit.apiserver.http.stream.Handshake;
import io.i2kit.apiserver.http.stream.WebSocket;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A streamed answer as WebSocket messages, one a write, for clients that ask for it so: browsers and the informers of fabric8. What the
 * client sends is ignored ({@code k8s.io/apiserver/pkg/endpoints/handlers/watch.go} HandleWS, {@code wsstream/stream.go}).
 *
 * <p>The bytes wait as they are, shared with other clients of the same line; they are framed one message at a time.
 */
final class MessageStream implements Answer.Protocol, Answer.Sink {
    private static final Logger LOG = LoggerFactory.getLogger(MessageStream.class);
    private static final byte[] END = new byte[0];
    private static final byte[] BROKEN = new byte[0];
    private static final String BASE64 = "base64.binary.k8s.io";

    /** Of a stream of bytes; text is for events only. */
    private static final List<String> BYTE_PROTOCOLS = List.of("", "binary.k8s.io", BASE64);

    private final Answer.Source source;
    private final Form form;
    private final Backlog backlog = new Backlog();
    private final BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();

    private enum Form {
        TEXT,
        BINARY,
        BASE64_TEXT
    }

    private MessageStream(Answer.Source source, Form form) {
        this.source = source;
        this.form = form;
    }

    /** Whether a request asks for its answer in messages. */
    static boolean isAskedFor(ApiRequest request) {
        String upgrade = request.header("upgrade");
        String connection = request.header("connection");
        return upgrade != null
                && connection != null
                && upgrade.strip().equalsIgnoreCase("websocket")
                && connection.toLowerCase(Locale.ROOT).contains("upgrade");
    }

    /** Events as text: the sub-protocol says nothing about their form, so any is agreed to, as upstream does. */
    static Answer ofEvents(ApiRequest request, Answer.Stream events) {
        Handshake handshake = Handshake.ofAnyWebSocket(request::header);
        return new Answer.Upgrade(handshake.headers(), new MessageStream(events.source(), Form.TEXT));
    }

    /**
     * Bytes as binary messages, or in base64 where the client prefers it.
     *
     * @param opener called when the client has asked for what is served
     */
    static Answer ofBytes(ApiRequest request, Supplier<Answer.Stream> opener) {
        Handshake handshake = Handshake.of(request::header, BYTE_PROTOCOLS, List.of());
        Form form = handshake.protocol().equals(BASE64) ? Form.BASE64_TEXT : Form.BINARY;
        return new Answer.Upgrade(
                handshake.headers(), new MessageStream(opener.get().source(), form));
    }

    @Override
    public void run(Connection connection) {
        WebSocket socket = new WebSocket(connection);
        Thread.ofVirtual().name("messages-input").start(() -> ignoreInput(socket));
        Thread.ofVirtual().name("messages-source").start(() -> source.start(this));
        try {
            byte[] message = messages.take();
            for (; message.length > 0; message = messages.take()) {
                send(socket, message);
                backlog.taken(message.length);
            }
            socket.close(message == BROKEN ? WebSocket.INTERNAL_ERROR : WebSocket.NORMAL);
        } catch (IOException e) {
            LOG.debug("a client of messages left", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            backlog.close();
        }
    }

    private void send(WebSocket socket, byte[] message) throws IOException {
        switch (form) {
            case TEXT -> socket.sendText(message);
            case BINARY -> socket.sendBinary(message, message.length);
            case BASE64_TEXT -> socket.sendText(Base64.getEncoder().encode(message));
        }
    }

    /** Until the client closes, with which the stream ends. */
    private void ignoreInput(WebSocket socket) {
        try {
            byte[] message = socket.receive();
            while (message != null) {
                message = socket.receive();
            }
        } catch (IOException e) {
            LOG.debug("a client of messages went away", e);
        } finally {
            backlog.close();
            messages.add(END);
        }
    }

    /** A source that finds its stream closed lets go of what it holds. */
    @Override
    public void abandoned() {
        backlog.close();
        source.start(this);
    }

    @Override
    public void write(byte[] bytes) {
        // An empty message would be taken for the end here, and tells a client nothing.
        if (bytes.length > 0 && backlog.add(bytes.length)) {
            messages.add(bytes);
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
        messages.add(END);
    }

    @Override
    public void abort() {
        messages.add(BROKEN);
    }

    @Override
    public boolean isStuck() {
        return backlog.isStuck();
    }
}
