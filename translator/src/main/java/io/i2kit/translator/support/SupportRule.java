package io.i2kit.translator.support;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One line of the table.
 *
 * @param path names separated by dots, {@code []} behind a list, {@code [*]} or {@code [key]} behind a map; relative to the object
 * @param condition when the rule speaks about a field that is set
 * @param values the values of the condition
 * @param text for people: what differs, or why; empty when honoured without remark
 */
public record SupportRule(String path, SupportLevel level, Condition condition, List<String> values, String text) {
    public SupportRule {
        values = List.copyOf(values);
    }

    /** Which values of a field a rule speaks about. */
    public enum Condition {
        /** Any. */
        ALWAYS,
        /** Only these. */
        EQUALS,
        /** All but these (the defaults, which say nothing about the manifest's author). */
        UNLESS,
        /** Those that are not of a {@link ValueForm}, named by the only value. */
        MALFORMED,
        /** None: the line is for the documentation, since the server's own defaulting sets the field. */
        DOCUMENTED
    }

    /** Whether the rule speaks about this scalar (null for a list or map). */
    boolean appliesTo(@Nullable String scalar) {
        return switch (condition) {
            case ALWAYS -> true;
            case DOCUMENTED -> false;
            case EQUALS -> scalar != null && values.contains(scalar);
            case MALFORMED ->
                scalar != null && !ValueForm.valueOf(values.getFirst()).takes(scalar);
            case UNLESS -> scalar == null || !values.contains(scalar);
        };
    }
}
