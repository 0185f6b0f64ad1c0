package io.i2kit.cloud.image.debian;

import java.util.List;

/** The users and groups of a packed image: those of Debian's base-passwd that packages count on, and the image's own. */
final class Accounts {
    private static final int OWN_ID = 999;
    private static final List<String> USERS = List.of(
            "root:x:0:0:root:/root:/bin/sh",
            "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin",
            "bin:x:2:2:bin:/bin:/usr/sbin/nologin",
            "sys:x:3:3:sys:/dev:/usr/sbin/nologin",
            "mail:x:8:8:mail:/var/mail:/usr/sbin/nologin",
            "www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin",
            "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin");
    private static final List<String> GROUPS = List.of(
            "root:x:0:",
            "daemon:x:1:",
            "bin:x:2:",
            "sys:x:3:",
            "adm:x:4:",
            "tty:x:5:",
            "disk:x:6:",
            "mail:x:8:",
            "www-data:x:33:",
            "shadow:x:42:",
            "staff:x:50:",
            "users:x:100:",
            "nogroup:x:65534:");

    private Accounts() {}

    static String passwd() {
        return String.join("\n", USERS) + "\n";
    }

    static String group() {
        return String.join("\n", GROUPS) + "\n";
    }

    /** The user of an image when it has a name that is not among those above, else empty. */
    static String ownUser(String user) {
        String name = user.split(":", 2)[0];
        boolean known = USERS.stream().anyMatch(line -> line.startsWith(name + ":"));
        return name.isEmpty() || known || name.chars().allMatch(Character::isDigit) ? "" : name;
    }

    static String passwdWith(String own) {
        return passwd() + "%s:x:%d:%d::/nonexistent:/usr/sbin/nologin\n".formatted(own, OWN_ID, OWN_ID);
    }

    static String groupWith(String own) {
        return group() + "%s:x:%d:\n".formatted(own, OWN_ID);
    }
}
