package io.i2kit.apiserver.http;

import java.util.Locale;
import java.util.regex.Pattern;

/** The text of a {@code Warning} header (RFC 7234, 5.5): a quoted string, in which no control character may be. */
final class WarningText {
    private static final Pattern LINE_ENDS = Pattern.compile("[\\r\\n]+");
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    private WarningText() {}

    /** Line ends become blanks; other control characters, which names of fields may have, are written as JSON writes them. */
    static String quoted(String text) {
        String line = LINE_ENDS.matcher(text).replaceAll(" ");
        String visible = CONTROL.matcher(line)
                .replaceAll(match -> String.format(
                        Locale.ROOT, "\\\\u%04x", (int) match.group().charAt(0)));
        return visible.replace("\\", "\\\\").replace("\"", "\\\"");
    }
}
