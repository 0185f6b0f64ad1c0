package io.i2kit.apiserver.http.stream;

import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Several streams in the messages of one WebSocket: each message begins with its channel, a byte, or a digit where the rest is base64
 * ({@code k8s.io/streaming/pkg/httpstream/wsstream/conn.go}).
 */
final class Channels {
    private final WebSocket socket;
    private final boolean base64;

    Channels(WebSocket socket, boolean base64) {
        this.socket = socket;
        this.base64 = base64;
    }

    /**
     * A message of a client.
     *
     * @param data may be empty
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Message(int channel, byte[] data) {}

    /** Waits for the next message; null when the client has closed, which only {@link #close} answers. */
    @Nullable
    Message receive() throws IOException {
        byte[] message = socket.receiveUnanswered();
        while (message != null && message.length == 0) {
            message = socket.receiveUnanswered();
        }
        if (message == null) {
            return null;
        }
        byte[] data = Arrays.copyOfRange(message, 1, message.length);
        int channel = message[0] & 0xff;
        return base64 ? new Message(channel - '0', decode(data)) : new Message(channel, data);
    }

    private static byte[] decode(byte[] text) throws IOException {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new IOException("the client sent what is not base64", e);
        }
    }

    void send(int channel, byte[] data) throws IOException {
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

    /** Whether the client has closed and waits for the answer. */
    boolean saidFarewell() {
        return socket.saidFarewell();
    }

    /** Says farewell in order. */
    void close() throws IOException {
        socket.close(WebSocket.NORMAL);
    }
}
