package io.i2kit.cloud.image.oci;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * How to present oneself to a registry.
 *
 * @param identityToken an OAuth2 refresh token instead of user and password, or empty
 */
public record Credentials(String user, String password, String identityToken) {
    public Credentials(String user, String password) {
        this(user, password, "");
    }

    /** The value of an {@code Authorization} header. */
    String basic() {
        byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    @Override
    public String toString() {
        return "Credentials[user=" + user + "]";
    }
}
