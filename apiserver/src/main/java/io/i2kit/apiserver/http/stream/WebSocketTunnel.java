package io.i2kit.apiserver.http.stream;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Another protocol's bytes in binary messages ({@code client-go/tools/portforward/tunneling_connection.go}). */
final class WebSocketTunnel implements Connection {
    private static final Logger LOG = LoggerFactory.getLogger(WebSocketTunnel.class);

    private final Connection below;
    private final WebSocket socket;
    private final InputStream in = new Messages();
    private final OutputStream out = new OutputStream() {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] data, int offset, int length) throws IOException {
            byte[] piece = offset == 0 ? data : Arrays.copyOfRange(data, offset, offset + length);
            socket.sendBinary(piece, length);
        }
    };

    WebSocketTunnel(Connection below) {
        this.below = below;
        this.socket = new WebSocket(below);
    }

    /** The messages one after the other. */
    private final class Messages extends InputStream {
        private byte @Nullable [] message = new byte[0];
        private int position;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            while (message != null && position == message.length) {
                message = socket.receive();
                position = 0;
            }
            if (message == null) {
                return -1;
            }
            int size = Math.min(length, message.length - position);
            System.arraycopy(message, position, target, offset, size);
            position += size;
            return size;
        }
    }

    @Override
    public InputStream in() {
        return in;
    }

    @Override
    public OutputStream out() {
        return out;
    }

    @Override
    public void close() {
        try {
            socket.close(WebSocket.NORMAL);
        } catch (IOException e) {
            LOG.debug("a tunnel did not close in order", e);
        }
        below.close();
    }
}
