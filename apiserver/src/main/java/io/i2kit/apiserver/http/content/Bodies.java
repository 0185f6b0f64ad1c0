package io.i2kit.apiserver.http.content;

import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.Json;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Request bodies as trees, whatever they are written in. */
public final class Bodies {
    private Bodies() {}

    /** What a body is written in. */
    public enum Format {
        JSON,
        YAML,
        PROTOBUF
    }

    /**
     * The format that a Content-Type names; without one JSON.
     *
     * @throws ApiException UnsupportedMediaType
     */
    public static Format format(@Nullable String contentType) {
        String type =
                contentType == null ? "" : contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return switch (type) {
            case "", "application/json" -> Format.JSON;
            case "application/yaml", "text/yaml" -> Format.YAML;
            case "application/vnd.kubernetes.protobuf" -> Format.PROTOBUF;
            default ->
                throw new ApiException(
                        415,
                        "UnsupportedMediaType",
                        "the body of the request was in an unknown format - accepted media types include: application/json,"
                                + " application/yaml, application/vnd.kubernetes.protobuf",
                        null);
        };
    }

    /** The body of options and the like, where unknown fields do no harm. */
    public static ObjectNode read(byte[] body, @Nullable String contentType) {
        return switch (format(contentType)) {
            case JSON -> Json.parseRequest(body);
            case YAML -> Yaml.parse(body);
            case PROTOBUF -> Protobuf.decode(body);
        };
    }
}
