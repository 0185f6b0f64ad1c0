package io.i2kit.apiserver.controller.pod;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A log of lines in the form that the CRI prescribes, shown as its options ask
 * ({@code cri-client/pkg/logs/logs.go}; the guest does the same with the logs that it has).
 *
 * @param since lines before are left out
 * @param tailLines at most so many lines
 * @param limitBytes of what is shown
 */
record LogLines(boolean timestamps, Instant since, long tailLines, long limitBytes) {
    /** Time, stream, tag and text. */
    private static final int PARTS = 4;

    /** @param parameters of {@code v1.PodLogOptions}, valid */
    static LogLines of(Map<String, String> parameters, Instant now) {
        Instant since = Instant.MIN;
        if (parameters.containsKey("sinceSeconds")) {
            since = now.minusSeconds(Math.min(number(parameters, "sinceSeconds"), now.getEpochSecond()));
        } else if (parameters.containsKey("sinceTime")) {
            since = OffsetDateTime.parse(parameters.get("sinceTime")).toInstant();
        }
        return new LogLines(
                parameters.getOrDefault("timestamps", "").equals("true"),
                since,
                number(parameters, "tailLines"),
                number(parameters, "limitBytes"));
    }

    private static long number(Map<String, String> parameters, String name) {
        String text = parameters.get(name);
        return text == null ? Long.MAX_VALUE : Long.parseLong(text);
    }

    byte[] show(byte[] log) {
        List<String> chosen = new ArrayList<>();
        // Each byte is a character: what a container wrote need not be UTF-8.
        boolean lineStart = true;
        for (String raw : new String(log, StandardCharsets.ISO_8859_1).split("\n")) {
            String[] parts = raw.split(" ", PARTS);
            if (parts.length < PARTS || isBefore(parts[0])) {
                continue;
            }
            boolean whole = !parts[2].startsWith("P");
            String text = (timestamps && lineStart ? parts[0] + " " : "") + parts[PARTS - 1] + (whole ? "\n" : "");
            if (lineStart) {
                chosen.add(text);
            } else {
                chosen.set(chosen.size() - 1, chosen.getLast() + text);
            }
            lineStart = whole;
        }
        int first = (int) Math.max(0, chosen.size() - Math.min(tailLines, chosen.size()));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        chosen.subList(first, chosen.size())
                .forEach(text -> out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1)));
        byte[] all = out.toByteArray();
        return limitBytes >= all.length ? all : Arrays.copyOf(all, (int) limitBytes);
    }

    private boolean isBefore(String stamp) {
        try {
            return Instant.parse(stamp).isBefore(since);
        } catch (DateTimeException e) {
            return false;
        }
    }
}
