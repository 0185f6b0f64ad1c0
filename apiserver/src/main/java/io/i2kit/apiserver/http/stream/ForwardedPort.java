package io.i2kit.apiserver.http.stream;

import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.NodeStream;
import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to a port of a Pod, with a stream of its own to the machine. What the client sends waits in a short queue, so that
 * a port that does not read holds back the others of the same client late, and the server not at all.
 */
final class ForwardedPort {
    private static final Logger LOG = LoggerFactory.getLogger(ForwardedPort.class);

    /** Pieces of at most 8 KiB from SPDY, of one message from WebSocket. */
    private static final int QUEUED_PIECES = 32;

    private static final byte[] END = new byte[0];

    private final int port;
    private final Client client;
    private final BlockingQueue<byte[]> queue = new ArrayBlockingQueue<>(QUEUED_PIECES);
    private volatile @Nullable NodeStream machine;
    private volatile boolean abandoned;

    /** The client's side of the connection. Calls block while the client does not read. */
    interface Client {
        void data(byte[] data) throws IOException;

        /** No more data comes. */
        void end() throws IOException;

        /** @param error empty when all went well; the connection is over either way */
        void close(String error) throws IOException;
    }

    ForwardedPort(int port, Client client) {
        this.port = port;
        this.client = client;
    }

    /** @param open gives the stream to a port, or raises {@link ApiException} */
    void start(String pod, IntFunction<NodeStream> open) {
        Thread.ofVirtual().name("port-" + port).start(() -> run(pod, open));
    }

    /** Takes what the client sent; waits while too much of it is on its way. */
    void data(byte[] data) throws InterruptedException {
        if (data.length > 0) {
            queue.put(data);
        }
    }

    /** The client sends no more. */
    void end() throws InterruptedException {
        queue.put(END);
    }

    /** The client has given the connection up. */
    void abandon() {
        abandoned = true;
        NodeStream stream = machine;
        if (stream != null) {
            stream.close();
        }
        queue.clear();
        queue.offer(END);
    }

    private void run(String pod, IntFunction<NodeStream> open) {
        String error = "";
        try (NodeStream stream = open.apply(port)) {
            machine = stream;
            if (abandoned) {
                return;
            }
            Thread input = Thread.ofVirtual().name("port-input-" + port).start(() -> copyInput(stream));
            error = copyOutput(stream);
            client.end();
            if (!error.isEmpty()) {
                queue.clear();
                queue.offer(END);
            }
            // Upstream's client gives its half up when the other one has ended; a plain one may go on.
            client.close(failure(pod, error));
            input.join();
        } catch (ApiException e) {
            refuse(failure(pod, String.valueOf(e.getMessage())));
        } catch (IOException e) {
            LOG.debug("a forwarded connection to port {} ended", port, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            abandoned = true;
        }
    }

    private void refuse(String error) {
        try {
            client.close(error);
            client.end();
        } catch (IOException e) {
            LOG.debug("a client left before it heard of {}", error, e);
        }
    }

    private String failure(String pod, String why) {
        return why.isEmpty() ? "" : "error forwarding port " + port + " to pod " + pod + ", uid : " + why;
    }

    /** Gives why it ended, or nothing when the port closed. */
    private String copyOutput(NodeStream stream) throws IOException {
        while (true) {
            NodeStream.Frame frame;
            try {
                frame = stream.read();
            } catch (IOException e) {
                return abandoned ? "" : "the machine went away: " + e.getMessage();
            }
            if (frame == null) {
                return abandoned ? "" : "the machine went away";
            }
            if (frame.channel() != NodeStream.OUTPUT) {
                continue;
            }
            if (frame.data().length == 0) {
                return "";
            }
            client.data(frame.data());
        }
    }

    private void copyInput(NodeStream stream) {
        boolean taken = true;
        try {
            for (byte[] data = queue.take(); ; data = queue.take()) {
                taken = taken && write(stream, data);
                if (data.length == 0) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean write(NodeStream stream, byte[] data) {
        try {
            stream.write(NodeStream.INPUT, data, 0, data.length);
            return true;
        } catch (IOException e) {
            LOG.trace("port {} takes no more", port, e);
            return false;
        }
    }
}
