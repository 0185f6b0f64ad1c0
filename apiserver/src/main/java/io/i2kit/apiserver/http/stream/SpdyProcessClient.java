package io.i2kit.apiserver.http.stream;

import io.i2kit.apiserver.http.stream.SpdyConnection.Event;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.NodeStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One SPDY stream for each of a process's streams, which the client opens and names in the header {@code streamType}
 * ({@code kubelet cri-streaming/remotecommand/httpstream.go}).
 */
final class SpdyProcessClient implements ProcessClient {
    private static final String V4 = "v4.channel.k8s.io";
    private static final String V3 = "v3.channel.k8s.io";
    private static final String V1 = "channel.k8s.io";
    static final List<String> PROTOCOLS = List.of(V4, V3, "v2.channel.k8s.io", V1);

    private static final Map<String, Integer> CHANNELS = Map.of(
            "stdin", NodeStream.INPUT,
            "stdout", NodeStream.OUTPUT,
            "stderr", NodeStream.ERRORS,
            "error", NodeStream.OUTCOME,
            "resize", NodeStream.RESIZE);

    private final SpdyConnection connection;
    private final boolean structured;
    private final Map<Integer, Integer> streams = new HashMap<>();
    private final Map<Integer, Integer> channels = new HashMap<>();
    private final Queue<Event> early = new ArrayDeque<>();

    /** Waits until the client has opened its streams. */
    SpdyProcessClient(SpdyConnection connection, String protocol, NodeStream.Wanted wanted) throws IOException {
        this.connection = connection;
        this.structured = protocol.equals(V4);
        Set<Integer> missing = expected(protocol, wanted);
        while (!missing.isEmpty()) {
            Event event = connection.next();
            if (event == null) {
                throw new IOException("the client went away");
            }
            if (event instanceof Event.Opened opened) {
                missing.remove(open(opened));
            } else if (early.size() < CHANNELS.size()) {
                early.add(event);
            } else {
                throw new IOException("the client sends before it has opened its streams");
            }
        }
    }

    private static Set<Integer> expected(String protocol, NodeStream.Wanted wanted) {
        Set<Integer> expected = new HashSet<>(Set.of(NodeStream.OUTCOME));
        if (wanted.stdin()) {
            expected.add(NodeStream.INPUT);
        }
        if (wanted.stdout()) {
            expected.add(NodeStream.OUTPUT);
        }
        if (wanted.stderr()) {
            expected.add(NodeStream.ERRORS);
        }
        if (wanted.tty() && (protocol.equals(V4) || protocol.equals(V3))) {
            expected.add(NodeStream.RESIZE);
        }
        return expected;
    }

    private int open(Event.Opened opened) throws IOException {
        Integer channel = CHANNELS.get(opened.headers().getOrDefault("streamtype", ""));
        if (channel == null || streams.putIfAbsent(channel, opened.stream()) != null) {
            connection.reset(opened.stream());
            return -1;
        }
        channels.put(opened.stream(), channel);
        connection.accept(opened.stream());
        return channel;
    }

    /** One that has reset its streams or the connection does not. */
    @Override
    public boolean listens() {
        return false;
    }

    @Override
    public @Nullable Input receive() throws IOException {
        while (true) {
            Event event = early.isEmpty() ? connection.next() : early.remove();
            if (event == null) {
                return null;
            }
            Integer channel = channels.get(event.stream());
            if (channel == null) {
                continue;
            }
            switch (event) {
                case Event.Data data
                when data.data().length > 0 -> {
                    if (data.last()) {
                        early.add(new Event.Data(data.stream(), new byte[0], true));
                    }
                    return new Input(channel, data.data());
                }
                case Event.Data data
                when data.last() -> {
                    return new Input(channel, new byte[0]);
                }
                case Event.Reset reset
                when channel == NodeStream.OUTPUT || channel == NodeStream.OUTCOME -> {
                    return null;
                }
                default -> {}
            }
        }
    }

    @Override
    public void output(int channel, byte[] data) throws IOException {
        Integer stream = streams.get(channel);
        if (stream != null) {
            connection.send(stream, data);
        }
    }

    @Override
    public void finish(Outcome outcome) throws IOException {
        byte[] text = structured ? Json.bytes(outcome.status()) : outcome.text().getBytes(StandardCharsets.UTF_8);
        output(NodeStream.OUTCOME, text);
        for (int stream : streams.values()) {
            connection.end(stream);
        }
        connection.goAway();
    }
}
