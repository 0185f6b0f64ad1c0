package io.i2kit.apiserver.load;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One kept-alive HTTP/1.1 connection over TLS, used by one thread. Made by hand because the client shares the machine with the
 * server it measures, so it must cost little.
 */
final class Connection implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int SOCKET_TIMEOUT_MILLIS = 60_000;

    private final Target target;
    private final Socket socket;
    private final OutputStream out;
    private final InputStream in;
    private byte[] line = new byte[1024];

    Connection(Target target) throws IOException {
        this.target = target;
        Socket plain = new BufferedSocket();
        plain.connect(new InetSocketAddress(target.host(), target.port()));
        plain.setTcpNoDelay(true);
        plain.setSoTimeout(SOCKET_TIMEOUT_MILLIS);
        this.socket = target.tls().getSocketFactory().createSocket(plain, target.host(), target.port(), true);
        this.out = socket.getOutputStream();
        this.in = new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES);
    }

    /** TLS asks for the head of a record and then for its rest: here both, and the records after it, come with one call. */
    private static final class BufferedSocket extends Socket {
        private @Nullable InputStream buffered;

        @Override
        public InputStream getInputStream() throws IOException {
            InputStream in = buffered;
            if (in == null) {
                in = new BufferedInputStream(super.getInputStream(), BUFFER_BYTES);
                buffered = in;
            }
            return in;
        }
    }

    /** The status and the number of bytes of an answer's body, which is read and dropped. */
    record Reply(int status, long bytes) {}

    /** Receives pieces of a streamed body. */
    @FunctionalInterface
    interface Pieces {
        /** Whether to go on reading. */
        boolean piece(byte[] bytes, int length) throws IOException;
    }

    private record Head(int status, long length, boolean chunked) {}

    Reply send(String method, String path, byte[] body, String... headers) throws IOException {
        write(method, path, body, headers);
        Head head = readHead();
        long read = 0;
        if (head.chunked()) {
            for (int length = chunk(); length > 0; length = chunk()) {
                in.skipNBytes(length);
                readLine();
                read += length;
            }
            readLine();
        } else {
            in.skipNBytes(head.length());
            read = head.length();
        }
        return new Reply(head.status(), read);
    }

    /** Reads a chunked answer piece by piece until its end, or until the receiver has enough. */
    void stream(String path, Pieces receiver, String... headers) throws IOException {
        write("GET", path, new byte[0], headers);
        Head head = readHead();
        if (head.status() != 200 || !head.chunked()) {
            throw new IOException("the stream of " + path + " was answered with " + head);
        }
        byte[] bytes = new byte[BUFFER_BYTES];
        for (int length = chunk(); length > 0; length = chunk()) {
            for (int left = length; left > 0; ) {
                int count = in.read(bytes, 0, Math.min(left, bytes.length));
                if (count < 0) {
                    throw new EOFException();
                }
                left -= count;
                if (!receiver.piece(bytes, count)) {
                    return;
                }
            }
            readLine();
        }
    }

    private void write(String method, String path, byte[] body, String... headers) throws IOException {
        StringBuilder head = new StringBuilder(512)
                .append(method)
                .append(' ')
                .append(path)
                .append(" HTTP/1.1\r\nHost: ")
                .append(target.host())
                .append("\r\nUser-Agent: load/1\r\n");
        if (!target.token().isEmpty()) {
            head.append("Authorization: Bearer ").append(target.token()).append("\r\n");
        }
        for (int i = 0; i < headers.length; i += 2) {
            head.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
        }
        head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
        byte[] start = head.toString().getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[start.length + body.length];
        System.arraycopy(start, 0, all, 0, start.length);
        System.arraycopy(body, 0, all, start.length, body.length);
        out.write(all);
    }

    private Head readHead() throws IOException {
        String status = readLine();
        long length = 0;
        boolean chunked = false;
        for (String header = readLine(); !header.isEmpty(); header = readLine()) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Long.parseLong(lower.substring(15).strip());
            } else if (lower.startsWith("transfer-encoding:")) {
                chunked = lower.endsWith("chunked");
            }
        }
        return new Head(Integer.parseInt(status.substring(9, 12)), length, chunked);
    }

    private int chunk() throws IOException {
        int length = 0;
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next != '\r') {
                int digit = Character.digit(next, 16);
                if (digit < 0) {
                    throw new EOFException();
                }
                length = 16 * length + digit;
            }
        }
        return length;
    }

    private String readLine() throws IOException {
        int length = 0;
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException();
            }
            if (length == line.length) {
                line = java.util.Arrays.copyOf(line, 2 * length);
            }
            line[length++] = (byte) next;
        }
        return new String(line, 0, Math.max(0, length - 1), StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
