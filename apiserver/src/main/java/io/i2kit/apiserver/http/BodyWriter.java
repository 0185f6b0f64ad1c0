package io.i2kit.apiserver.http;

import io.i2kit.apiserver.storage.StorageException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes whole answers. A big one goes piece by piece, no faster than the client takes it, so that a list costs the memory of a few
 * pieces and not of itself.
 */
final class BodyWriter {
    private static final Logger LOG = LoggerFactory.getLogger(BodyWriter.class);
    /** Upstream's threshold: below it compression costs more than it saves. */
    private static final int MIN_COMPRESSED_BYTES = 128 * 1024;

    private static final int PIECE_BYTES = 128 * 1024;
    private static final int PIECES_ON_THE_WAY = 4;
    /** Within which a client must have taken a piece. */
    private static final long PATIENCE_SECONDS = 60;

    private BodyWriter() {}

    /** Called on a virtual thread. */
    static void write(
            HttpServerResponse response, List<byte[]> parts, @Nullable String acceptEncoding, boolean bodiless) {
        List<byte[]> body = compressed(response, parts, acceptEncoding);
        long length = length(body);
        if (bodiless) {
            response.end();
        } else if (length <= PIECE_BYTES) {
            response.end(buffer(body));
        } else {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(length));
            breakable(response, () -> {
                Queue<Future<Void>> onTheWay = new ArrayDeque<>();
                response.end(buffer(inPieces(response, body, onTheWay)));
            });
        }
    }

    private static List<byte[]> compressed(
            HttpServerResponse response, List<byte[]> parts, @Nullable String acceptEncoding) {
        if (length(parts) < MIN_COMPRESSED_BYTES || !takesGzip(acceptEncoding)) {
            return parts;
        }
        announceGzip(response);
        return List.of(Gzip.compress(parts));
    }

    /** Writes an answer whose length nobody knows yet. Called on a virtual thread. */
    static void write(
            HttpServerResponse response,
            Iterator<List<byte[]>> slices,
            @Nullable String acceptEncoding,
            boolean bodiless) {
        boolean compressed = takesGzip(acceptEncoding);
        if (compressed) {
            announceGzip(response);
        }
        if (bodiless) {
            response.end();
            return;
        }
        response.setChunked(true);
        breakable(response, () -> {
            Queue<Future<Void>> onTheWay = new ArrayDeque<>();
            Gzip gzip = compressed ? new Gzip() : null;
            while (slices.hasNext()) {
                List<byte[]> slice = slices.next();
                List<byte[]> rest = inPieces(response, gzip == null ? slice : List.of(gzip.more(slice)), onTheWay);
                if (!rest.isEmpty()) {
                    send(response, buffer(rest), onTheWay);
                }
            }
            response.end(gzip == null ? Buffer.buffer() : Buffers.shared(gzip.end()));
        });
    }

    /** As upstream reads it: the bare word among others; one with a quality is not understood. */
    private static boolean takesGzip(@Nullable String acceptEncoding) {
        return acceptEncoding != null
                && Arrays.stream(acceptEncoding.split(",", -1))
                        .anyMatch(token -> token.strip().equals("gzip"));
    }

    private static void announceGzip(HttpServerResponse response) {
        response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
        response.putHeader(HttpHeaders.VARY, "Accept-Encoding");
    }

    private static long length(List<byte[]> parts) {
        return parts.stream().mapToLong(part -> part.length).sum();
    }

    private static Buffer buffer(List<byte[]> parts) {
        if (parts.size() == 1) {
            return Buffers.shared(parts.getFirst());
        }
        Buffer buffer = Buffer.buffer((int) length(parts));
        parts.forEach(buffer::appendBytes);
        return buffer;
    }

    private interface Writing {
        void run() throws Exception;
    }

    /** A client must not take half an answer for a whole one. */
    private static void breakable(HttpServerResponse response, Writing writing) {
        try {
            writing.run();
        } catch (TimeoutException e) {
            LOG.debug("a client does not take its answer", e);
            response.reset();
        } catch (StorageException e) {
            LOG.info("an answer is broken off: {}", e.getMessage());
            response.reset();
        } catch (Exception e) { // Vert.x throws what a write failed with undeclared
            LOG.debug("a client went away during its answer", e);
            response.reset();
        }
    }

    /** Sends all but the last piece, which it returns. */
    private static List<byte[]> inPieces(HttpServerResponse response, List<byte[]> parts, Queue<Future<Void>> onTheWay)
            throws TimeoutException {
        List<byte[]> piece = new ArrayList<>();
        int bytes = 0;
        for (byte[] part : parts) {
            piece.add(part);
            bytes += part.length;
            if (bytes >= PIECE_BYTES) {
                send(response, buffer(piece), onTheWay);
                piece.clear();
                bytes = 0;
            }
        }
        return piece;
    }

    private static void send(HttpServerResponse response, Buffer piece, Queue<Future<Void>> onTheWay)
            throws TimeoutException {
        if (onTheWay.size() == PIECES_ON_THE_WAY) {
            onTheWay.remove().await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        onTheWay.add(response.write(piece));
    }
}
