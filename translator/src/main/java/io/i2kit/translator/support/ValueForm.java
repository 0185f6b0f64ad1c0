package io.i2kit.translator.support;

import java.util.regex.Pattern;

/** Forms of texts in annotations, where a list has commas between its items (and blanks beside them). */
enum ValueForm {
    FLAG("true|false"),
    NAME("(?!i2kit-|internal-)[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?"),
    PATH("/\\S{0,1023}"),
    PORT(
            "traffic-port|[1-9]\\d{0,3}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d\\d|655[0-2]\\d|6553[0-5]|(?=.*[a-z])[a-z0-9-]{1,63}"),
    INTERVAL("[5-9]|[1-9]\\d|[12]\\d\\d|300"),
    TIMEOUT("[2-9]|[1-9]\\d|1[01]\\d|120"),
    THRESHOLD("[2-9]|10"),
    CODES("[1-5]\\d\\d([,-][1-5]\\d\\d)*"),
    RANGES(list("((25[0-5]|2[0-4]\\d|1?\\d?\\d)\\.){3}(25[0-5]|2[0-4]\\d|1?\\d?\\d)/(3[0-2]|[12]?\\d)")),
    CERTIFICATES(list("arn:aws[a-z-]*:(acm|iam):[^,\\s]+")),
    /** IAM User Guide, "IAM identifiers". */
    ROLE("arn:aws[a-z-]*:iam::\\d{12}:role/(?:[!-~]+/)?[A-Za-z0-9_+=,.@-]{1,64}"),
    SUBNETS(list("subnet-[0-9a-zA-Z]+")),
    /** A load balancer takes five groups; one of them is i2kit's. */
    GROUPS("\\s*sg-[0-9a-zA-Z]+(\\s*,\\s*sg-[0-9a-zA-Z]+){0,3}\\s*"),
    ALLOCATIONS(list("eipalloc-[0-9a-zA-Z]+")),
    /** A label has two letters less than DNS allows: external-dns' text beside a name begins with {@code a-}. */
    HOSTNAMES(
            list(
                    "(\\*\\.)?([A-Za-z0-9_]([A-Za-z0-9_-]{0,59}[A-Za-z0-9_])?\\.)+[A-Za-z0-9]([A-Za-z0-9-]{0,59}[A-Za-z0-9])?\\.?")),
    TIME_TO_LIVE("[1-9]\\d{0,9}|((\\d+\\.?\\d*|\\.\\d+)(ns|us|µs|ms|s|m|h))+"),
    PAIRS(list("[^,=]+=[^,]*"));

    private final Pattern pattern;

    ValueForm(String pattern) {
        this.pattern = Pattern.compile(pattern);
    }

    private static String list(String item) {
        return "\\s*" + item + "(\\s*,\\s*" + item + ")*\\s*";
    }

    boolean takes(String text) {
        return pattern.matcher(text).matches();
    }
}
