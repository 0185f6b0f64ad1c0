package io.i2kit.cloud.image.oci;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs {@code docker-credential-NAME get} (docker/docker-credential-helpers): the registry on its input, JSON on its output. */
final class CredentialHelper {
    private static final Logger LOG = LoggerFactory.getLogger(CredentialHelper.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]+");

    /** The user name that stands for an identity token. */
    private static final String TOKEN_USER = "<token>";

    private CredentialHelper() {}

    /** What the program answers. */
    record Answer(
            @JsonProperty("Username") @Nullable String user,
            @JsonProperty("Secret") @Nullable String secret) {}

    static Optional<Credentials> get(String name, String registry) {
        if (!NAME.matcher(name).matches()) {
            LOG.warn("\"{}\" is no name of a credential helper", name);
            return Optional.empty();
        }
        try {
            return run(name, registry);
        } catch (IOException e) {
            LOG.warn("credential helper docker-credential-{} for {}: {}", name, registry, e.getMessage());
            return Optional.empty();
        }
    }

    private static Optional<Credentials> run(String name, String registry) throws IOException {
        Process process = new ProcessBuilder("docker-credential-" + name, "get")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            try (OutputStream in = process.getOutputStream()) {
                in.write(registry.getBytes(StandardCharsets.UTF_8));
            }
            byte[] output = process.getInputStream().readAllBytes();
            if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
                // Helpers answer with an error when they have nothing for the registry.
                return Optional.empty();
            }
            Answer answer = OciJson.read(output, Answer.class, "the answer");
            if (answer.user() == null || answer.secret() == null) {
                return Optional.empty();
            }
            return Optional.of(
                    answer.user().equals(TOKEN_USER)
                            ? new Credentials("", "", answer.secret())
                            : new Credentials(answer.user(), answer.secret()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } finally {
            process.destroyForcibly();
        }
    }
}
