package io.i2kit.cloud.agent;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An upgraded connection to a guest: frames of one byte for the channel, four for the length, and the bytes; one without bytes ends
 * its channel ({@code cloud/guest/frames.go}). Calls block, which holds a fast side back. One thread reads, any may write.
 */
public final class GuestStream implements AutoCloseable {
    static final String PROTOCOL = "i2kit-streams/1";

    /** The longest frame that a guest takes. */
    private static final int MAX_FRAME_BYTES = 32 * 1024;

    private static final int HEADER_BYTES = 5;
    private static final Logger LOG = LoggerFactory.getLogger(GuestStream.class);

    private final Socket transport;
    private final DataInputStream in;
    private final OutputStream out;
    private final ReentrantLock writing = new ReentrantLock();
    private final byte[] piece = new byte[HEADER_BYTES + MAX_FRAME_BYTES];

    /** @param data empty when the channel has ended */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    public record Frame(int channel, byte[] data) {}

    /** @param transport the plain connection below TLS: closing it ends both directions at once, whatever they wait for */
    GuestStream(Socket transport, BufferedInputStream in, OutputStream out) {
        this.transport = transport;
        this.in = new DataInputStream(in);
        this.out = out;
    }

    /**
     * The next frame, or null when the guest has closed the connection in order.
     *
     * @throws IOException when the machine has gone away
     */
    public @Nullable Frame read() throws IOException {
        int channel = in.read();
        if (channel < 0) {
            return null;
        }
        int length = in.readInt();
        if (length < 0 || length > MAX_FRAME_BYTES) {
            throw new EOFException("a frame of " + length + " bytes");
        }
        byte[] data = new byte[length];
        in.readFully(data);
        return new Frame(channel, data);
    }

    /** Sends bytes; a length of 0 ends the channel. */
    public void write(int channel, byte[] data, int offset, int length) throws IOException {
        writing.lock();
        try {
            int done = 0;
            do {
                int size = Math.min(length - done, MAX_FRAME_BYTES);
                piece[0] = (byte) channel;
                piece[1] = (byte) (size >>> 24);
                piece[2] = (byte) (size >>> 16);
                piece[3] = (byte) (size >>> 8);
                piece[4] = (byte) size;
                System.arraycopy(data, offset + done, piece, HEADER_BYTES, size);
                out.write(piece, 0, HEADER_BYTES + size);
                done += size;
            } while (done < length);
            out.flush();
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void close() {
        try {
            transport.close();
        } catch (IOException e) {
            LOG.debug("a stream to a machine did not close", e);
        }
    }
}
