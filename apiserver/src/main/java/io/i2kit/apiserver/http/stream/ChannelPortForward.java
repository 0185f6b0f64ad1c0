package io.i2kit.apiserver.http.stream;

import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.NodeStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Port-forward in channels, as clients in Python, Java and JavaScript do it: one connection to each port that was asked for, with two
 * channels each, for data and for an error. Each channel begins with its port in two bytes, the low one first
 * ({@code kubelet cri-streaming/portforward/websocket.go}).
 */
final class ChannelPortForward {
    private static final String V4 = "v4.channel.k8s.io";
    private static final String V4_BASE64 = "v4.base64.channel.k8s.io";

    /** An empty one is a client that names none. */
    static final List<String> PROTOCOLS = List.of("", V4, V4_BASE64);

    private static final Logger LOG = LoggerFactory.getLogger(ChannelPortForward.class);
    private static final int MAX_PORT = 65535;

    /** A channel is a byte, and a port takes two of them. */
    private static final int MAX_PORTS = 128;

    /** How long a client whose ports have all ended may take to close. */
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    private final Channels channels;
    private final List<ForwardedPort> ports = new ArrayList<>();
    private final CountDownLatch open;

    ChannelPortForward(Connection connection, String protocol, List<Integer> ports) {
        this.channels = new Channels(new WebSocket(connection), protocol.equals(V4_BASE64));
        this.open = new CountDownLatch(ports.size());
        for (int port : ports) {
            this.ports.add(new ForwardedPort(port, new Client(2 * this.ports.size())));
        }
    }

    /** @throws ApiException BadRequest with upstream's words */
    static List<Integer> ports(List<String> parameters) {
        List<Integer> ports = new ArrayList<>();
        for (String list : parameters) {
            for (String port : list.split(",", -1)) {
                ports.add(port(port));
            }
        }
        if (ports.isEmpty()) {
            throw ApiException.badRequest("query parameter \"port\" is required");
        }
        if (ports.size() > MAX_PORTS) {
            throw ApiException.badRequest("at most " + MAX_PORTS + " ports can be forwarded at once");
        }
        return ports;
    }

    private static int port(String text) {
        int port = text.matches("\\d{1,5}") ? Integer.parseInt(text) : MAX_PORT + 1;
        if (port > MAX_PORT) {
            throw ApiException.badRequest("unable to parse \"" + text + "\" as a port");
        }
        if (port < 1) {
            throw ApiException.badRequest("port \"" + text + "\" must be > 0");
        }
        return port;
    }

    /** Runs until all ports have ended or the client leaves. */
    void run(List<Integer> numbers, String pod, IntFunction<NodeStream> opener)
            throws IOException, InterruptedException {
        for (int i = 0; i < ports.size(); i++) {
            byte[] number = {numbers.get(i).byteValue(), (byte) (numbers.get(i) >>> 8)};
            channels.send(2 * i, number);
            channels.send(2 * i + 1, number);
        }
        ports.forEach(port -> port.start(pod, opener));
        Thread input = Thread.ofVirtual().name("ports-input").start(this::copyInput);
        open.await();
        channels.close();
        input.join(FAREWELL);
    }

    private void copyInput() {
        try {
            for (Channels.Message message = channels.receive(); message != null; message = channels.receive()) {
                int port = message.channel() / 2;
                if (message.channel() % 2 == 0 && port < ports.size()) {
                    ports.get(port).data(message.data());
                }
            }
        } catch (IOException e) {
            LOG.debug("a client of forwarded ports went away", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            ports.forEach(ForwardedPort::abandon);
            ports.forEach(port -> open.countDown());
        }
    }

    /** @param channel of the data; the next one is for the error */
    private final class Client implements ForwardedPort.Client {
        private final int channel;

        Client(int channel) {
            this.channel = channel;
        }

        @Override
        public void data(byte[] data) throws IOException {
            channels.send(channel, data);
        }

        @Override
        public void end() {
            // A channel has no end of its own.
        }

        @Override
        public void close(String error) throws IOException {
            try {
                if (!error.isEmpty()) {
                    channels.send(channel + 1, error.getBytes(StandardCharsets.UTF_8));
                }
            } finally {
                open.countDown();
            }
        }
    }
}
