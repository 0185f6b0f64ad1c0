package io.i2kit.apiserver.openapi;

/**
 * What a field of a Go type is beyond its JSON, where that shows ({@code src/build/go_fields.txt}).
 *
 * @param pointer to a scalar: then zero, false and an empty text are values and not the same as nothing
 * @param empty what is written when there is nothing
 * @param type of a scalar that has a type of its own, for example {@code v1.RestartPolicy}; else empty
 * @param embedded the names, joined by dots, of the Go fields through which it is reached; else empty
 */
public record GoField(boolean pointer, Empty empty, String type, String embedded) {
    /** A value with {@code omitempty}. */
    static final GoField PLAIN = new GoField(false, Empty.OMITTED, "", "");

    /** How Go writes a field that holds nothing. */
    public enum Empty {
        OMITTED,
        /** As an object without fields, an empty text, 0 or false. */
        ZERO,
        NULL,
        /** A struct that is left out when it is zero ({@code omitzero}). */
        OMITTED_STRUCT
    }

    /** @param text {@code FLAGS[:TYPE][<EMBEDDED]}, see {@code .ci/go-fields} */
    static GoField parse(String text) {
        int embedded = text.indexOf('<');
        String rest = embedded < 0 ? text : text.substring(0, embedded);
        int type = rest.indexOf(':');
        String flags = type < 0 ? rest : rest.substring(0, type);
        Empty empty = flags.endsWith("a")
                ? Empty.ZERO
                : flags.endsWith("n") ? Empty.NULL : flags.endsWith("z") ? Empty.OMITTED_STRUCT : Empty.OMITTED;
        return new GoField(
                flags.startsWith("p"),
                empty,
                type < 0 ? "" : rest.substring(type + 1),
                embedded < 0 ? "" : text.substring(embedded + 1));
    }
}
