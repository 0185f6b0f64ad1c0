package io.i2kit.apiserver.http.stream;

import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.NodeStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code channel.k8s.io}: messages that begin with a byte for their channel: 0 to 2 as a process has them, 3 for the outcome, 4 for
 * the terminal's size. In the fifth version 255 ends a channel.
 */
final class WebSocketProcessClient implements ProcessClient {
    private static final String V5 = "v5.channel.k8s.io";
    private static final String V4 = "v4.channel.k8s.io";
    private static final String V4_BASE64 = "v4.base64.channel.k8s.io";
    private static final String V1 = "channel.k8s.io";
    private static final String V1_BASE64 = "base64.channel.k8s.io";

    /** The client's order decides between them. */
    static final List<String> PROTOCOLS = List.of("", V1, V1_BASE64, V4, V4_BASE64, V5);

    private static final int OUTCOME = 3;
    private static final int CLOSE_SIGNAL = 255;

    private final WebSocket socket;
    private final boolean closes;
    private final boolean base64;
    private final boolean structured;

    WebSocketProcessClient(WebSocket socket, String protocol, NodeStream.Wanted wanted) throws IOException {
        this.socket = socket;
        this.closes = protocol.equals(V5);
        this.base64 = protocol.equals(V1_BASE64) || protocol.equals(V4_BASE64);
        this.structured = protocol.equals(V4) || protocol.equals(V4_BASE64) || protocol.equals(V5);
        // As upstream, one empty message on the lowest channel that is written tells that the stream is there.
        send(wanted.stdout() ? NodeStream.OUTPUT : wanted.stderr() ? NodeStream.ERRORS : OUTCOME, new byte[0]);
    }

    @Override
    public @Nullable Input receive() throws IOException {
        for (byte[] message = socket.receive(); message != null; message = socket.receive()) {
            if (message.length == 0) {
                continue;
            }
            int channel = message[0] & 0xff;
            if (closes && channel == CLOSE_SIGNAL) {
                if (message.length != 2) {
                    throw new IOException("a single channel byte must follow the close signal");
                }
                return new Input(message[1] & 0xff, new byte[0]);
            }
            byte[] data = Arrays.copyOfRange(message, 1, message.length);
            if (data.length > 0) {
                return base64 ? new Input(channel - '0', decode(data)) : new Input(channel, data);
            }
        }
        return null;
    }

    private static byte[] decode(byte[] text) throws IOException {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new IOException("the client sent what is not base64", e);
        }
    }

    @Override
    public void output(int channel, byte[] data) throws IOException {
        send(channel, data);
    }

    @Override
    public void finish(Outcome outcome) throws IOException {
        byte[] text = structured ? Json.bytes(outcome.status()) : outcome.text().getBytes(StandardCharsets.UTF_8);
        if (text.length > 0) {
            send(OUTCOME, text);
        }
        socket.close(WebSocket.NORMAL);
    }

    private void send(int channel, byte[] data) throws IOException {
        byte[] payload = base64 ? Base64.getEncoder().encode(data) : data;
        byte[] message = new byte[1 + payload.length];
        message[0] = (byte) (base64 ? '0' + channel : channel);
        System.arraycopy(payload, 0, message, 1, payload.length);
        if (base64) {
            socket.sendText(message);
        } else {
            socket.sendBinary(message, message.length);
        }
    }
}
