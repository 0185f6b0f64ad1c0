package io.i2kit.apiserver.http.proxy;

import java.util.List;
import java.util.Optional;

/**
 * What a URL names before {@code /proxy}: {@code name}, {@code name:port} or {@code scheme:name:port}
 * ({@code k8s.io/apimachinery/pkg/util/net/port_split.go}, SplitSchemeNamePort).
 *
 * @param scheme {@code http}, {@code https}, or empty
 * @param port a number, a port's name, or empty
 */
public record ProxyName(String scheme, String name, String port) {
    private static final List<String> SCHEMES = List.of("http", "https");

    /** Empty when it is none of the three. */
    public static Optional<ProxyName> parse(String text) {
        String[] parts = text.split(":", -1);
        ProxyName parsed = switch (parts.length) {
            case 1 -> new ProxyName("", parts[0], "");
            case 2 -> new ProxyName("", parts[0], parts[1]);
            case 3 -> new ProxyName(parts[0], parts[1], parts[2]);
            default -> new ProxyName("", "", "");
        };
        boolean known = parts.length < 3 || SCHEMES.contains(parsed.scheme());
        return parsed.name().isEmpty() || !known ? Optional.empty() : Optional.of(parsed);
    }

    public boolean secure() {
        return scheme.equals("https");
    }
}
