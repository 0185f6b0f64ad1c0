package io.i2kit.apiserver.http;

import io.i2kit.apiserver.http.limits.Patience;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The HTTP/2 connections that are open. A server that has ended a watch and closes at once can take the end away from its
 * client: the JDK's drops what it has received and not yet handed on. So each is told that nothing follows and has time to go
 * by itself, as with Go's {@code http2.Server} ({@code goAwayTimeout}).
 */
final class OpenConnections {
    private static final long NO_ERROR = 0;

    private final Set<HttpConnection> http2 = ConcurrentHashMap.newKeySet();

    void opened(HttpConnection connection) {
        if (connection.protocolVersion().equals(HttpVersion.HTTP_2)) {
            http2.add(connection);
            connection.closeHandler(closed -> http2.remove(connection));
        }
    }

    /** Says that no request is taken any more, and waits until the clients have gone, or for so long. */
    void sayFarewell(Duration patience) {
        http2.forEach(connection -> connection.goAway(NO_ERROR));
        Patience.until(http2::isEmpty, patience);
    }
}
