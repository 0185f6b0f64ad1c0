package io.i2kit.apiserver.openapi;

/**
 * A type where it is used: as a field, as an element or as a map's value.
 *
 * @param atomic owned and replaced as a whole in server-side apply
 * @param patch how strategic merge treats it
 */
public record SchemaNode(SchemaType type, boolean atomic, PatchStrategy patch) {
    /** {@code x-kubernetes-patch-strategy}; {@code NONE} merges objects and replaces lists. */
    public enum PatchStrategy {
        NONE,
        REPLACE,
        MERGE,
        RETAIN_KEYS,
        MERGE_RETAIN_KEYS;

        /** Whether lists are merged by key instead of replaced. */
        public boolean merges() {
            return this == MERGE || this == MERGE_RETAIN_KEYS;
        }

        /** Whether {@code $retainKeys} is understood. */
        public boolean retainsKeys() {
            return this == RETAIN_KEYS || this == MERGE_RETAIN_KEYS;
        }
    }

    static SchemaNode of(SchemaType type) {
        return new SchemaNode(type, false, PatchStrategy.NONE);
    }

    /** A field of unknown shape. */
    public static final SchemaNode ANY = of(SchemaType.Scalar.ANY);

    /** The node of a field or map key, or {@link #ANY} where the type does not tell. */
    public SchemaNode child(String field) {
        return switch (type) {
            case SchemaType.Struct struct -> {
                SchemaType.Struct.Field found = struct.field(field);
                yield found == null ? ANY : found.schema();
            }
            case SchemaType.MapOf map -> map.value();
            case SchemaType.ListOf list -> ANY;
            case SchemaType.Scalar scalar -> ANY;
        };
    }

    /** The node of a list's elements, or {@link #ANY}. */
    public SchemaNode element() {
        return type instanceof SchemaType.ListOf list ? list.element() : ANY;
    }
}
