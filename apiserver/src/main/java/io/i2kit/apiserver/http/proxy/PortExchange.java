package io.i2kit.apiserver.http.proxy;

import io.i2kit.apiserver.registry.NodeStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One request over HTTP/1.1 and its answer, on a connection of their own to a port of a Pod. Calls block; one thread uses it, any may
 * close it.
 */
public final class PortExchange implements AutoCloseable {
    private static final int MAX_LINE_BYTES = 16 * 1024;
    private static final int CHUNK_BYTES = 16 * 1024;
    private static final int MAX_HEADER_BYTES = 64 * 1024;

    private final NodeStream stream;
    private final EmbeddedChannel channel;
    private boolean ended;

    /** @param uri path and query */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    public record Request(String method, String uri, List<Map.Entry<String, String>> headers, byte[] body) {
        public Request {
            headers = List.copyOf(headers);
        }
    }

    /** The head of an answer. */
    public record Head(int status, List<Map.Entry<String, String>> headers) {
        public Head {
            headers = List.copyOf(headers);
        }
    }

    /**
     * @param stream to the port; closed with this
     * @param secure whether the port speaks TLS; its certificate is not verified, as upstream verifies none here: it is the Pod's
     *     own, made for names that are not asked for
     */
    public PortExchange(NodeStream stream, boolean secure) {
        this.stream = stream;
        this.channel = new EmbeddedChannel();
        HttpClientCodec http = new HttpClientCodec(MAX_LINE_BYTES, MAX_HEADER_BYTES, CHUNK_BYTES, false);
        if (secure) {
            channel.pipeline().addLast(tls());
        }
        channel.pipeline().addLast(http);
    }

    private SslHandler tls() {
        try {
            return SslContextBuilder.forClient()
                    .sslProvider(SslProvider.JDK)
                    .trustManager(InsecureTrustManagerFactory.INSTANCE)
                    .endpointIdentificationAlgorithm("")
                    .build()
                    .newHandler(channel.alloc());
        } catch (SSLException e) {
            throw new IllegalStateException("this JDK has no TLS", e);
        }
    }

    /**
     * Sends the request and waits for the head of the answer.
     *
     * @throws IOException when the machine goes away, the port closes early or does not speak HTTP
     */
    public Head send(Request request) throws IOException {
        DefaultFullHttpRequest sent = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1,
                HttpMethod.valueOf(request.method()),
                request.uri(),
                Unpooled.wrappedBuffer(request.body()));
        request.headers().forEach(header -> sent.headers().add(header.getKey(), header.getValue()));
        channel.writeOneOutbound(sent);
        channel.flushOutbound();
        flush();
        for (HttpObject next = next(); next != null; next = next()) {
            if (next instanceof HttpResponse head && head.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
                return new Head(head.status().code(), List.copyOf(head.headers().entries()));
            }
        }
        throw new IOException("the port closed the connection without an answer");
    }

    /**
     * The next piece of the answer's body, or null at its end.
     *
     * @throws IOException when it breaks off
     */
    public byte @Nullable [] body() throws IOException {
        while (!ended) {
            HttpObject next = next();
            if (next == null) {
                throw new IOException("the port closed the connection in the middle of an answer");
            }
            if (next instanceof HttpContent content) {
                ended = next instanceof LastHttpContent;
                byte[] bytes = ByteBufUtil.getBytes(content.content());
                content.release();
                if (bytes.length > 0) {
                    return bytes;
                }
            }
        }
        return null;
    }

    /** What the port said next, or null when it says no more. */
    private @Nullable HttpObject next() throws IOException {
        while (true) {
            HttpObject decoded = channel.readInbound();
            if (decoded != null) {
                if (decoded.decoderResult().isFailure()) {
                    throw new IOException(
                            "the port does not speak HTTP",
                            decoded.decoderResult().cause());
                }
                return decoded;
            }
            if (!channel.isActive()) {
                return null;
            }
            take(stream.read());
        }
    }

    private void take(NodeStream.@Nullable Frame frame) throws IOException {
        if (frame != null && frame.channel() != NodeStream.OUTPUT) {
            return;
        }
        try {
            if (frame == null || frame.data().length == 0) {
                // Bodies without a length end with the connection.
                channel.finish();
            } else {
                channel.writeInbound(Unpooled.wrappedBuffer(frame.data()));
                flush();
            }
        } catch (DecoderException e) {
            throw new IOException("the port does not speak TLS", e);
        }
    }

    private void flush() throws IOException {
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            byte[] bytes = ByteBufUtil.getBytes(out);
            out.release();
            if (bytes.length > 0) {
                stream.write(NodeStream.INPUT, bytes, 0, bytes.length);
            }
        }
    }

    @Override
    public void close() {
        stream.close();
    }
}
