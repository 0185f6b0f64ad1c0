package io.i2kit.apiserver.http.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdyGoAwayFrame;
import io.netty.handler.codec.spdy.DefaultSpdyPingFrame;
import io.netty.handler.codec.spdy.DefaultSpdyRstStreamFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynReplyFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyGoAwayFrame;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import io.netty.handler.codec.spdy.SpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdySessionStatus;
import io.netty.handler.codec.spdy.SpdyStreamStatus;
import io.netty.handler.codec.spdy.SpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyVersion;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of SPDY/3.1 as Kubernetes' clients speak it ({@code github.com/moby/spdystream}): streams that clients open, no
 * flow control below TCP's. One thread takes events, any may send; pings are answered on the way.
 */
final class SpdyConnection implements AutoCloseable {
    private static final int CHUNK_BYTES = 16 * 1024;

    /** The longest DATA frame that is sent. */
    private static final int MAX_DATA_BYTES = 32 * 1024;

    private final Connection connection;
    private final EmbeddedChannel decoder = new EmbeddedChannel(new SpdyFrameCodec(SpdyVersion.SPDY_3_1));
    private final EmbeddedChannel encoder = new EmbeddedChannel(new SpdyFrameCodec(SpdyVersion.SPDY_3_1));
    private final ReentrantLock sending = new ReentrantLock();
    private final byte[] chunk = new byte[CHUNK_BYTES];

    /** What a client did. */
    sealed interface Event {
        int stream();

        /**
         * A stream was opened; {@link #accept} or {@link #reset} answers.
         *
         * @param headers by lower-case name
         * @param last whether the client sends nothing on it
         */
        record Opened(int stream, Map<String, String> headers, boolean last) implements Event {}

        /** @param last whether the client sends no more on the stream */
        @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
        record Data(int stream, byte[] data, boolean last) implements Event {}

        /** The client has given the stream up. */
        record Reset(int stream) implements Event {}
    }

    SpdyConnection(Connection connection) {
        this.connection = connection;
    }

    /** Waits for the next event; null when the client has gone in order. */
    @Nullable
    Event next() throws IOException {
        while (true) {
            Object frame = decoder.readInbound();
            if (frame == null) {
                int read = connection.in().read(chunk);
                if (read < 0) {
                    return null;
                }
                decode(read);
                continue;
            }
            try {
                if (frame instanceof SpdyGoAwayFrame) {
                    return null;
                }
                Event event = event(frame);
                if (event != null) {
                    return event;
                }
            } finally {
                ReferenceCountUtil.release(frame);
            }
        }
    }

    private void decode(int length) throws IOException {
        try {
            decoder.writeInbound(Unpooled.copiedBuffer(chunk, 0, length));
        } catch (Exception e) { // Netty throws its checked exceptions undeclared
            throw new IOException("the client sent what is not SPDY/3.1", e);
        }
    }

    private @Nullable Event event(Object frame) throws IOException {
        return switch (frame) {
            case SpdySynStreamFrame opened
            when opened.isInvalid() -> throw new IOException("the client sent a stream's head that cannot be read");
            case SpdySynStreamFrame opened -> new Event.Opened(opened.streamId(), headers(opened), opened.isLast());
            case SpdyDataFrame data ->
                new Event.Data(data.streamId(), ByteBufUtil.getBytes(data.content()), data.isLast());
            case SpdyRstStreamFrame reset -> new Event.Reset(reset.streamId());
            case SpdyPingFrame ping -> {
                send(new DefaultSpdyPingFrame(ping.id()));
                yield null;
            }
            default -> null;
        };
    }

    private static Map<String, String> headers(SpdySynStreamFrame opened) {
        Map<String, String> headers = new HashMap<>();
        opened.headers()
                .forEach(header -> headers.put(
                        header.getKey().toString().toLowerCase(Locale.ROOT),
                        header.getValue().toString()));
        return headers;
    }

    /** With a header that nobody reads: Netty leaves a block without headers out, which clients take for a broken frame. */
    void accept(int stream) throws IOException {
        DefaultSpdySynReplyFrame reply = new DefaultSpdySynReplyFrame(stream);
        reply.headers().set("status", "200");
        send(reply);
    }

    void reset(int stream) throws IOException {
        send(new DefaultSpdyRstStreamFrame(stream, SpdyStreamStatus.CANCEL));
    }

    /** Sends bytes and waits until the connection has taken them. */
    void send(int stream, byte[] data) throws IOException {
        for (int done = 0; done < data.length; done += MAX_DATA_BYTES) {
            byte[] piece = Arrays.copyOfRange(data, done, Math.min(data.length, done + MAX_DATA_BYTES));
            send(new DefaultSpdyDataFrame(stream, Unpooled.wrappedBuffer(piece)));
        }
    }

    /** Sends no more on a stream. */
    void end(int stream) throws IOException {
        send(new DefaultSpdyDataFrame(stream).setLast(true));
    }

    void goAway() throws IOException {
        send(new DefaultSpdyGoAwayFrame(0, SpdySessionStatus.OK));
    }

    private void send(SpdyFrame frame) throws IOException {
        sending.lock();
        try {
            if (!encoder.isOpen()) {
                throw new IOException("the connection is closed");
            }
            encoder.writeOutbound(frame);
            for (ByteBuf bytes = encoder.readOutbound(); bytes != null; bytes = encoder.readOutbound()) {
                byte[] raw = ByteBufUtil.getBytes(bytes);
                bytes.release();
                connection.out().write(raw, 0, raw.length);
            }
        } finally {
            sending.unlock();
        }
    }

    /** Ends the connection. The decoder may be at work in another thread; what it holds goes with it. */
    @Override
    public void close() {
        connection.close();
        sending.lock();
        try {
            encoder.close();
        } finally {
            sending.unlock();
        }
    }
}
