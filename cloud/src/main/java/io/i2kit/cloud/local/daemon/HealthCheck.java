package io.i2kit.cloud.local.daemon;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** One question to a guest's {@code GET /ready}. A plain socket: an HTTP client would cost this small process megabytes. */
final class HealthCheck {
    private HealthCheck() {}

    /** What a guest said. */
    enum Answer {
        /** Nothing, or nothing of HTTP. */
        NONE,
        /** Anything but 200. */
        NOT_READY,
        /** 200. */
        READY
    }

    static Answer ask(int hostPort, Duration timeout) {
        int millis = Math.toIntExact(timeout.toMillis());
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), hostPort), millis);
            socket.setSoTimeout(millis);
            socket.getOutputStream()
                    .write("GET /ready HTTP/1.1\r\nHost: machine\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            return parse(readStatusLine(socket.getInputStream(), System.nanoTime() + timeout.toNanos()));
        } catch (IOException e) {
            return Answer.NONE;
        }
    }

    private static String readStatusLine(InputStream in, long deadline) throws IOException {
        StringBuilder line = new StringBuilder(32);
        int octet;
        while ((octet = in.read()) >= 0 && octet != '\n' && line.length() < 64) {
            if (System.nanoTime() > deadline) {
                throw new IOException("timed out");
            }
            line.append((char) octet);
        }
        return line.toString();
    }

    private static Answer parse(String statusLine) {
        if (!statusLine.startsWith("HTTP/1.")) {
            return Answer.NONE;
        }
        return statusLine.startsWith(" 200", "HTTP/1.1".length()) ? Answer.READY : Answer.NOT_READY;
    }
}
