package io.i2kit.cloud.agent;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import jdk.net.ExtendedSocketOptions;

/** Opens streams to guests: an HTTP/1.1 request that is upgraded, over a connection of its own. */
final class GuestDialer {
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int MAX_HEAD_BYTES = 16 * 1024;
    private static final int MAX_ERROR_BYTES = 4096;

    /** A guest itself waits 10 s for a port of its Pod. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(25);

    /** A machine that says nothing any more is found out within about 45 s, though a stream may be idle for ever. */
    private static final int KEEP_ALIVE_IDLE_SECONDS = 15;

    private static final int KEEP_ALIVE_INTERVAL_SECONDS = 5;
    private static final int KEEP_ALIVE_COUNT = 6;

    private final SSLContext tls;
    private final Duration connectTimeout;

    GuestDialer(SSLContext tls, Duration connectTimeout) {
        this.tls = tls;
        this.connectTimeout = connectTimeout;
    }

    /**
     * @param target path and query
     * @throws GuestException.Refused when the guest answers with an error
     * @throws IOException when it cannot be reached
     */
    GuestStream open(Guest guest, String target) throws IOException {
        Socket transport = new Socket();
        try {
            return upgrade(guest, target, transport);
        } catch (IOException | RuntimeException e) {
            transport.close();
            throw e;
        }
    }

    private GuestStream upgrade(Guest guest, String target, Socket transport) throws IOException {
        int colon = guest.address().lastIndexOf(':');
        String host = guest.address().substring(0, colon);
        int port = Integer.parseInt(guest.address().substring(colon + 1));
        transport.connect(new InetSocketAddress(host, port), (int) connectTimeout.toMillis());
        transport.setTcpNoDelay(true);
        transport.setKeepAlive(true);
        transport.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, KEEP_ALIVE_IDLE_SECONDS);
        transport.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, KEEP_ALIVE_INTERVAL_SECONDS);
        transport.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, KEEP_ALIVE_COUNT);
        transport.setSoTimeout((int) ANSWER_TIMEOUT.toMillis());
        SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(transport, host, port, true);
        socket.startHandshake();
        OutputStream out = socket.getOutputStream();
        out.write(("POST " + target + " HTTP/1.1\r\nHost: " + guest.address() + "\r\nConnection: Upgrade\r\nUpgrade: "
                        + GuestStream.PROTOCOL + "\r\nContent-Length: 0\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        out.flush();
        BufferedInputStream in = new BufferedInputStream(socket.getInputStream());
        String head = head(in);
        int status = Integer.parseInt(head.split(" ", 3)[1]);
        if (status != SWITCHING_PROTOCOLS) {
            throw new GuestException.Refused(status, body(in, head));
        }
        transport.setSoTimeout(0);
        return new GuestStream(transport, in, out);
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int ended = 0;
        while (ended < 2) {
            int read = in.read();
            if (read < 0 || head.size() > MAX_HEAD_BYTES) {
                throw new IOException("it closed the connection without an answer");
            }
            head.write(read);
            ended = read == '\n' ? ended + 1 : read == '\r' ? ended : 0;
        }
        String text = head.toString(StandardCharsets.US_ASCII);
        if (!text.matches("(?s)HTTP/1\\.1 [1-5]\\d\\d.*")) {
            throw new IOException("it does not answer in HTTP");
        }
        return text;
    }

    private static String body(InputStream in, String head) throws IOException {
        int length = MAX_ERROR_BYTES;
        for (String line : head.split("\r\n")) {
            if (line.regionMatches(true, 0, "Content-Length:", 0, 15)) {
                length = Math.min(length, Integer.parseInt(line.substring(15).strip()));
            }
        }
        return new String(in.readNBytes(length), StandardCharsets.UTF_8).strip();
    }
}
