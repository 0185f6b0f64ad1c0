package io.i2kit.apiserver.http.stream;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The server's side of RFC 6455 without extensions. One thread receives, any may send; pings are answered while receiving. */
public final class WebSocket {
    /** A client that sends more in one message is refused: nothing here needs it. */
    static final int MAX_MESSAGE_BYTES = 1024 * 1024;

    /** The close code of an end in order. */
    public static final int NORMAL = 1000;
    /** The close code of an end that should not have been. */
    public static final int INTERNAL_ERROR = 1011;

    private static final int PROTOCOL_ERROR = 1002;
    private static final int TOO_BIG = 1009;
    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int MAX_CONTROL_BYTES = 125;
    private static final int LONG_HEAD_BYTES = 10;

    private final DataInputStream in;
    private final Connection connection;
    private final ReentrantLock sending = new ReentrantLock();
    private final CountDownLatch ponged = new CountDownLatch(1);
    private boolean closeSent;
    private volatile byte @Nullable [] farewell;

    public WebSocket(Connection connection) {
        this.connection = connection;
        this.in = new DataInputStream(connection.in());
    }

    private record Frame(int opcode, boolean last, byte[] data) {}

    /** The next message, or null when the client has closed, which is answered. */
    public byte @Nullable [] receive() throws IOException {
        byte[] message = receiveUnanswered();
        if (message == null) {
            answerFarewell();
        }
        return message;
    }

    /** Asks whether the client reads (RFC 6455, 5.5.2). */
    void ping() throws IOException {
        send(PING, new byte[0], 0);
    }

    /** Returns when it has answered, or after this time; somebody must be receiving. */
    void awaitPong(Duration limit) throws InterruptedException {
        ponged.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Whether the client has closed in order, and so hears what is sent until {@link #close} answers it (RFC 6455, 5.5.1). */
    boolean saidFarewell() {
        return farewell != null;
    }

    private void answerFarewell() throws IOException {
        byte[] reason = farewell;
        if (reason != null) {
            close(reason);
        }
    }

    /** The next message, or null when the client has closed. */
    byte @Nullable [] receiveUnanswered() throws IOException {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        boolean begun = false;
        while (true) {
            Frame frame = frame(MAX_MESSAGE_BYTES - message.size());
            if (frame == null) {
                return null;
            }
            switch (frame.opcode()) {
                case PING -> send(PONG, frame.data(), frame.data().length);
                case PONG -> ponged.countDown();
                case CLOSE -> {
                    farewell = frame.data();
                    return null;
                }
                case TEXT, BINARY, CONTINUATION -> {
                    if (begun == (frame.opcode() != CONTINUATION)) {
                        throw violation(PROTOCOL_ERROR, "a message inside another one");
                    }
                    if (!begun && frame.last()) {
                        return frame.data();
                    }
                    begun = true;
                    message.writeBytes(frame.data());
                    if (frame.last()) {
                        return message.toByteArray();
                    }
                }
                default -> throw violation(PROTOCOL_ERROR, "an unknown frame");
            }
        }
    }

    private @Nullable Frame frame(int room) throws IOException {
        int first = in.read();
        if (first < 0) {
            return null;
        }
        int second = in.readUnsignedByte();
        int opcode = first & 0x0f;
        long length = second & 0x7f;
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = in.readLong();
        }
        if ((first & 0x70) != 0 || (second & 0x80) == 0 || opcode >= CLOSE && length > MAX_CONTROL_BYTES) {
            throw violation(PROTOCOL_ERROR, "a frame that breaks RFC 6455");
        }
        if (length < 0 || length > room && opcode < CLOSE) {
            throw violation(TOO_BIG, "a message of more than " + MAX_MESSAGE_BYTES + " bytes");
        }
        byte[] mask = in.readNBytes(4);
        byte[] data = in.readNBytes((int) length);
        if (mask.length < 4 || data.length < length) {
            throw new EOFException("the client went away");
        }
        for (int i = 0; i < data.length; i++) {
            data[i] ^= mask[i & 3];
        }
        return new Frame(opcode, (first & 0x80) != 0, data);
    }

    private IOException violation(int code, String what) throws IOException {
        close(new byte[] {(byte) (code >>> 8), (byte) code});
        return new IOException("the client sent " + what);
    }

    public void sendBinary(byte[] data, int length) throws IOException {
        send(BINARY, data, length);
    }

    public void sendText(byte[] data) throws IOException {
        send(TEXT, data, data.length);
    }

    public void close(int code) throws IOException {
        answerFarewell();
        close(new byte[] {(byte) (code >>> 8), (byte) code});
    }

    private void close(byte[] reason) throws IOException {
        sending.lock();
        try {
            if (!closeSent) {
                send(CLOSE, reason, reason.length);
                closeSent = true;
            }
        } finally {
            sending.unlock();
        }
    }

    private void send(int opcode, byte[] data, int length) throws IOException {
        byte[] frame = new byte[LONG_HEAD_BYTES + length];
        frame[0] = (byte) (0x80 | opcode);
        int head = 2;
        if (length < 126) {
            frame[1] = (byte) length;
        } else {
            int lengthBytes = length < 0x10000 ? 2 : 8;
            frame[1] = (byte) (lengthBytes == 2 ? 126 : 127);
            for (int i = 0; i < lengthBytes; i++) {
                frame[2 + i] = (byte) ((long) length >>> (8 * (lengthBytes - 1 - i)));
            }
            head += lengthBytes;
        }
        System.arraycopy(data, 0, frame, head, length);
        sending.lock();
        try {
            if (!closeSent) {
                connection.out().write(frame, 0, head + length);
            }
        } finally {
            sending.unlock();
        }
    }
}
