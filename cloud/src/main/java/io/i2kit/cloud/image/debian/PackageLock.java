package io.i2kit.cloud.image.debian;

import io.i2kit.cloud.image.oci.Digest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Exact packages with their content: lines of {@code name version sha256}. The same lock gives the same bytes wherever the
 * packages come from.
 *
 * @param entries by package name
 */
public record PackageLock(Map<DebianPackage, Digest> entries) {
    private static final String HEADER = """
            # Debian packages of a machine's base: name, version, sha256 of the .deb file.
            """;

    public PackageLock {
        entries = Map.copyOf(entries);
    }

    /** @throws IOException when a line is not of the form */
    static PackageLock parse(List<String> lines, String where) throws IOException {
        Map<DebianPackage, Digest> entries = new HashMap<>();
        for (String line : lines) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] parts = line.strip().split(" +");
            if (parts.length != 3) {
                throw new IOException(where + ": not a line of name, version and sha256: " + line);
            }
            try {
                entries.put(new DebianPackage(parts[0], parts[1]), new Digest(parts[2]));
            } catch (IllegalArgumentException e) {
                throw new IOException(where + ": " + e.getMessage(), e);
            }
        }
        return new PackageLock(entries);
    }

    /** Sorted by name, so that equal locks are equal texts. */
    String text() {
        Map<String, String> lines = new TreeMap<>();
        entries.forEach(
                (one, digest) -> lines.put(one.name(), one.name() + " " + one.version() + " " + digest.hex() + "\n"));
        return HEADER + String.join("", lines.values());
    }

    /** In the order of the names. */
    List<DebianPackage> packages() {
        List<DebianPackage> all = new ArrayList<>(entries.keySet());
        all.sort((a, b) -> a.name().compareTo(b.name()));
        return all;
    }
}
