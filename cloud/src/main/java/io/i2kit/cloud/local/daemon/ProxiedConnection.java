package io.i2kit.cloud.local.daemon;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection and the machine's that answers it, byte for byte, with half-closes and resets passed on. A connection
 * stays with its machine until either side ends it, also when the machine leaves the load balancer or the port is closed.
 *
 * <p>One thing is more than passing on: a machine that stops closes its idle connections, and a request that was on its way is
 * lost. When a machine ends a connection without having answered one octet to a complete {@code GET} or {@code HEAD} request,
 * the request goes to another machine, as RFC 9110 (9.2.2) lets a proxy do with requests that have no effect. Anything else is
 * never sent twice.
 */
final class ProxiedConnection {
    private static final Logger log = LoggerFactory.getLogger(ProxiedConnection.class);

    /**
     * QEMU's user network listens with a backlog of one and the kernel drops what does not fit, to be sent again by the client
     * after a second: asking again soon is faster.
     */
    private static final Duration FIRST_CONNECT_TIMEOUT = Duration.ofMillis(50);

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final int BUFFER_BYTES = 16 << 10;
    private static final int MAX_REPEATABLE_BYTES = 8 << 10;
    private static final int MAX_REPEATS = 3;
    private static final byte[] END_OF_HEAD = {'\r', '\n', '\r', '\n'};
    private static final List<byte[]> SAFE_METHODS =
            List.of("GET ".getBytes(StandardCharsets.US_ASCII), "HEAD ".getBytes(StandardCharsets.US_ASCII));

    private final SocketChannel client;
    private final InetAddress clientAddress;
    private final Backends backends;

    private @Nullable SocketChannel machine;
    private @Nullable InetSocketAddress target;
    /** What the client sent since the machine's last octet; meaningless once it is too long. */
    private byte[] unanswered = new byte[512];

    private int unansweredBytes;
    private boolean clientEnded;

    ProxiedConnection(SocketChannel client, Backends backends) throws IOException {
        this.client = client;
        this.clientAddress = ((InetSocketAddress) client.getRemoteAddress()).getAddress();
        this.backends = backends;
    }

    /** Serves until both sides have ended. */
    void serve() throws IOException, InterruptedException {
        SocketChannel first = connect(null);
        if (first == null) {
            reset(client);
            return;
        }
        client.setOption(StandardSocketOptions.TCP_NODELAY, true);
        Thread answers = Thread.startVirtualThread(() -> passAnswers(first));
        passRequests();
        answers.join();
        SocketChannel last = currentMachine();
        if (last != null) {
            last.close();
        }
    }

    private synchronized @Nullable SocketChannel currentMachine() {
        return machine;
    }

    private void passRequests() {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        try {
            while (client.read(buffer) >= 0) {
                buffer.flip();
                toMachine(buffer);
                buffer.clear();
            }
            endRequests();
        } catch (IOException e) {
            abort();
        }
    }

    /** Writes without the lock: a machine that does not read now may be waiting for its answers to be read. */
    private void toMachine(ByteBuffer bytes) throws IOException {
        SocketChannel to = remember(bytes);
        try {
            while (bytes.hasRemaining()) {
                to.write(bytes);
            }
        } catch (IOException e) {
            // The thread that reads from the same machine sees its end too, and has found or may find another one.
            synchronized (this) {
                if (to == machine && !repeatable()) {
                    throw e;
                }
            }
        }
    }

    private synchronized SocketChannel remember(ByteBuffer bytes) throws IOException {
        if (machine == null) {
            throw new IOException("no machine");
        }
        int length = bytes.remaining();
        if (unansweredBytes + length <= MAX_REPEATABLE_BYTES) {
            if (unansweredBytes + length > unanswered.length) {
                unanswered = Arrays.copyOf(unanswered, MAX_REPEATABLE_BYTES);
            }
            bytes.get(bytes.position(), unanswered, unansweredBytes, length);
        }
        unansweredBytes += length;
        return machine;
    }

