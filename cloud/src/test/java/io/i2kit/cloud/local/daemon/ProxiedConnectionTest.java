package io.i2kit.cloud.local.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What passes through a host listener, and the one thing that it does by itself. */
class ProxiedConnectionTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private final Backends backends = new Backends();
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    /** What a machine does with one connection. */
    private interface Behaviour {
        void serve(Socket socket) throws IOException;
    }

    private InetSocketAddress machine(Behaviour behaviour) throws IOException {
        ServerSocket server = new ServerSocket(0, 50, LOOPBACK);
        open.add(server);
        Thread.startVirtualThread(() -> {
            while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                    behaviour.serve(socket);
                } catch (IOException e) {
                    // The next connection, or the end of the test.
                }
            }
        });
        return new InetSocketAddress(LOOPBACK, server.getLocalPort());
    }

    private Socket client(InetSocketAddress... targets) throws IOException {
        backends.set(List.of(targets), Duration.ZERO);
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, LOOPBACK)) {
            port = free.getLocalPort();
        }
        open.add(TcpProxy.listen(new InetSocketAddress(LOOPBACK, port), backends));
        Socket socket = new Socket(LOOPBACK, port);
        socket.setSoTimeout(10_000);
        open.add(socket);
        return socket;
    }

    private static String readHead(Socket socket) throws IOException {
        StringBuilder text = new StringBuilder();
        InputStream in = socket.getInputStream();
        int octet;
        while (text.indexOf("\r\n\r\n") < 0 && (octet = in.read()) >= 0) {
            text.append((char) octet);
        }
        return text.toString();
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String receive(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    @Test
    void bytesPassBothWaysAtOnceAndHalfClosesToo() throws Exception {
        byte[] sent = new byte[4 << 20];
        new Random(7).nextBytes(sent);
        Socket client = client(machine(socket -> {
            socket.getInputStream().transferTo(socket.getOutputStream());
            socket.shutdownOutput();
        }));
        Thread writer = Thread.startVirtualThread(() -> {
            try {
                client.getOutputStream().write(sent);
                client.shutdownOutput();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(client.getInputStream().readAllBytes()).isEqualTo(sent);
        writer.join();
    }

    @Test
    void aMachineThatRefusesIsPassedOver() throws Exception {
        InetSocketAddress refusing;
        try (ServerSocket closed = new ServerSocket(0, 1, LOOPBACK)) {
            refusing = new InetSocketAddress(LOOPBACK, closed.getLocalPort());
        }
        Socket client = client(refusing, machine(socket -> send(socket, "hello")));
        assertThat(receive(client)).isEqualTo("hello");
    }

    @Test
    void withoutMachinesTheConnectionEndsAtOnce() throws Exception {
        Socket client = client();
        String outcome;
        try {
            outcome = "read " + client.getInputStream().read();
        } catch (SocketException e) {
            outcome = "reset";
        }
        assertThat(outcome).isIn("reset", "read -1");
    }

    @Test
    void aSafeRequestThatGotNoAnswerGoesToAnotherMachine() throws Exception {
        AtomicInteger lost = new AtomicInteger();
        InetSocketAddress stopping = machine(socket -> {
            readHead(socket);
            lost.incrementAndGet();
        });
        InetSocketAddress steady =
                machine(socket -> send(socket, "answer to " + readHead(socket).substring(0, 5)));
        Socket client = client(stopping, steady);
        send(client, "GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(receive(client)).isEqualTo("answer to GET /");
        assertThat(lost).hasValue(1);
    }

    @Test
    void aRequestWithAnEffectIsNeverSentTwice() throws Exception {
        AtomicInteger others = new AtomicInteger();
        InetSocketAddress stopping = machine(ProxiedConnectionTest::readHead);
        InetSocketAddress steady = machine(socket -> others.incrementAndGet());
        Socket client = client(stopping, steady);
        send(client, "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
        assertThat(receive(client)).isEmpty();
        assertThat(others).hasValue(0);
    }

    @Test
    void anAnswerThatHasBegunIsNotBegunAgain() throws Exception {
        AtomicInteger others = new AtomicInteger();
        InetSocketAddress stopping = machine(socket -> {
            readHead(socket);
            send(socket, "HTTP/1.1 200 OK\r\n");
        });
        InetSocketAddress steady = machine(socket -> others.incrementAndGet());
        Socket client = client(stopping, steady);
        send(client, "GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(receive(client)).isEqualTo("HTTP/1.1 200 OK\r\n");
        assertThat(others).hasValue(0);
    }
}
