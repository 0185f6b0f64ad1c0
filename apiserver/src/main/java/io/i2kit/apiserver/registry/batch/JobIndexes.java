package io.i2kit.apiserver.registry.batch;

import static io.i2kit.apiserver.registry.core.FieldChecks.quoted;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Indexes of an indexed Job as text, {@code 1,3-5,7}: {@code validateIndexesFormat} and its kin. */
final class JobIndexes {
    private JobIndexes() {}

    private record Interval(int first, int last) {}

    /**
     * How many indexes the text names.
     *
     * @throws IllegalArgumentException with upstream's text when the form is wrong
     */
    static int count(String text, int completions) {
        int total = 0;
        int previous = -1;
        for (Interval interval : parse(text, completions)) {
            if (previous >= interval.first()) {
                throw unordered(previous, interval.first());
            }
            total += interval.last() - interval.first() + 1;
            previous = interval.last();
        }
        return total;
    }

    /** The first index that both texts name, or null; intervals that cannot be read are passed over. */
    static @Nullable Integer overlap(String some, String others, int completions) {
        for (Interval one : readable(some, completions)) {
            for (Interval other : readable(others, completions)) {
                if (one.first() <= other.last() && other.first() <= one.last()) {
                    return Math.max(one.first(), other.first());
                }
            }
        }
        return null;
    }

    private static List<Interval> readable(String text, int completions) {
        List<Interval> intervals = new ArrayList<>();
        for (String part : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            try {
                intervals.add(interval(part, completions));
            } catch (IllegalArgumentException e) {
                // The format's own check tells of it.
                continue;
            }
        }
        return intervals;
    }

    private static List<Interval> parse(String text, int completions) {
        List<Interval> intervals = new ArrayList<>();
        if (!text.isEmpty()) {
            for (String part : text.split(",", -1)) {
                intervals.add(interval(part, completions));
            }
        }
        return intervals;
    }

    private static Interval interval(String text, int completions) {
        String[] limits = text.split("-", -1);
        if (limits.length > 2) {
            throw new IllegalArgumentException("the fragment " + quoted(text)
                    + " violates the requirement that an index interval can have at most two parts separated by '-'");
        }
        int first = index(limits[0], completions);
        if (limits.length == 1) {
            return new Interval(first, first);
        }
        int last = index(limits[1], completions);
        if (first >= last) {
            throw unordered(first, last);
        }
        return new Interval(first, last);
    }

    private static int index(String text, int completions) {
        int index;
        try {
            index = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("cannot convert string to integer for index: " + quoted(text), e);
        }
        if (index >= completions) {
            throw new IllegalArgumentException("too large index: " + quoted(text));
        }
        return index;
    }

    private static IllegalArgumentException unordered(int previous, int current) {
        return new IllegalArgumentException("non-increasing order, previous: " + previous + ", current: " + current);
    }
}
