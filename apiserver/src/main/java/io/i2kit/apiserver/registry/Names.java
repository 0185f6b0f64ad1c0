package io.i2kit.apiserver.registry;

import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Name rules with the texts of {@code k8s.io/apimachinery/pkg/util/validation/validation.go}. */
public final class Names {
    private static final Pattern SUBDOMAIN =
            Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");

    private static final Pattern QUALIFIED = Pattern.compile("([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]");
    private static final String QUALIFIED_RULE =
            "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
                    + " (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is"
                    + " '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

    private Names() {}

    /** RFC 1123 subdomain, at most 253 characters. {@code prefix}: the name is a generateName and may end with a dash. */
    public static void dns1123Subdomain(String name, boolean prefix, Consumer<String> problems) {
        String value = prefix ? withoutTrailingDash(name) : name;
        if (value.length() > 253) {
            problems.accept("must be no more than 253 characters");
        }
        if (!SUBDOMAIN.matcher(value).matches()) {
            problems.accept(
                    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must"
                            + " start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is"
                            + " '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')");
        }
    }

    /** {@link #dns1123Subdomain} with letters of either case, as declarative rules say it. */
    public static void caselessSubdomain(String name, Consumer<String> problems) {
        if (name.length() > 253) {
            problems.accept("must be no more than 253 bytes");
        }
        if (!SUBDOMAIN.matcher(name.toLowerCase(Locale.ROOT)).matches()) {
            problems.accept(
                    "an RFC 1123 subdomain must consist of alphanumeric characters, '-' or '.', and must start and end"
                            + " with an alphanumeric character (e.g. 'Example.com', regex used for validation is"
                            + " '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')");
        }
    }

    /** RFC 1123 label, at most 63 characters. */
    public static void dns1123Label(String name, boolean prefix, Consumer<String> problems) {
        String value = prefix ? withoutTrailingDash(name) : name;
        if (value.length() > 63) {
            problems.accept("must be no more than 63 characters");
        }
        if (SUBDOMAIN.matcher(value).matches() && value.indexOf('.') >= 0) {
            problems.accept("must not contain dots");
        } else if (!LABEL.matcher(value).matches()) {
            problems.accept(
                    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and"
                            + " end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is"
                            + " '[a-z0-9]([-a-z0-9]*[a-z0-9])?')");
        }
    }

    /** {@code validateKubeFinalizerName}: the finalizers of others have a domain. */
    public static void kubernetesFinalizer(String name, Consumer<String> problems) {
        if (!name.contains("/")
                && !List.of("kubernetes", "orphan", "foregroundDeletion").contains(name)) {
            problems.accept("name is neither a standard finalizer name nor is it fully qualified");
        }
    }

    /** A label or annotation key, a finalizer: {@code [prefix/]name}. */
    public static void qualified(String key, Consumer<String> problems) {
        int slash = key.indexOf('/');
        String name = key.substring(slash + 1);
        if (name.indexOf('/') >= 0) {
            problems.accept("a qualified name " + QUALIFIED_RULE
                    + " with an optional DNS subdomain prefix and '/' (e.g." + " 'example.com/MyName')");
            return;
        }
        if (slash == 0) {
            problems.accept("prefix part must be non-empty");
        } else if (slash > 0) {
            dns1123Subdomain(key.substring(0, slash), false, problem -> problems.accept("prefix part " + problem));
        }
        if (name.isEmpty()) {
            problems.accept("name part must be non-empty");
        } else if (name.length() > 63) {
            problems.accept("name part must be no more than 63 bytes");
        }
        if (!QUALIFIED.matcher(name).matches()) {
            problems.accept("name part " + QUALIFIED_RULE);
        }
    }

    /** A label's value: empty, or at most 63 characters. */
    public static void labelValue(String value, Consumer<String> problems) {
        if (value.length() > 63) {
            problems.accept("must be no more than 63 bytes");
        }
        if (!value.isEmpty() && !QUALIFIED.matcher(value).matches()) {
            problems.accept(
                    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must"
                            + " start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345',"
                            + " regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')");
        }
    }

    private static String withoutTrailingDash(String name) {
        return name.endsWith("-") ? name.substring(0, name.length() - 1) + "a" : name;
    }
}
