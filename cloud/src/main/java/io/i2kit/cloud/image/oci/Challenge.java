package io.i2kit.cloud.image.oci;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a registry asks for in {@code WWW-Authenticate} (RFC 9110, 11.6.1; distribution's token specification).
 *
 * @param scheme lower case: {@code basic} or {@code bearer}
 */
record Challenge(String scheme, Map<String, String> parameters) {
    private static final Pattern PARAMETER =
            Pattern.compile("([A-Za-z0-9_-]+)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s,\"]+))");

    /** The challenge that can be met: Bearer before Basic. */
    static Optional<Challenge> choose(List<String> headers) {
        Optional<Challenge> basic = Optional.empty();
        for (String header : headers) {
            Challenge challenge = parse(header);
            if (challenge.scheme().equals("bearer")) {
                return Optional.of(challenge);
            }
            if (challenge.scheme().equals("basic")) {
                basic = Optional.of(challenge);
            }
        }
        return basic;
    }

    private static Challenge parse(String header) {
        String[] parts = header.strip().split("\\s+", 2);
        Map<String, String> parameters = new HashMap<>();
        Matcher matcher = PARAMETER.matcher(parts.length == 2 ? parts[1] : "");
        while (matcher.find()) {
            String quoted = matcher.group(2);
            String value = quoted != null ? quoted.replaceAll("\\\\(.)", "$1") : matcher.group(3);
            parameters.put(matcher.group(1).toLowerCase(Locale.ROOT), value);
        }
        return new Challenge(parts[0].toLowerCase(Locale.ROOT), parameters);
    }

    String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }
}
