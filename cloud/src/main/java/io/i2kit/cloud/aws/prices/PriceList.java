package io.i2kit.cloud.aws.prices;

import io.i2kit.cloud.model.Architecture;
import io.i2kit.cloud.model.MachinePrice;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Instance types with the prices of one region on one day. As text: lines {@code region=}, {@code date=} and {@code source=}, a line
 * of column names, then a line a type; {@code #} begins a comment.
 *
 * @param region that the prices are of
 * @param date an ISO 8601 date, or a month of one
 * @param source where the prices are from, for people
 */
public record PriceList(String region, String date, String source, List<InstanceType> types) {
    private static final String COLUMNS = "type,architecture,memory_gib,milli_cpu,usd_per_hour";
    private static final String PACKAGED = "instance-prices.csv";
    private static final double GIBIBYTE = 1L << 30;

    public PriceList {
        types = List.copyOf(types);
    }

    /** Read once. */
    private static final class Packaged {
        static final PriceList LIST = read();
    }

    /** The table that comes with i2kit. */
    public static PriceList packaged() {
        return Packaged.LIST;
    }

    private static PriceList read() {
        try (InputStream in = Objects.requireNonNull(PriceList.class.getResourceAsStream(PACKAGED), PACKAGED)) {
            return parse(PACKAGED, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws IllegalArgumentException names the line that cannot be read */
    static PriceList parse(String name, String text) {
        Map<String, String> head = new HashMap<>();
        List<InstanceType> types = new ArrayList<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (line.isBlank() || line.startsWith("#") || line.equals(COLUMNS)) {
                continue;
            }
            int equals = line.indexOf('=');
            if (equals > 0 && types.isEmpty()) {
                head.put(line.substring(0, equals), line.substring(equals + 1));
            } else {
                types.add(type(name + ":" + number, line));
            }
        }
        PriceList list = new PriceList(
                required(name, head, "region"), required(name, head, "date"), required(name, head, "source"), types);
        if (types.isEmpty()) {
            throw new IllegalArgumentException(name + ": there is no type");
        }
        return list;
    }

    /** What {@link #parse} reads as this list. */
    String text() {
        String head = "region=" + region + "\ndate=" + date + "\nsource=" + source + '\n' + COLUMNS + '\n';
        return types.stream().map(PriceList::line).collect(Collectors.joining("", head, ""));
    }

    private static String line(InstanceType type) {
        return String.join(
                        ",",
                        type.name(),
                        type.architecture().name().toLowerCase(Locale.ROOT),
                        Double.toString(type.memoryBytes() / GIBIBYTE),
                        Integer.toString(type.sustainedMilliCpu()),
                        Double.toString(type.hourlyDollars()))
                + '\n';
    }

    private static String required(String name, Map<String, String> head, String key) {
        String value = head.get(key);
        if (value == null) {
            throw new IllegalArgumentException(name + ": there is no line " + key + "=");
        }
        return value;
    }

    private static InstanceType type(String place, String line) {
        String[] cells = line.split(",", -1);
        try {
            if (cells.length == 5 && Double.parseDouble(cells[4]) > 0) {
                return new InstanceType(
                        cells[0],
                        Architecture.valueOf(cells[1].toUpperCase(Locale.ROOT)),
                        (long) (Double.parseDouble(cells[2]) * GIBIBYTE),
                        Integer.parseInt(cells[3]),
                        Double.parseDouble(cells[4]));
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(place + ": not a line of " + COLUMNS + ": " + line, e);
        }
        throw new IllegalArgumentException(place + ": not a line of " + COLUMNS + ": " + line);
    }

    /**
     * What a month of a machine costs on demand; empty for a type that the table does not have.
     *
     * @param spot whether it may be taken away for a lower price, which changes by the minute and is not in the table
     */
    public Optional<MachinePrice> price(String type, boolean spot) {
        return type(type)
                .map(each -> new MachinePrice(
                        each.hourlyDollars() * MachinePrice.MONTH_HOURS,
                        spot,
                        "Linux on demand in " + region + ", " + date + ", " + source));
    }

    /** The type of this name, or empty. */
    public Optional<InstanceType> type(String name) {
        return types.stream().filter(each -> each.name().equals(name)).findFirst();
    }
}
