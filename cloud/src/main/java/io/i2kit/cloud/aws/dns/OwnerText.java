package io.i2kit.cloud.aws.dns;

import io.i2kit.cloud.aws.api.DnsApi.RecordSet;
import io.i2kit.cloud.model.DnsRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Records of Route 53 have no tags, so each name has a text record beside it that says whose it is and what it stands for:
 * {@code "i2kit=1" "cluster=…" "type=…" "ttl=…"} and one {@code "value=…"} for each value, each in base64 where a text could break
 * the quotation.
 */
record OwnerText(String clusterId, DnsRecord record) {
    static final String PREFIX = "_i2kit.";
    private static final String MARK = "i2kit=1";

    RecordSet toRecordSet() {
        List<String> texts = new ArrayList<>();
        texts.add(MARK);
        texts.add("cluster=" + clusterId);
        texts.add("type=" + record.type());
        texts.add("ttl=" + record.timeToLive().toSeconds());
        record.values().forEach(value -> texts.add("value=" + encode(value)));
        String joined =
                String.join(" ", texts.stream().map(text -> '"' + text + '"').toList());
        return new RecordSet(PREFIX + record.name(), "TXT", record.timeToLive().toSeconds(), List.of(joined));
    }

    /** Empty for a record that is not such a text. */
    static Optional<OwnerText> of(RecordSet set) {
        if (!set.type().equals("TXT")
                || !set.name().startsWith(PREFIX)
                || set.values().isEmpty()) {
            return Optional.empty();
        }
        List<String> texts = Arrays.stream(set.values().getFirst().split("\" ?\""))
                .map(text -> text.replace("\"", ""))
                .toList();
        if (!texts.contains(MARK)) {
            return Optional.empty();
        }
        DnsRecord record = new DnsRecord(
                set.name().substring(PREFIX.length()),
                DnsRecord.Type.valueOf(all(texts, "type=").getFirst()),
                all(texts, "value=").stream().map(OwnerText::decode).toList(),
                Duration.ofSeconds(Long.parseLong(all(texts, "ttl=").getFirst())));
        return Optional.of(new OwnerText(all(texts, "cluster=").getFirst(), record));
    }

    private static List<String> all(List<String> texts, String key) {
        return texts.stream()
                .filter(text -> text.startsWith(key))
                .map(text -> text.substring(key.length()))
                .toList();
    }

    private static String encode(String value) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(value.getBytes(StandardCharsets.UTF_8));
    }

    private static String decode(String text) {
        return new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
    }
}
