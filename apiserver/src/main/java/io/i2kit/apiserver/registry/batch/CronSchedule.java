package io.i2kit.apiserver.registry.batch;

import static io.i2kit.apiserver.registry.core.FieldChecks.quoted;

import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** The form of a schedule, with the texts of the parser that Kubernetes uses ({@code github.com/robfig/cron/v3/parser.go}). */
final class CronSchedule {
    private static final Set<String> DESCRIPTORS =
            Set.of("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly");
    private static final String EVERY = "@every ";
    private static final Pattern DURATION =
            Pattern.compile("[-+]?(?:0|(?:(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+)");
    private static final Pattern ZONE_PART = Pattern.compile("[A-Za-z.\\-_0-9+]{1,14}");
    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]{1,18}");

    private CronSchedule() {}

    private record Bounds(long least, long most, Map<String, Long> names) {}

    private static final List<Bounds> FIELDS = List.of(
            new Bounds(0, 59, Map.of()),
            new Bounds(0, 23, Map.of()),
            new Bounds(1, 31, Map.of()),
            new Bounds(1, 12, numbered(1, "jan feb mar apr may jun jul aug sep oct nov dec")),
            new Bounds(0, 6, numbered(0, "sun mon tue wed thu fri sat")));

    private static Map<String, Long> numbered(long first, String names) {
        String[] each = names.split(" ", -1);
        Map<String, Long> map = new HashMap<>();
        for (int i = 0; i < each.length; i++) {
            map.put(each[i], first + i);
        }
        return Map.copyOf(map);
    }

    /** @throws IllegalArgumentException when the schedule cannot be read */
    static void check(String schedule) {
        String rest = schedule;
        if (rest.startsWith("TZ=") || rest.startsWith("CRON_TZ=")) {
            rest = withoutZone(rest);
        }
        if (rest.startsWith("@")) {
            descriptor(rest);
            return;
        }
        List<String> fields = rest.isBlank() ? List.of() : List.of(rest.strip().split("\\s+", -1));
        if (fields.size() != FIELDS.size()) {
            throw new IllegalArgumentException(
                    "expected exactly 5 fields, found " + fields.size() + ": [" + String.join(" ", fields) + "]");
        }
        for (int i = 0; i < fields.size(); i++) {
            for (String range : fields.get(i).split(",", -1)) {
                if (!range.isEmpty()) {
                    range(range, FIELDS.get(i));
                }
            }
        }
    }

    private static String withoutZone(String schedule) {
        int space = schedule.indexOf(' ');
        if (space < 0) {
            throw new IllegalArgumentException("invalid schedule format");
        }
        String zone = schedule.substring(schedule.indexOf('=') + 1, space);
        if (!isKnown(zone)) {
            throw new IllegalArgumentException("provided bad location " + zone + ": unknown time zone " + zone);
        }
        return schedule.substring(space).strip();
    }

    private static void descriptor(String descriptor) {
        if (DESCRIPTORS.contains(descriptor)) {
            return;
        }
        if (!descriptor.startsWith(EVERY)) {
            throw new IllegalArgumentException("unrecognized descriptor: " + descriptor);
        }
        String duration = descriptor.substring(EVERY.length());
        if (!DURATION.matcher(duration).matches()) {
            throw new IllegalArgumentException(
                    "failed to parse duration " + descriptor + ": time: invalid duration " + quoted(duration));
        }
    }

    private static void range(String text, Bounds bounds) {
        String[] rangeAndStep = text.split("/", -1);
        String[] lowAndHigh = rangeAndStep[0].split("-", -1);
        boolean any = lowAndHigh[0].equals("*") || lowAndHigh[0].equals("?");
        long start = any ? bounds.least() : number(lowAndHigh[0], bounds);
        long end = any ? bounds.most() : start;
        if (!any && lowAndHigh.length == 2) {
            end = number(lowAndHigh[1], bounds);
        } else if (!any && lowAndHigh.length > 2) {
            throw new IllegalArgumentException("too many hyphens: " + text);
        }
        long step = 1;
        if (rangeAndStep.length == 2) {
            step = integer(rangeAndStep[1]);
            end = lowAndHigh.length == 1 ? bounds.most() : end;
        } else if (rangeAndStep.length > 2) {
            throw new IllegalArgumentException("too many slashes: " + text);
        }
        bounds(text, start, end, step, bounds);
    }

    private static void bounds(String text, long start, long end, long step, Bounds bounds) {
        if (start < bounds.least()) {
            throw new IllegalArgumentException(
                    "beginning of range (" + start + ") below minimum (" + bounds.least() + "): " + text);
        }
        if (end > bounds.most()) {
            throw new IllegalArgumentException(
                    "end of range (" + end + ") above maximum (" + bounds.most() + "): " + text);
        }
        if (start > end) {
            throw new IllegalArgumentException(
                    "beginning of range (" + start + ") beyond end of range (" + end + "): " + text);
        }
        if (step == 0) {
            throw new IllegalArgumentException("step of range should be a positive number: " + text);
        }
    }

    private static long number(String text, Bounds bounds) {
        Long named = bounds.names().get(text.toLowerCase(Locale.ROOT));
        return named == null ? integer(text) : named;
    }

    private static long integer(String text) {
        if (!INTEGER.matcher(text).matches()) {
            throw new IllegalArgumentException("failed to parse int from " + text + ": strconv.Atoi: parsing "
                    + quoted(text) + ": invalid syntax");
        }
        long number = Long.parseLong(text);
        if (number < 0) {
            throw new IllegalArgumentException("negative number (" + number + ") not allowed: " + text);
        }
        return number;
    }

    /** {@code validateTimeZone}. */
    static void checkZone(String zone, Consumer<String> problems) {
        if (zone.isEmpty()) {
            problems.accept("timeZone must be nil or non-empty string");
            return;
        }
        for (String part : zone.split("/", -1)) {
            boolean bad = part.equals(".") || part.equals("..") || part.startsWith("-");
            if (bad || !ZONE_PART.matcher(part).matches()) {
                problems.accept("unknown time zone " + zone);
                return;
            }
        }
        if (zone.equalsIgnoreCase("Local")) {
            problems.accept("timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones");
        }
        if (!zone.equals("Local") && !isKnown(zone)) {
            problems.accept("unknown time zone " + zone);
        }
    }

    private static boolean isKnown(String zone) {
        return ZoneId.getAvailableZoneIds().contains(zone);
    }
}
