package io.i2kit.apiserver.http.rest;

import io.i2kit.apiserver.http.proxy.PortExchange;
import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.NodeProxy;
import io.i2kit.apiserver.registry.NodeStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code pods/proxy} and {@code services/proxy}: an HTTP request to a Pod's port by way of its machine
 * ({@code k8s.io/apimachinery/pkg/util/proxy/upgradeaware.go}). Unlike upstream's, links in HTML are left as they are, and connections
 * are not upgraded.
 */
final class PortProxy {
    private static final Logger LOG = LoggerFactory.getLogger(PortProxy.class);

    /** {@code /api/v1/namespaces/<namespace>/<resource>/<name>/proxy}. */
    private static final int PREFIX_SEGMENTS = 7;

    /** Of one connection (RFC 9110, 7.6.1), or this server's own. */
    private static final Set<String> NOT_FORWARDED = Set.of(
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "content-length",
            "host",
            "expect",
            "http2-settings",
            "authorization");

    private final NodeProxy nodes;
    private final ProxyTargets targets;

    PortProxy(NodeProxy nodes, ProxyTargets targets) {
        this.nodes = nodes;
        this.targets = targets;
    }

    /** Where a proxied URL is split: what leads here, and what the port is asked for. */
    private record Location(String prefix, String path, String query) {
        static Location of(String uri) {
            int mark = uri.indexOf('?');
            String path = mark < 0 ? uri : uri.substring(0, mark);
            int end = 0;
            for (int i = 0; i < PREFIX_SEGMENTS && end >= 0; i++) {
                end = path.indexOf('/', end + 1);
            }
            int split = end < 0 ? path.length() : end;
            return new Location(path.substring(0, split), path.substring(split), mark < 0 ? "" : uri.substring(mark));
        }
    }

    Answer handle(RequestInfo.Target target, ApiRequest request) {
        Location location = Location.of(String.valueOf(request.header(ApiRequest.URI)));
        boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
        if (location.path().isEmpty() && reads) {
            // So that relative links of the page lead back here (https://issue.k8s.io/4958).
            Map<String, String> there = Map.of("Location", location.prefix() + "/" + location.query());
            return new Answer.Whole(301, "text/plain", List.of(), there, List.of());
        }
        if (request.header("upgrade") != null) {
            throw new ApiException(
                    501,
                    "NotImplemented",
                    target.resource() + "/proxy does not upgrade connections; use kubectl port-forward",
                    null);
        }
        ProxyTargets.Found found = targets.find(target);
        return exchange(found, location, request);
    }

    private Answer exchange(ProxyTargets.Found found, Location location, ApiRequest request) {
        NodeStream stream;
        try {
            stream = nodes.stream(found.pod(), new NodeStream.Target.Port(found.port()));
        } catch (ApiException e) {
            throw unreachable(e);
        }
        PortExchange exchange = new PortExchange(stream, found.name().secure());
        try {
            PortExchange.Head head = exchange.send(new PortExchange.Request(
                    request.method(),
                    (location.path().isEmpty() ? "/" : location.path()) + location.query(),
                    forwarded(request, found),
                    request.body()));
            return new Answer.Stream(head.status(), answered(head, location, found), sink -> copy(exchange, sink));
        } catch (IOException e) {
            exchange.close();
            throw unreachable(e);
        }
    }

    private static ApiException unreachable(Exception why) {
        return ApiException.unavailable("error trying to reach service: " + why.getMessage());
    }

    private static List<Map.Entry<String, String>> forwarded(ApiRequest request, ProxyTargets.Found found) {
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        headers.add(Map.entry("Host", found.host()));
        headers.add(Map.entry("Connection", "close"));
        request.headers().forEach((name, value) -> {
            if (!name.startsWith(":") && !name.startsWith("impersonate-") && !NOT_FORWARDED.contains(name)) {
                headers.add(Map.entry(name, value));
            }
        });
        String host = request.header("host");
        headers.add(Map.entry("X-Forwarded-Proto", "https"));
        headers.add(Map.entry("X-Forwarded-Host", host == null ? "" : host));
        headers.add(Map.entry(
                "X-Forwarded-Uri",
                Location.of(String.valueOf(request.header(ApiRequest.URI))).prefix()));
        if (request.body().length > 0
                || request.method().equals("POST")
                || request.method().equals("PUT")) {
            headers.add(Map.entry("Content-Length", Integer.toString(request.body().length)));
        }
        return headers;
    }

    private static List<Map.Entry<String, String>> answered(
            PortExchange.Head head, Location location, ProxyTargets.Found found) {
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        for (Map.Entry<String, String> header : head.headers()) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (name.equals("location")) {
                headers.add(Map.entry("Location", redirected(header.getValue(), location, found)));
            } else if (name.equals("content-length") || !NOT_FORWARDED.contains(name)) {
                headers.add(header);
            }
        }
        return headers;
    }

    /** A redirect to the same port leads through this server again. */
    private static String redirected(String to, Location location, ProxyTargets.Found found) {
        String own = (found.name().secure() ? "https://" : "http://") + found.host();
        if (to.startsWith(own + "/")) {
            return location.prefix() + to.substring(own.length());
        }
        return to.startsWith("/") && !to.startsWith("//") ? location.prefix() + to : to;
    }

    private static void copy(PortExchange exchange, Answer.Sink sink) {
        Semaphore room = new Semaphore(0);
        sink.onClose(() -> {
            exchange.close();
            room.release();
        });
        try (exchange) {
            for (byte[] piece = exchange.body(); piece != null; piece = exchange.body()) {
                sink.write(piece);
                if (sink.isFull()) {
                    sink.onDrain(room::release);
                    room.acquire();
                }
            }
            sink.end();
        } catch (IOException e) {
            LOG.debug("a proxied answer broke off", e);
            sink.abort();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            sink.abort();
        }
    }
}
