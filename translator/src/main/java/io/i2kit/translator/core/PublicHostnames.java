package io.i2kit.translator.core;

import io.fabric8.kubernetes.api.model.Service;
import io.i2kit.cloud.model.DnsRecord;
import io.i2kit.cloud.model.PublicName;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names that a Service asks for by external-dns' annotations (kubernetes-sigs/external-dns, docs/annotations/annotations.md and
 * source/annotations/processors.go), under their present prefix and the one of earlier versions.
 */
final class PublicHostnames {
    private static final List<String> PREFIXES =
            List.of("external-dns.kubernetes.io/", "external-dns.alpha.kubernetes.io/");

    /** Of a Service that says {@code controller}, only these are external-dns' own. */
    private static final String CONTROLLER = "dns-controller";

    /** Names that lead elsewhere, or to several places by a rule, are not those of the Service's load balancer. */
    private static final List<String> OTHERS = List.of("target", "set-identifier");

    /** What external-dns gives where nobody asks for another (provider/aws/aws.go). */
    private static final Duration DEFAULT = Duration.ofSeconds(300);

    /** One number with its unit, of which a duration of Go has several. */
    private static final Pattern PART = Pattern.compile("(\\d+\\.?\\d*|\\.\\d+)(ns|us|µs|ms|s|m|h)");

    private static final Map<String, BigDecimal> SECONDS = Map.of(
            "ns", new BigDecimal("1e-9"),
            "us", new BigDecimal("1e-6"),
            "µs", new BigDecimal("1e-6"),
            "ms", new BigDecimal("1e-3"),
            "s", BigDecimal.ONE,
            "m", BigDecimal.valueOf(60),
            "h", BigDecimal.valueOf(3600));

    private PublicHostnames() {}

    /**
     * Each once, sorted.
     *
     * @param type and value: what the names lead to
     */
    static List<PublicName> of(Service service, DnsRecord.Type type, String value) {
        boolean ours = annotation(service, "controller").orElse(CONTROLLER).equals(CONTROLLER)
                && OTHERS.stream().allMatch(key -> annotation(service, key).isEmpty());
        if (!ours) {
            return List.of();
        }
        String resource = "service/" + service.getMetadata().getNamespace() + "/"
                + service.getMetadata().getName();
        Duration timeToLive =
                annotation(service, "ttl").map(PublicHostnames::timeToLive).orElse(DEFAULT);
        return Arrays.stream(annotation(service, "hostname").orElse("").split(","))
                .map(hostname ->
                        hostname.replace(" ", "").replaceAll("\\.$", "").toLowerCase(Locale.ROOT))
                .filter(hostname -> !hostname.isEmpty())
                .distinct()
                .sorted()
                .map(hostname -> new PublicName(hostname, resource, type, value, timeToLive))
                .toList();
    }

    private static Optional<String> annotation(Service service, String name) {
        Map<String, String> annotations = service.getMetadata().getAnnotations();
        return annotations == null
                ? Optional.empty()
                : PREFIXES.stream()
                        .map(prefix -> annotations.getOrDefault(prefix + name, ""))
                        .filter(value -> !value.isBlank())
                        .findFirst();
    }

    /** Whole seconds of a number or a duration of Go, from 1 to 2,147,483,647; what is neither counts for nothing. */
    private static Duration timeToLive(String text) {
        BigDecimal seconds = BigDecimal.ZERO;
        if (text.matches("\\d{1,10}")) {
            seconds = new BigDecimal(text);
        } else if (text.matches("(" + PART + ")+")) {
            for (Matcher part = PART.matcher(text); part.find(); ) {
                seconds = seconds.add(new BigDecimal(part.group(1)).multiply(SECONDS.get(part.group(2))));
            }
        }
        boolean fits =
                seconds.compareTo(BigDecimal.ONE) >= 0 && seconds.compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) <= 0;
        return fits ? Duration.ofSeconds(seconds.longValue()) : DEFAULT;
    }
}
