package io.i2kit.apiserver.openapi;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code resource.Quantity}: a decimal number with a suffix, and its canonical text.
 * Source: {@code k8s.io/apimachinery/pkg/api/resource/quantity.go}.
 *
 * @param amount in plain units; never finer than nano
 */
public record Quantity(BigDecimal amount, Format format) implements Comparable<Quantity> {
    /** Which family of suffixes a quantity was written with, and is written back with. */
    public enum Format {
        DECIMAL_SI,
        BINARY_SI,
        DECIMAL_EXPONENT
    }

    /** What a text that is no quantity is answered with. */
    public static final String RULE =
            "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

    private static final Pattern SHAPE =
            Pattern.compile("([+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+))([numkMGTPE]?|[KMGTPE]i|[eE][+-]?[0-9]+)");
    private static final List<String> BINARY = List.of("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei");
    private static final Map<String, Integer> DECIMAL = Map.ofEntries(
            Map.entry("n", -9),
            Map.entry("u", -6),
            Map.entry("m", -3),
            Map.entry("", 0),
            Map.entry("k", 3),
            Map.entry("M", 6),
            Map.entry("G", 9),
            Map.entry("T", 12),
            Map.entry("P", 15),
            Map.entry("E", 18));
    private static final List<String> DECIMAL_SUFFIXES = List.of("n", "u", "m", "", "k", "M", "G", "T", "P", "E");
    private static final BigDecimal KIBI = BigDecimal.valueOf(1024);

    /** @throws IllegalArgumentException with {@link #RULE} as its message */
    public static Quantity parse(String text) {
        Matcher shape = SHAPE.matcher(text);
        if (!shape.matches() || shape.group(1).length() > 60) {
            throw new IllegalArgumentException(RULE);
        }
        BigDecimal number = new BigDecimal(shape.group(1));
        String suffix = shape.group(2);
        if (DECIMAL.containsKey(suffix)) {
            return of(number.scaleByPowerOfTen(DECIMAL.getOrDefault(suffix, 0)), Format.DECIMAL_SI);
        }
        if (suffix.endsWith("i")) {
            return of(number.multiply(KIBI.pow(BINARY.indexOf(suffix))), Format.BINARY_SI);
        }
        String exponent = suffix.substring(1);
        if (exponent.length() > 4) {
            throw new IllegalArgumentException(RULE);
        }
        return of(number.scaleByPowerOfTen(Integer.parseInt(exponent)), Format.DECIMAL_EXPONENT);
    }

    private static Quantity of(BigDecimal amount, Format format) {
        // Finer than nano is rounded away from zero.
        return new Quantity(amount.scale() > 9 ? amount.setScale(9, RoundingMode.UP) : amount, format);
    }

    /** Negative, 0 or positive. */
    public int sign() {
        return amount.signum();
    }

    /** Rounded up to whole units. */
    public BigInteger value() {
        return amount.setScale(0, RoundingMode.CEILING).toBigInteger();
    }

    /** Rounded up to thousandths. */
    public BigInteger milliValue() {
        return amount.scaleByPowerOfTen(3).setScale(0, RoundingMode.CEILING).toBigInteger();
    }

    /** By amount alone: {@code 1} and {@code 1000m} are the same. */
    @Override
    public int compareTo(Quantity other) {
        return amount.compareTo(other.amount);
    }

    /** The text that Kubernetes stores: {@code 0.5} is {@code 500m}, {@code 1024Mi} is {@code 1Gi}. */
    public String canonical() {
        if (amount.signum() == 0) {
            return "0";
        }
        boolean wholeKibi =
                amount.abs().compareTo(KIBI) >= 0 && amount.stripTrailingZeros().scale() <= 0;
        return switch (format) {
            case BINARY_SI -> wholeKibi ? binary() : decimal(DECIMAL_SUFFIXES);
            case DECIMAL_SI -> decimal(DECIMAL_SUFFIXES);
            case DECIMAL_EXPONENT -> exponent();
        };
    }

    private String binary() {
        BigInteger rest = amount.toBigIntegerExact();
        int power = 0;
        BigInteger kibi = KIBI.toBigInteger();
        while (power < BINARY.size() - 1 && rest.mod(kibi).signum() == 0) {
            rest = rest.divide(kibi);
            power++;
        }
        return rest + BINARY.get(power);
    }

    private String decimal(List<String> suffixes) {
        int exponent = groupedExponent(9);
        int index = Math.min((exponent + 9) / 3, suffixes.size() - 1);
        int scale = index * 3 - 9;
        return amount.scaleByPowerOfTen(-scale).toBigIntegerExact() + suffixes.get(index);
    }

    private String exponent() {
        int exponent = groupedExponent(9);
        BigInteger mantissa = amount.scaleByPowerOfTen(-exponent).toBigIntegerExact();
        return exponent == 0 ? mantissa.toString() : String.format(Locale.ROOT, "%de%d", mantissa, exponent);
    }

    /** The greatest multiple of three, at least {@code -finest}, by which the amount is a whole number. */
    private int groupedExponent(int finest) {
        int exponent = -amount.stripTrailingZeros().scale();
        return Math.max(Math.floorDiv(exponent, 3) * 3, -finest);
    }
}
