package io.i2kit.cloud.local.protocol;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One end of a connection: JSON documents, one a line. One thread reads; any may write. */
public final class Wire implements AutoCloseable {
    /** A launch template carries ConfigMaps and Secrets of up to 1 MiB each, in base64. */
    public static final int MAX_LINE_BYTES = 16 << 20;

    /** The one mapper of this protocol and of the cloud's files; what an older version did not write is zero. */
    public static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private final SocketChannel channel;
    private final InputStream in;
    private final byte[] buffer = new byte[8192];
    private int position;
    private int limit;

    public Wire(SocketChannel channel) {
        this.channel = channel;
        this.in = Channels.newInputStream(channel);
    }

    /** A call and the number that its answer will bear. */
    public record Request(long id, Call<?> call) {}

    /** Exactly one of result and failure is given. */
    public record Response(
            long id, @Nullable JsonNode result, @Nullable Failure failure) {}

    /**
     * The next document, or null at the end of the connection.
     *
     * @throws IOException also for a line that is too long or is no such document
     */
    public <T> @Nullable T read(Class<T> type) throws IOException {
        byte[] line = readLine();
        if (line == null) {
            return null;
        }
        try {
            return JSON.readValue(line, type);
        } catch (JacksonException e) {
            throw new IOException("not a message of the embedded cloud's protocol: " + e.getOriginalMessage(), e);
        }
    }

    private byte @Nullable [] readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        while (true) {
            if (position == limit) {
                position = 0;
                limit = in.read(buffer);
                if (limit < 0) {
                    limit = 0;
                    return null;
                }
            }
            int end = position;
            while (end < limit && buffer[end] != '\n') {
                end++;
            }
            line.write(buffer, position, end - position);
            boolean complete = end < limit;
            position = complete ? end + 1 : end;
            if (complete) {
                return line.toByteArray();
            }
            if (line.size() > MAX_LINE_BYTES) {
                throw new IOException("a message is longer than " + (MAX_LINE_BYTES >> 20) + " MiB");
            }
        }
    }

    /** Sends one document. */
    public void write(Object message) throws IOException {
        byte[] json = JSON.writeValueAsBytes(message);
        if (json.length > MAX_LINE_BYTES) {
            throw new IOException("a message is longer than " + (MAX_LINE_BYTES >> 20) + " MiB");
        }
        ByteBuffer line =
                ByteBuffer.allocate(json.length + 1).put(json).put((byte) '\n').flip();
        synchronized (channel) {
            while (line.hasRemaining()) {
                channel.write(line);
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
