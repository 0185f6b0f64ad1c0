package io.i2kit.cloud.local.daemon.fabric;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One machine's end of the network: the connection to its QEMU, which carries each frame behind its length as a big-endian
 * 32-bit integer. Used by the fabric's thread only.
 */
final class SwitchPort {
    private static final Logger LOG = LoggerFactory.getLogger(SwitchPort.class);

    /** QEMU's own bound of a frame on a stream ({@code NET_BUFSIZE} in {@code include/net/net.h}). */
    static final int MAXIMUM_FRAME_BYTES = 4_096 + 65_536;

    private static final long FIRST_RETRY_NANOS = Duration.ofMillis(20).toNanos();
    private static final long LAST_RETRY_NANOS = Duration.ofMillis(500).toNanos();

    private final String machineId;
    private final long mac;
    private final int address;
    private final Path socket;
    private final int queueBytes;
    private final Counters counters;

    private @Nullable Connection connection;
    private long retryDelayNanos = FIRST_RETRY_NANOS;
    private long retryAtNanos;
    private boolean queued;

    SwitchPort(String machineId, long mac, int address, Path socket, int queueBytes, Counters counters) {
        this.machineId = machineId;
        this.mac = mac;
        this.address = address;
        this.socket = socket;
        this.queueBytes = queueBytes;
        this.counters = counters;
    }

    String machineId() {
        return machineId;
    }

    long mac() {
        return mac;
    }

    int address() {
        return address;
    }

    boolean isConnected() {
        return connection != null;
    }

    /** When to try to connect; has a meaning while there is no connection. */
    long retryAtNanos() {
        return retryAtNanos;
    }

    void setRetryAtNanos(long when) {
        retryAtNanos = when;
    }

    /** Tries once; a failure sets the time of the next try. */
    void connect(Selector selector, long nowNanos) {
        SocketChannel channel = null;
        try {
            channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.configureBlocking(false);
            if (!channel.connect(UnixDomainSocketAddress.of(socket))) {
                throw new IOException("the listener's queue is full");
            }
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ, this);
            connection = new Connection(channel, key, queueBytes);
            retryDelayNanos = FIRST_RETRY_NANOS;
            LOG.debug("machine {} is connected", machineId);
        } catch (IOException e) {
            closeQuietly(channel);
            retryAtNanos = nowNanos + retryDelayNanos;
            retryDelayNanos = Math.min(retryDelayNanos * 2, LAST_RETRY_NANOS);
            LOG.trace("machine {} is not there yet: {}", machineId, e.getMessage());
        }
    }

    /** Drops the connection; what is queued is lost, as on a pulled cable. */
    void disconnect(long nowNanos) {
        if (connection != null) {
            closeQuietly(connection.channel);
            connection = null;
            retryAtNanos = nowNanos + retryDelayNanos;
        }
    }

    /** Reads once and hands over every whole frame; the frame is only good during the call. */
    void receive(FrameHandler handler, long nowNanos) {
        Connection current = connection;
        if (current == null) {
            return;
        }
        try {
            if (current.channel.read(current.input) < 0) {
                LOG.debug("machine {} closed its connection", machineId);
                disconnect(nowNanos);
                return;
            }
            deliver(current, handler);
        } catch (IOException e) {
            LOG.debug("machine {} is disconnected: {}", machineId, e.getMessage());
            disconnect(nowNanos);
        }
    }

    private void deliver(Connection current, FrameHandler handler) throws IOException {
        ByteBuffer input = current.input;
        int end = input.position();
        int next = 0;
        while (end - next >= Integer.BYTES) {
            int length = input.getInt(next);
            if (length <= 0 || length > MAXIMUM_FRAME_BYTES) {
                throw new IOException("a frame of " + length + " bytes was announced");
            }
            if (end - next - Integer.BYTES < length) {
                break;
            }
            counters.count(FabricCounter.FRAMES_RECEIVED);
            handler.frame(this, input, next + Integer.BYTES, length);
            next += Integer.BYTES + length;
        }
        input.limit(end).position(next);
        input.compact();
    }

    /**
     * Queues a frame for the machine, or counts why not.
     *
     * @return whether the port has to be told to {@link #flush} (once, however many frames follow)
     */
    boolean send(ByteBuffer frames, int offset, int length) {
        Connection current = connection;
        if (current == null) {
            counters.count(FabricCounter.DROPPED_NOT_CONNECTED);
            return false;
        }
        if (!current.output.offer(frames, offset, length)) {
            counters.count(FabricCounter.DROPPED_QUEUE_FULL);
            return false;
        }
        counters.count(FabricCounter.FRAMES_SENT);
        boolean first = !queued;
        queued = true;
        return first;
    }

    /** Writes what the machine takes; the rest goes when it takes more. */
    void flush(long nowNanos) {
        queued = false;
        Connection current = connection;
        if (current == null) {
            return;
        }
        try {
            current.output.drainTo(current.channel);
            current.key.interestOps(
                    current.output.isEmpty() ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        } catch (IOException e) {
            LOG.debug("machine {} is disconnected: {}", machineId, e.getMessage());
            disconnect(nowNanos);
        }
    }

    private void closeQuietly(@Nullable SocketChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                LOG.debug("closing the connection to machine {}: {}", machineId, e.getMessage());
            }
        }
    }

    /** Takes the frames of a port. */
    @FunctionalInterface
    interface FrameHandler {
        void frame(SwitchPort from, ByteBuffer frames, int offset, int length);
    }

    private static final class Connection {
        final SocketChannel channel;
        final SelectionKey key;
        final OutputRing output;
        final ByteBuffer input = ByteBuffer.allocateDirect(Integer.BYTES + MAXIMUM_FRAME_BYTES);

        Connection(SocketChannel channel, SelectionKey key, int queueBytes) {
            this.channel = channel;
            this.key = key;
            this.output = new OutputRing(queueBytes);
        }
    }
}
