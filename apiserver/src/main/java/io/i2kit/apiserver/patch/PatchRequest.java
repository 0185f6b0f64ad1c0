package io.i2kit.apiserver.patch;

import io.i2kit.apiserver.registry.ApiException;
import java.util.Locale;

/** A PATCH body with what its content type says about it. */
@SuppressWarnings("ArrayRecordComponent") // the bytes as received, read once
public sealed interface PatchRequest {
    byte[] body();

    /** {@code application/json-patch+json}, RFC 6902. */
    record Json(byte[] body) implements PatchRequest {}

    /** {@code application/merge-patch+json}, RFC 7386. */
    record Merge(byte[] body) implements PatchRequest {}

    /** {@code application/strategic-merge-patch+json}. */
    record Strategic(byte[] body) implements PatchRequest {}

    /**
     * {@code application/apply-patch+yaml}: server-side apply.
     *
     * @param manager the query parameter {@code fieldManager}, which apply demands
     * @param force take fields over from other managers instead of a 409
     */
    record Apply(byte[] body, String manager, boolean force) implements PatchRequest {}

    /**
     * @param contentType the header, parameters and all
     * @param manager query parameter {@code fieldManager}, or empty
     * @throws ApiException 415 for any other content type
     */
    static PatchRequest of(String contentType, byte[] body, String manager, boolean force) {
        int parameters = contentType.indexOf(';');
        String type = (parameters < 0 ? contentType : contentType.substring(0, parameters))
                .strip()
                .toLowerCase(Locale.ROOT);
        return switch (type) {
            case "application/json-patch+json" -> new Json(body);
            case "application/merge-patch+json" -> new Merge(body);
            case "application/strategic-merge-patch+json" -> new Strategic(body);
            case "application/apply-patch+yaml" -> new Apply(body, manager, force);
            default ->
                throw new ApiException(
                        415,
                        "UnsupportedMediaType",
                        "the body of the request was in an unknown format - accepted media types include:"
                                + " application/json-patch+json, application/merge-patch+json,"
                                + " application/strategic-merge-patch+json, application/apply-patch+yaml",
                        null);
        };
    }
}
