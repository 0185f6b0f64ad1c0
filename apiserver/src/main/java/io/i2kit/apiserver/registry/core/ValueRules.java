package io.i2kit.apiserver.registry.core;

import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Rules of single values inside Pods, with the texts of {@code k8s.io/apimachinery/pkg/util/validation/validation.go}. */
final class ValueRules {
    private static final Pattern PORT_NAME = Pattern.compile("[-a-z0-9]+");
    private static final Pattern LETTER = Pattern.compile("[a-z]");
    private static final Pattern CONFIG_KEY = Pattern.compile("[-._a-zA-Z0-9]+");
    private static final Pattern HEADER = Pattern.compile("[-A-Za-z0-9]+");
    private static final int MAX_PORT_NAME = 15;
    private static final int MAX_CONFIG_KEY = 253;

    private ValueRules() {}

    static void portName(String name, Consumer<String> problems) {
        if (name.length() > MAX_PORT_NAME) {
            problems.accept("must be no more than " + MAX_PORT_NAME + " characters");
        }
        if (!PORT_NAME.matcher(name).matches()) {
            problems.accept("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
        }
        if (!LETTER.matcher(name).find()) {
            problems.accept("must contain at least one letter (a-z)");
        }
        if (name.contains("--")) {
            problems.accept("must not contain consecutive hyphens");
        }
        if (name.startsWith("-") || name.endsWith("-")) {
            problems.accept("must not begin or end with a hyphen");
        }
    }

    /** The relaxed rule: printable ASCII without {@code =}. */
    static void environmentName(String name, Consumer<String> problems) {
        boolean plain = name.chars().allMatch(c -> c >= ' ' && c <= '~' && c != '=');
        if (!plain) {
            problems.accept(
                    "a valid environment variable name must consist only of printable ASCII characters other than '='");
        }
    }

    /** A key of a ConfigMap or Secret. */
    static void configKey(String key, Consumer<String> problems) {
        if (key.length() > MAX_CONFIG_KEY) {
            problems.accept("must be no more than " + MAX_CONFIG_KEY + " characters");
        }
        if (!CONFIG_KEY.matcher(key).matches()) {
            problems.accept(
                    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',"
                            + "  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')");
        }
        if (key.equals(".")) {
            problems.accept("must not be '.'");
        } else if (key.equals("..")) {
            problems.accept("must not be '..'");
        } else if (key.startsWith("..")) {
            problems.accept("must not start with '..'");
        }
    }

    static void headerName(String name, Consumer<String> problems) {
        if (!HEADER.matcher(name).matches()) {
            problems.accept("a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name',"
                    + " regex used for validation is '[-A-Za-z0-9]+')");
        }
    }

    static void noBacksteps(String path, Consumer<String> problems) {
        if (List.of(path.split("/", -1)).contains("..")) {
            problems.accept("must not contain '..'");
        }
    }

    /** A path below some directory. */
    static void descendingPath(String path, Consumer<String> problems) {
        if (path.startsWith("/")) {
            problems.accept("must be a relative path");
        }
        noBacksteps(path, problems);
    }

    /** A path of a file that a volume makes. */
    static void filePath(String path, Consumer<String> problems) {
        descendingPath(path, problems);
        if (path.startsWith("..") && !path.startsWith("../")) {
            problems.accept("must not start with '..'");
        }
    }
}
