package io.i2kit.cloud.aws.setup;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * The least that i2kit needs of an account, as IAM policies (IAM User Guide, "IAM JSON policy reference"). A test compares them with
 * the calls in the code.
 */
public enum AwsPolicy {
    /** Of the server: {@code i2kit up --cloud aws}. */
    SERVER("policy-server.json"),

    /** Of {@code i2kit aws init}, {@code aws destroy} and {@code aws prices}. */
    SET_UP("policy-set-up.json"),

    /** Of a role that a ServiceAccount asks for, beside its own: its machines must find out what they are to run. */
    ROLE("policy-role.json");

    private final String resource;

    AwsPolicy(String resource) {
        this.resource = resource;
    }

    /** The policy document, JSON. */
    public String document() {
        try (InputStream in = Objects.requireNonNull(AwsPolicy.class.getResourceAsStream(resource), resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
