package io.i2kit.cloud.image.linuxkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The user database of an image: its {@code /etc/passwd} and {@code /etc/group}. Names are looked up as the container runtimes
 * do (moby/sys/user, GetExecUser): a number without an entry is itself with group 0, a name without an entry is an error.
 */
public final class ImageUsers {
    private final List<String[]> passwd;
    private final List<String[]> group;

    /** @param passwd contents of the files, empty when the image has none */
    public ImageUsers(String passwd, String group) {
        this.passwd = lines(passwd, 4);
        this.group = lines(group, 3);
    }

    private static List<String[]> lines(String file, int fields) {
        List<String[]> lines = new ArrayList<>();
        for (String line : file.lines().toList()) {
            String[] parts = line.strip().split(":", -1);
            if (parts.length >= fields && !parts[0].isEmpty()) {
                lines.add(parts);
            }
        }
        return lines;
    }

    /**
     * @param imageUser the image's USER, {@code user[:group]}, or empty
     * @param uid instead of the image's user, or null
     * @param gid instead of any other group, or null
     * @param more groups to add
     * @throws IllegalArgumentException when a name is not in the image
     */
    public RuntimeSpec.User resolve(String imageUser, @Nullable Long uid, @Nullable Long gid, List<Long> more) {
        String[] parts = imageUser.split(":", 2);
        String name = uid != null ? uid.toString() : parts[0].isEmpty() ? "0" : parts[0];
        String groupName = uid == null && parts.length == 2 ? parts[1] : "";
        Optional<String[]> entry = find(passwd, name);
        long actualUid = entry.map(line -> number(line[2])).orElseGet(() -> numberOf(name, "user"));
        long actualGid;
        if (gid != null) {
            actualGid = gid;
        } else if (!groupName.isEmpty()) {
            actualGid =
                    find(group, groupName).map(line -> number(line[2])).orElseGet(() -> numberOf(groupName, "group"));
        } else {
            actualGid = entry.map(line -> number(line[3])).orElse(0L);
        }
        TreeSet<Long> groups = new TreeSet<>(more);
        entry.ifPresent(line -> groups.addAll(memberships(line[0])));
        groups.remove(actualGid);
        return new RuntimeSpec.User(actualUid, actualGid, List.copyOf(groups));
    }

    private List<Long> memberships(String user) {
        List<Long> ids = new ArrayList<>();
        for (String[] line : group) {
            if (line.length >= 4 && List.of(line[3].split(",")).contains(user)) {
                ids.add(number(line[2]));
            }
        }
        return ids;
    }

    private static Optional<String[]> find(List<String[]> lines, String nameOrNumber) {
        for (String[] line : lines) {
            if (line[0].equals(nameOrNumber) || line[2].equals(nameOrNumber)) {
                return Optional.of(line);
            }
        }
        return Optional.empty();
    }

    private static long numberOf(String text, String kind) {
        if (text.isEmpty() || text.length() > 10 || !text.chars().allMatch(Character::isDigit)) {
            throw new IllegalArgumentException("unable to find %s %s: no matching entries in %s file"
                    .formatted(kind, text, kind.equals("user") ? "passwd" : "group"));
        }
        return Long.parseLong(text);
    }

    private static long number(String text) {
        return numberOf(text, "user");
    }
}
