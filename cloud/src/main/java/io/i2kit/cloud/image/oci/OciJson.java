package io.i2kit.cloud.image.oci;

import java.io.IOException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reads and writes the JSON documents of images. Unknown fields are ignored, as the OCI specification asks. */
public final class OciJson {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private OciJson() {}

    /** @throws IOException when the bytes are not such a document; the message names what was read */
    public static <T> T read(byte[] json, Class<T> type, String what) throws IOException {
        try {
            T value = MAPPER.readValue(json, type);
            if (value == null) {
                throw new IOException(what + " is empty");
            }
            return value;
        } catch (JacksonException | NullPointerException e) {
            throw new IOException(what + " is not valid: " + e.getMessage(), e);
        }
    }

    /** The same value gives the same bytes. */
    public static byte[] write(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }
}