    private synchronized void endRequests() throws IOException {
        clientEnded = true;
        SocketChannel to = machine;
        if (to != null && to.isOpen()) {
            to.shutdownOutput();
        }
    }

    private void passAnswers(SocketChannel first) {
        SocketChannel from = first;
        try {
            for (int repeats = 0; ; repeats++) {
                boolean clean = passAnswersOf(from);
                SocketChannel next = repeats < MAX_REPEATS ? repeat() : null;
                if (next != null) {
                    from.close();
                    from = next;
                } else if (clean) {
                    client.shutdownOutput();
                    return;
                } else {
                    abort();
                    return;
                }
            }
        } catch (IOException e) {
            abort();
        }
    }

    /** Answers whether the machine ended in order, rather than by a reset. */
    private boolean passAnswersOf(SocketChannel from) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        while (true) {
            int count;
            try {
                count = from.read(buffer);
            } catch (IOException e) {
                return false;
            }
            if (count < 0) {
                return true;
            }
            answered();
            buffer.flip();
            while (buffer.hasRemaining()) {
                client.write(buffer);
            }
            buffer.clear();
        }
    }

    private synchronized void answered() {
        unansweredBytes = 0;
    }

    /** Sends the request that got no answer to another machine, or gives null when it must not or cannot. */
    private synchronized @Nullable SocketChannel repeat() throws IOException {
        if (!repeatable()) {
            return null;
        }
        SocketChannel next = connect(target);
        if (next != null) {
            log.debug("a request that {} did not answer goes to another machine", target);
            ByteBuffer bytes = ByteBuffer.wrap(unanswered, 0, unansweredBytes);
            while (bytes.hasRemaining()) {
                next.write(bytes);
            }
        }
        return next;
    }

    private boolean repeatable() {
        if (clientEnded || unansweredBytes == 0 || unansweredBytes > MAX_REPEATABLE_BYTES) {
            return false;
        }
        int tail = unansweredBytes - END_OF_HEAD.length;
        return SAFE_METHODS.stream().anyMatch(this::startsWith)
                && tail > 0
                && Arrays.equals(unanswered, tail, unansweredBytes, END_OF_HEAD, 0, END_OF_HEAD.length);
    }

    private boolean startsWith(byte[] method) {
        return unansweredBytes > method.length && Arrays.equals(unanswered, 0, method.length, method, 0, method.length);
    }

    /** Connects to the first machine that takes it, in the order of the moment. */
    private synchronized @Nullable SocketChannel connect(@Nullable InetSocketAddress but) {
        for (InetSocketAddress candidate : backends.order(clientAddress)) {
            if (candidate.equals(but)) {
                continue;
            }
            try {
                SocketChannel channel = open(candidate);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                backends.connected(clientAddress, candidate);
                machine = channel;
                target = candidate;
                return channel;
            } catch (IOException e) {
                log.debug("{} does not answer: {}", candidate, e.toString());
            }
        }
        return null;
    }

    private static SocketChannel open(InetSocketAddress address) throws IOException {
        Duration timeout = FIRST_CONNECT_TIMEOUT;
        while (true) {
            SocketChannel channel = SocketChannel.open();
            try {
                Socket socket = channel.socket();
                socket.connect(address, Math.toIntExact(timeout.toMillis()));
                return channel;
            } catch (SocketTimeoutException e) {
                channel.close();
                timeout = timeout.multipliedBy(2);
                if (timeout.compareTo(CONNECT_TIMEOUT) > 0) {
                    throw e;
                }
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        }
    }

    /** An error on one side is one on both. */
    private void abort() {
        reset(client);
        SocketChannel channel = currentMachine();
        if (channel != null) {
            reset(channel);
        }
    }

    private static void reset(SocketChannel channel) {
        if (!channel.isOpen()) {
            return;
        }
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException e) {
            log.debug("reset: {}", e.toString());
        }
        try {
            channel.close();
        } catch (IOException e) {
            log.debug("close: {}", e.toString());
        }
    }
}
