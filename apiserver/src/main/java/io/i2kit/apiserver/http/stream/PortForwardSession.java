package io.i2kit.apiserver.http.stream;

import io.i2kit.apiserver.http.stream.SpdyConnection.Event;
import io.i2kit.apiserver.registry.NodeStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Port-forward over SPDY, plain or in WebSocket messages: for each connection the client opens a stream for data and one for an error
 * ({@code kubelet cri-streaming/portforward/httpstream.go}). Clients that name the ports in their URL have {@link ChannelPortForward}.
 */
public final class PortForwardSession {
    private static final String PROTOCOL = "portforward.k8s.io";

    /** SPDY in binary messages. */
    private static final String TUNNEL = "SPDY/3.1+" + PROTOCOL;

    /** Served over WebSocket; the client's order decides between them. */
    public static final List<String> WEB_SOCKET_PROTOCOLS = Stream.concat(
                    Stream.of(TUNNEL), ChannelPortForward.PROTOCOLS.stream())
            .toList();

    public static final List<String> SPDY_PROTOCOLS = List.of(PROTOCOL);

    private static final Logger LOG = LoggerFactory.getLogger(PortForwardSession.class);
    private static final int MAX_PORT = 65535;

    /** Streams whose other half has not come; a client that opens only halves is cut off. */
    private static final int MAX_HALVES = 1000;

    private final String pod;
    private final IntFunction<NodeStream> open;
    private final List<Integer> named;
    private final Map<String, Half> halves = new HashMap<>();
    private final Map<Integer, ForwardedPort> ports = new HashMap<>();

    /** The first stream of two. */
    private record Half(boolean data, int stream) {}

    /**
     * @param pod its name
     * @param open gives the stream to a port, or raises {@link io.i2kit.apiserver.registry.ApiException}
     * @param named the ports of the URL, see {@link #namedPorts}
     */
    public PortForwardSession(String pod, IntFunction<NodeStream> open, List<Integer> named) {
        this.pod = pod;
        this.open = open;
        this.named = List.copyOf(named);
    }

    /**
     * The ports that a URL has to name, where the protocol does not name them later.
     *
     * @param parameters each a number, or several with commas
     * @throws io.i2kit.apiserver.registry.ApiException BadRequest
     */
    public static List<Integer> namedPorts(Handshake handshake, List<String> parameters) {
        return inChannels(handshake) ? ChannelPortForward.ports(parameters) : List.of();
    }

    private static boolean inChannels(Handshake handshake) {
        return handshake.kind() == Handshake.Kind.WEB_SOCKET
                && !handshake.protocol().equals(TUNNEL);
    }

    /** Runs until the client leaves; the caller closes the connection. */
    public void run(Handshake handshake, Connection connection) {
        try {
            if (inChannels(handshake)) {
                new ChannelPortForward(connection, handshake.protocol(), named).run(named, pod, open);
            } else {
                boolean tunnel = handshake.kind() == Handshake.Kind.WEB_SOCKET;
                forward(tunnel ? new WebSocketTunnel(connection) : connection);
            }
        } catch (IOException e) {
            LOG.debug("a client left while forwarding ports of {}", pod, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void forward(Connection connection) throws IOException, InterruptedException {
        try (SpdyConnection spdy = new SpdyConnection(connection)) {
            for (Event event = spdy.next(); event != null; event = spdy.next()) {
                take(spdy, event);
            }
        } finally {
            ports.values().forEach(ForwardedPort::abandon);
        }
    }

    private void take(SpdyConnection spdy, Event event) throws IOException, InterruptedException {
        if (event instanceof Event.Opened opened) {
            open(spdy, opened);
            return;
        }
        ForwardedPort port = ports.get(event.stream());
        if (port == null) {
            return;
        }
        switch (event) {
            case Event.Data data -> {
                port.data(data.data());
                if (data.last()) {
                    port.end();
                    ports.remove(event.stream());
                }
            }
            default -> {
                port.abandon();
                ports.remove(event.stream());
            }
        }
    }

    private void open(SpdyConnection spdy, Event.Opened opened) throws IOException {
        String type = opened.headers().getOrDefault("streamtype", "");
        boolean data = type.equals("data");
        Integer port = port(opened.headers().getOrDefault("port", ""));
        if (port == null || !data && !type.equals("error") || halves.size() >= MAX_HALVES) {
            LOG.debug("a client opened a stream that leads nowhere: {}", opened.headers());
            spdy.reset(opened.stream());
            return;
        }
        spdy.accept(opened.stream());
        String request = request(opened, data);
        Half other = halves.remove(request);
        if (other == null || other.data() == data) {
            halves.put(request, new Half(data, opened.stream()));
            return;
        }
        int dataStream = data ? opened.stream() : other.stream();
        int errorStream = data ? other.stream() : opened.stream();
        ForwardedPort forwarded = new ForwardedPort(port, new SpdyClient(spdy, dataStream, errorStream));
        ports.put(dataStream, forwarded);
        forwarded.start(pod, open);
    }

    private static @Nullable Integer port(String text) {
        if (!text.matches("\\d{1,5}")) {
            return null;
        }
        int port = Integer.parseInt(text);
        return port < 1 || port > MAX_PORT ? null : port;
    }

    /** Clients that give no id open the error stream first, and the data stream right after it. */
    private static String request(Event.Opened opened, boolean data) {
        String id = opened.headers().getOrDefault("requestid", "");
        return !id.isEmpty() ? id : "stream " + (data ? opened.stream() - 2 : opened.stream());
    }

    private record SpdyClient(SpdyConnection spdy, int dataStream, int errorStream) implements ForwardedPort.Client {
        @Override
        public void data(byte[] data) throws IOException {
            spdy.send(dataStream, data);
        }

        @Override
        public void end() throws IOException {
            spdy.end(dataStream);
        }

        @Override
        public void close(String error) throws IOException {
            if (!error.isEmpty()) {
                spdy.send(errorStream, error.getBytes(StandardCharsets.UTF_8));
            }
            spdy.end(errorStream);
        }
    }
}
