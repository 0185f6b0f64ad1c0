package io.i2kit.cloud.aws.dns;

import io.i2kit.cloud.aws.api.DnsApi.RecordSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Whose a public name is, in the words of external-dns' TXT registry (kubernetes-sigs/external-dns, docs/registry/txt.md and
 * endpoint/labels.go): a text record beside each record, which any external-dns and any other cluster of i2kit respects.
 *
 * @param owner external-dns' {@code --txt-owner-id}
 * @param resource {@code service/namespace/name}, or empty where it does not say
 */
record RegistryText(String owner, String resource) {
    /** Of the records that texts speak of. */
    static final List<String> TYPES = List.of("A", "AAAA", "CNAME");

    private static final String HERITAGE = "external-dns";
    private static final String OWNER = HERITAGE + "/owner";
    private static final String RESOURCE = HERITAGE + "/resource";

    /** What external-dns gives records for which nobody asks for another. */
    private static final long TTL_SECONDS = 300;

    /**
     * The name of the text beside a record: {@code a-www.example.com} for an address, {@code a-*.example.com} for a wildcard. One for
     * the zone's own name would be outside of the zone, so it has the form that external-dns documents for these,
     * {@code --txt-prefix=%{record_type}-.}: {@code a-.example.com}.
     */
    static String name(String hostname, String type, String zone) {
        String prefix = type.toLowerCase(Locale.ROOT) + "-";
        return hostname.equals(zone) ? prefix + "." + hostname : prefix + hostname;
    }

    /** Where a text may say whose a hostname is, by this version of external-dns and earlier ones. */
    static List<String> names(String hostname, String zone) {
        List<String> names = new ArrayList<>();
        for (String type : TYPES) {
            names.add(name(hostname, type, zone));
        }
        names.add(hostname);
        return names;
    }

    RecordSet beside(RecordSet record, String zone) {
        String text = "\"heritage=" + HERITAGE + "," + OWNER + "=" + owner + "," + RESOURCE + "=" + resource + "\"";
        return new RecordSet(name(record.name(), record.type(), zone), "TXT", TTL_SECONDS, List.of(text));
    }

    /** Empty for a record that is not such a text. */
    static Optional<RegistryText> of(RecordSet set) {
        if (!set.type().equals("TXT") || set.values().isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> labels = Arrays.stream(
                        set.values().getFirst().replace("\"", "").split(",", -1))
                .map(label -> label.split("=", 2))
                .filter(label -> label.length == 2)
                .collect(Collectors.toMap(label -> label[0], label -> label[1], (first, second) -> first));
        return HERITAGE.equals(labels.get("heritage"))
                ? Optional.of(new RegistryText(labels.getOrDefault(OWNER, ""), labels.getOrDefault(RESOURCE, "")))
                : Optional.empty();
    }
}
