package io.i2kit.cloud.image.oci;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Where a registry's interface is. A mirror comes before its registry. A registry on a loopback address may speak plain HTTP, as
 * Docker treats it: HTTPS is tried first.
 */
final class RegistryEndpoints {
    private static final String DOCKER_HUB_HOST = "registry-1.docker.io";

    private static final int HTTPS_PORT = 443;
    private static final int HANDSHAKE_MILLIS = 2000;

    private final Map<String, URI> mirrors;
    private final Map<String, Boolean> plainByHost = new ConcurrentHashMap<>();

    /** @param mirrors by registry; a URL may have a path, which comes before {@code /v2/} */
    RegistryEndpoints(Map<String, URI> mirrors) {
        this.mirrors = Map.copyOf(mirrors);
    }

    /** Base URLs without a slash at the end, in the order to try them. */
    List<URI> of(String registry) {
        List<URI> endpoints = new ArrayList<>();
        URI mirror = mirrors.get(registry);
        if (mirror != null) {
            String text = mirror.toString();
            endpoints.add(URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text));
        }
        endpoints.addAll(ofRegistry(registry));
        return endpoints;
    }

    /** The registry itself, for uploads. */
    List<URI> ofRegistry(String registry) {
        String host = registry.equals(ImageReference.DOCKER_HUB) ? DOCKER_HUB_HOST : registry;
        boolean plain = isLoopback(host) && plainByHost.computeIfAbsent(host, RegistryEndpoints::isPlain);
        return List.of(URI.create((plain ? "http://" : "https://") + host));
    }

    /**
     * Whether a loopback address answers no TLS handshake. Asked by itself and once, because a plain HTTP server may wait for the
     * rest of what it takes for a request for as long as the client does.
     */
    private static boolean isPlain(String host) {
        URI uri = URI.create("https://" + host);
        int port = uri.getPort() < 0 ? HTTPS_PORT : uri.getPort();
        try (Socket tcp = new Socket()) {
            tcp.connect(new InetSocketAddress(uri.getHost(), port), HANDSHAKE_MILLIS);
            tcp.setSoTimeout(HANDSHAKE_MILLIS);
            SSLSocketFactory tls = (SSLSocketFactory) SSLSocketFactory.getDefault();
            try (SSLSocket socket = (SSLSocket) tls.createSocket(tcp, uri.getHost(), port, true)) {
                socket.startHandshake();
                return false;
            }
        } catch (SSLHandshakeException e) {
            // It speaks TLS, with a certificate that is not trusted: that is for the real request to say.
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static boolean isLoopback(String registry) {
        String host = registry.replaceFirst(":[0-9]+$", "");
        return host.equals("localhost") || host.equals("[::1]") || host.matches("127\\.[0-9.]+");
    }
}
