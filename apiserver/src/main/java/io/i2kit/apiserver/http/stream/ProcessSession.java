package io.i2kit.apiserver.http.stream;

import io.i2kit.apiserver.registry.NodeStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Exec and attach: joins a client to a process on a machine until one of them ends. */
public final class ProcessSession {
    /** Served over WebSocket; an empty one is a client that names none. */
    public static final List<String> WEB_SOCKET_PROTOCOLS = WebSocketProcessClient.PROTOCOLS;

    public static final List<String> SPDY_PROTOCOLS = SpdyProcessClient.PROTOCOLS;

    private static final Logger LOG = LoggerFactory.getLogger(ProcessSession.class);

    /** How long a client that knows the outcome may take to close: closing first could cost it what it has not read. */
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    /** How long a process whose input the client has ended by closing may take to end. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(10);

    private final NodeStream machine;
    private final NodeStream.Wanted wanted;
    private final boolean endsWithInput;
    private final String what;
    private final CountDownLatch ended = new CountDownLatch(1);

    /** @param endsWithInput whether the process is the client's own, and ends when its input does */
    private ProcessSession(NodeStream machine, NodeStream.Wanted wanted, boolean endsWithInput, String what) {
        this.machine = machine;
        this.wanted = wanted;
        this.endsWithInput = endsWithInput;
        this.what = what;
    }

    public static ProcessSession exec(NodeStream machine, NodeStream.Wanted wanted) {
        return new ProcessSession(machine, wanted, wanted.stdin() && !wanted.tty(), "executing command in container");
    }

    public static ProcessSession attach(NodeStream machine, NodeStream.Wanted wanted) {
        return new ProcessSession(machine, wanted, false, "attaching to container");
    }

    /** Runs until the end; the caller closes the connection. */
    public void run(Handshake handshake, Connection connection) {
        try (machine) {
            if (handshake.kind() == Handshake.Kind.WEB_SOCKET) {
                join(new WebSocketProcessClient(new WebSocket(connection), handshake.protocol(), wanted));
            } else {
                try (SpdyConnection spdy = new SpdyConnection(connection)) {
                    join(new SpdyProcessClient(spdy, handshake.protocol(), wanted));
                }
            }
        } catch (IOException e) {
            LOG.debug("a client left while {}", what, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void join(ProcessClient client) throws IOException, InterruptedException {
        Thread input = Thread.ofVirtual().name("stream-input").start(() -> copyInput(client));
        try {
            client.finish(copyOutput(client));
        } finally {
            ended.countDown();
        }
        input.join(FAREWELL);
    }

    /** Ends when the client has left, and the machine's stream with it. */
    private void copyInput(ProcessClient client) {
        try {
            for (ProcessClient.Input input = client.receive(); input != null; input = client.receive()) {
                boolean size = input.channel() == NodeStream.RESIZE && input.data().length > 0;
                if (size || input.channel() == NodeStream.INPUT && wanted.stdin()) {
                    pass(input);
                }
            }
            if (endsWithInput && client.listens()) {
                // Older protocols end the input only so. Their clients (fabric8's upload) look at once at what it came
                // to.
                pass(new ProcessClient.Input(NodeStream.INPUT, new byte[0]));
                await(ended);
            }
        } catch (IOException e) {
            LOG.debug("input ended while {}", what, e);
        } finally {
            machine.close();
        }
    }

    private static void await(CountDownLatch ended) {
        try {
            ended.await(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What a process that has ended does not take is dropped; the client is to hear how it ended. */
    private void pass(ProcessClient.Input input) {
        try {
            machine.write(input.channel(), input.data(), 0, input.data().length);
        } catch (IOException e) {
            LOG.trace("input was not taken while {}", what, e);
        }
    }

    private boolean isWanted(int channel) {
        return channel == NodeStream.OUTPUT && wanted.stdout() || channel == NodeStream.ERRORS && wanted.stderr();
    }

    private Outcome copyOutput(ProcessClient client) throws IOException {
        while (true) {
            NodeStream.Frame frame;
            try {
                frame = machine.read();
            } catch (IOException e) {
                return Outcome.failed(what, "the machine went away: " + e.getMessage());
            }
            if (frame == null) {
                return Outcome.failed(what, "the machine went away");
            }
            if (frame.channel() == NodeStream.OUTCOME) {
                return Outcome.of(frame.data(), what);
            }
            // Clients take output that they did not ask for as a fault.
            if (frame.data().length > 0 && isWanted(frame.channel())) {
                client.output(frame.channel(), frame.data());
            }
        }
    }
}
