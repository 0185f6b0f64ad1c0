package io.i2kit.apiserver.http.stream;

import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.NodeStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code channel.k8s.io}: channels 0 to 2 as a process has them, 3 for the outcome, 4 for the terminal's size. In the fifth version
 * 255 ends a channel.
 */
final class WebSocketProcessClient implements ProcessClient {
    private static final Logger LOG = LoggerFactory.getLogger(WebSocketProcessClient.class);
    private static final String V5 = "v5.channel.k8s.io";
    private static final String V4 = "v4.channel.k8s.io";
    private static final String V4_BASE64 = "v4.base64.channel.k8s.io";
    private static final String V1 = "channel.k8s.io";
    private static final String V1_BASE64 = "base64.channel.k8s.io";

    /** The client's order decides between them. */
    static final List<String> PROTOCOLS = List.of("", V1, V1_BASE64, V4, V4_BASE64, V5);

    private static final int OUTCOME = 3;
    private static final int CLOSE_SIGNAL = 255;

    /**
     * kubectl reads before it has made the streams that it reads for, and drops what comes meanwhile (client-go, {@code
     * remotecommand/websocket.go}): on a busy host the head of a file that is copied. So it gets nothing before it has answered a ping,
     * and a moment later.
     */
    private static final Duration MOMENT = Duration.ofMillis(25);

    /** For clients that do not answer pings. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final CountDownLatch established = new CountDownLatch(1);
    private final WebSocket socket;
    private final Channels channels;
    private final boolean closes;
    private final boolean structured;

    WebSocketProcessClient(WebSocket socket, String protocol, NodeStream.Wanted wanted) throws IOException {
        this.socket = socket;
        this.channels = new Channels(socket, protocol.equals(V1_BASE64) || protocol.equals(V4_BASE64));
        this.closes = protocol.equals(V5);
        this.structured = protocol.equals(V4) || protocol.equals(V4_BASE64) || protocol.equals(V5);
        int lowest = wanted.stdout() ? NodeStream.OUTPUT : wanted.stderr() ? NodeStream.ERRORS : OUTCOME;
        socket.ping();
        Thread.ofVirtual().name("stream-greeting").start(() -> establish(lowest));
    }

    /** As upstream, one empty message on the lowest channel that is written tells that the stream is there. */
    private void establish(int channel) {
        try {
            socket.awaitPong(PATIENCE);
            Thread.sleep(MOMENT);
            channels.send(channel, new byte[0]);
        } catch (IOException e) {
            LOG.trace("a client left before it was greeted", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            established.countDown();
        }
    }

    private void awaitEstablished() throws IOException {
        try {
            established.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("while a client was greeted");
        }
    }

    @Override
    public @Nullable Input receive() throws IOException {
        for (Channels.Message message = channels.receive(); message != null; message = channels.receive()) {
            if (closes && message.channel() == CLOSE_SIGNAL) {
                if (message.data().length != 1) {
                    throw new IOException("a single channel byte must follow the close signal");
                }
                return new Input(message.data()[0] & 0xff, new byte[0]);
            }
            if (message.data().length > 0) {
                return new Input(message.channel(), message.data());
            }
        }
        return null;
    }

    @Override
    public boolean listens() {
        return channels.saidFarewell();
    }

    @Override
    public void output(int channel, byte[] data) throws IOException {
        awaitEstablished();
        channels.send(channel, data);
    }

    @Override
    public void finish(Outcome outcome) throws IOException {
        awaitEstablished();
        byte[] text = structured ? Json.bytes(outcome.status()) : outcome.text().getBytes(StandardCharsets.UTF_8);
        if (text.length > 0) {
            channels.send(OUTCOME, text);
        }
        channels.close();
    }
}
