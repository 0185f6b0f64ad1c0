package io.i2kit.apiserver.registry.core;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Names;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** IP addresses, ranges and host names, with the texts of {@code k8s.io/apimachinery/pkg/util/validation}. */
public final class NetworkRules {
    private static final Pattern DOTTED = Pattern.compile("[0-9]{1,3}(?:\\.[0-9]{1,3}){3}");
    private static final Pattern COLONS = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final Pattern LEADING_ZERO = Pattern.compile("(?:.*\\.)?0[0-9].*");
    private static final Pattern WILDCARD =
            Pattern.compile("\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

    private NetworkRules() {}

    /** Whether the text is an IP address, perhaps with leading zeros. */
    public static boolean isAddress(String text) {
        return bytes(text) != null;
    }

    /** {@code IsValidIPForLegacyField}, strictly. */
    public static void address(FieldChecks checks, String text, String path) {
        String fault = addressFault(text);
        if (!fault.isEmpty()) {
            checks.invalid(path, text, fault);
        }
    }

    /** {@code ValidateEndpointIP}: an address that somebody else can reach. */
    public static void endpointAddress(FieldChecks checks, String text, String path) {
        byte[] bytes = bytes(text);
        if (bytes == null) {
            checks.invalid(path, text, "must be a valid IP address");
            return;
        }
        InetAddress address = address(bytes);
        if (address.isAnyLocalAddress()) {
            checks.invalid(path, text, "may not be unspecified (" + text + ")");
        }
        if (address.isLoopbackAddress()) {
            checks.invalid(path, text, "may not be in the loopback range (127.0.0.0/8, ::1/128)");
        }
        if (address.isLinkLocalAddress()) {
            checks.invalid(path, text, "may not be in the link-local range (169.254.0.0/16, fe80::/10)");
        }
        if (address.isMCLinkLocal()) {
            checks.invalid(path, text, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
        }
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String addressFault(String text) {
        if (!isAddress(text)) {
            return "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
        } else if (hasLeadingZero(text)) {
            return "must not have leading 0s";
        }
        return isMapped(text) ? "must not be an IPv4-mapped IPv6 address" : "";
    }

    /** {@code IsValidIP}: what is wrong with an address that must be written in the one usual way, or empty. */
    public static String canonicalAddressFault(String text) {
        String fault = addressFault(text);
        byte[] bytes = bytes(text);
        if (!fault.isEmpty() || bytes == null) {
            return fault;
        }
        return canonicalFault(text, canonical(bytes));
    }

    /** {@code IsValidCIDR}: a range that must be written in the one usual way. */
    public static void canonicalRange(FieldChecks checks, String text, String path) {
        List<FieldError> faults = new ArrayList<>();
        range(new FieldChecks(faults::add), text, path);
        faults.forEach(checks::add);
        byte[] bytes = faults.isEmpty() ? bytes(text.substring(0, text.indexOf('/'))) : null;
        if (bytes != null) {
            String fault = canonicalFault(text, canonical(bytes) + "/" + length(text));
            if (!fault.isEmpty()) {
                checks.invalid(path, text, fault);
            }
        }
    }

    private static String canonicalFault(String text, String canonical) {
        return text.equals(canonical) ? "" : "must be in canonical form (" + FieldChecks.quoted(canonical) + ")";
    }

    /** RFC 5952: the longest run of zeros, of two groups or more, is left out; the first one of equals. */
    private static String canonical(byte[] address) {
        StringBuilder text = new StringBuilder();
        if (address.length == 4) {
            for (byte part : address) {
                text.append(text.isEmpty() ? "" : ".").append(part & 0xff);
            }
            return text.toString();
        }
        int[] groups = new int[8];
        for (int i = 0; i < groups.length; i++) {
            groups[i] = (address[2 * i] & 0xff) << 8 | address[2 * i + 1] & 0xff;
        }
        int start = -1;
        int length = 1;
        for (int i = 0; i < groups.length; i++) {
            int run = zeros(groups, i);
            if (run > length) {
                start = i;
                length = run;
            }
        }
        for (int i = 0; i < groups.length; i++) {
            if (i == start) {
                text.append("::");
                i += length - 1;
            } else {
                boolean joined = text.isEmpty() || text.charAt(text.length() - 1) == ':';
                text.append(joined ? "" : ":").append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }

    private static int zeros(int[] groups, int from) {
        int end = from;
        while (end < groups.length && groups[end] == 0) {
            end++;
        }
        return end - from;
    }

    /** Whether an address lies in a range; both are good. */
    public static boolean contains(String range, String address) {
        return isSubset(address + (address.contains(":") ? "/128" : "/32"), range);
    }

    /** Whether a range lies inside another or is the same; both are good. */
    public static boolean isSubset(String part, String whole) {
        return part.equals(whole) || isStrictSubset(part, whole);
    }

    private static boolean hasLeadingZero(String address) {
        return DOTTED.matcher(address).matches()
                && LEADING_ZERO.matcher(address).matches();
    }

    /** Java reads such an address as the four bytes it means. */
    private static boolean isMapped(String address) {
        byte[] bytes = bytes(address);
        return bytes != null && bytes.length == 4 && address.contains(":");
    }

    /** The bytes of an address, or null when the text is none; looks nothing up. */
    private static byte @Nullable [] bytes(String text) {
        boolean four = DOTTED.matcher(text).matches();
        if (!four && !COLONS.matcher(text).matches()) {
            return null;
        }
        try {
            return InetAddress.getByName(four ? withoutLeadingZeros(text) : text)
                    .getAddress();
        } catch (UnknownHostException e) {
            return null;
        }
    }

    private static String withoutLeadingZeros(String dotted) {
        return dotted.replaceAll("(^|\\.)0+(?=[0-9])", "$1");
    }

    private static int length(String range) {
        String length = range.substring(range.indexOf('/') + 1);
        return length.matches("[0-9]{1,3}") ? Integer.parseInt(length) : -1;
    }

    /** Whether the text is an address and the length of a prefix. */
    public static boolean isRange(String text) {
        int slash = text.indexOf('/');
        byte[] address = slash < 0 ? null : bytes(text.substring(0, slash));
        return address != null && length(text) >= 0 && length(text) <= address.length * 8;
    }

    /** {@code IsValidCIDRForLegacyField}, strictly. */
    public static void range(FieldChecks checks, String text, String path) {
        if (!isRange(text)) {
            checks.invalid(path, text, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
            return;
        }
        int slash = text.indexOf('/');
        String address = text.substring(0, slash);
        byte[] bytes = bytes(address);
        if (hasLeadingZero(address) || text.substring(slash + 1).matches("0[0-9]+")) {
            checks.invalid(path, text, "must not have leading 0s in IP or prefix length");
        } else if (isMapped(address)) {
            checks.invalid(path, text, "must not have an IPv4-mapped IPv6 address");
        } else if (bytes != null && !isMasked(bytes, length(text))) {
            checks.invalid(path, text, "must not have bits set beyond the prefix length");
        }
    }

    private static boolean isMasked(byte[] address, int length) {
        for (int bit = length; bit < address.length * 8; bit++) {
            if (isSet(address, bit)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSet(byte[] address, int bit) {
        return (address[bit / 8] & (0x80 >> (bit % 8))) != 0;
    }

    /** Whether a range lies inside another and is smaller. */
    public static boolean isStrictSubset(String part, String whole) {
        byte[] inner = bytes(part.substring(0, part.indexOf('/')));
        byte[] outer = bytes(whole.substring(0, whole.indexOf('/')));
        if (inner == null || outer == null || inner.length != outer.length || length(whole) >= length(part)) {
            return false;
        }
        for (int bit = 0; bit < length(whole); bit++) {
            if (isSet(inner, bit) != isSet(outer, bit)) {
                return false;
            }
        }
        return true;
    }

    /** {@code IsFullyQualifiedDomainName}. */
    public static void fullName(FieldChecks checks, String text, String path) {
        if (text.isEmpty()) {
            checks.required(path, "");
            return;
        }
        String name = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        List<String> problems = new ArrayList<>();
        Names.dns1123Subdomain(name, false, problems::add);
        if (!problems.isEmpty()) {
            checks.invalid(path, name, String.join(",", problems));
        } else if (!name.contains(".")) {
            checks.invalid(path, name, "should be a domain with at least two segments separated by dots");
        } else {
            for (String label : name.split("\\.", -1)) {
                Names.dns1123Label(label, false, problems::add);
                if (!problems.isEmpty()) {
                    checks.invalid(path, label, String.join(",", problems));
                    return;
                }
            }
        }
    }

    /** {@code IsWildcardDNS1123Subdomain}. */
    public static void wildcard(String host, Consumer<String> problems) {
        if (host.length() > 253) {
            problems.accept("must be no more than 253 characters");
        }
        if (!WILDCARD.matcher(host).matches()) {
            problems.accept(
                    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must"
                            + " consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g."
                            + " '*.example.com', regex used for validation is"
                            + " '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')");
        }
    }
}
