package io.i2kit.translator.support;

/**
 * What the table says about one field of one object.
 *
 * @param path with indexes and keys, as Kubernetes writes field paths: {@code spec.containers[0].securityContext.seLinuxOptions}
 * @param level never {@link SupportLevel#HONOURED}
 * @param text for people
 */
public record SupportFinding(String path, SupportLevel level, String text) {
    /** The text of a {@code Warning:} header, in the words of the API server's own warnings. */
    public String warning() {
        return path + ": " + text;
    }
}
