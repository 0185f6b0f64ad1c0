package io.i2kit.apiserver.http.auth.oidc;

import com.nimbusds.jose.jwk.JWKSet;
import io.i2kit.apiserver.http.auth.TokenAuthenticator.Refused;
import io.i2kit.apiserver.http.tls.TlsManagers;
import io.i2kit.apiserver.registry.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The keys that an issuer publishes. They are fetched with the first token, and again after ten minutes, so that a key which the
 * issuer withdraws does not live on here, or when a token names a key that is not there, since issuers add keys before they use them:
 * then at most every ten seconds, so that forged tokens make no flood of fetches.
 */
final class IssuerKeys {
    private static final Logger LOG = LoggerFactory.getLogger(IssuerKeys.class);
    private static final Duration LIFE = Duration.ofMinutes(10);
    private static final Duration BETWEEN = Duration.ofSeconds(10);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final URI issuer;
    private final @Nullable Path authority;
    private final InstantSource clock;
    private final ReentrantLock fetching = new ReentrantLock();
    private @Nullable HttpClient client;
    private volatile @Nullable Fetched fetched;

    IssuerKeys(URI issuer, @Nullable Path authority, InstantSource clock) {
        this.issuer = issuer;
        this.authority = authority;
        this.clock = clock;
    }

    private record Fetched(JWKSet keys, Instant at) {}

    /**
     * The keys of the issuer.
     *
     * @param keyId which must be among them, or null
     * @throws Refused when the issuer does not tell its keys
     */
    JWKSet get(@Nullable String keyId) {
        JWKSet known = known(keyId);
        return known == null ? fetch(keyId) : known;
    }

    /** What was fetched, unless it is too old. */
    private @Nullable JWKSet known(@Nullable String keyId) {
        Fetched last = fetched;
        if (last == null) {
            return null;
        }
        Duration age = Duration.between(last.at(), clock.instant());
        boolean misses = keyId != null && last.keys().getKeyByKeyId(keyId) == null;
        return age.compareTo(misses ? BETWEEN : LIFE) < 0 ? last.keys() : null;
    }

    private JWKSet fetch(@Nullable String keyId) {
        fetching.lock();
        try {
            JWKSet known = known(keyId);
            if (known != null) {
                return known;
            }
            JsonNode configuration = Json.MAPPER.readTree(
                    read(URI.create(issuer.toString().replaceFirst("/$", "") + "/.well-known/openid-configuration")));
            if (!configuration.path("issuer").asString("").equals(issuer.toString())) {
                throw new IOException("the issuer calls itself "
                        + configuration.path("issuer").asString(""));
            }
            JWKSet keys =
                    JWKSet.parse(read(URI.create(configuration.path("jwks_uri").asString(""))));
            fetched = new Fetched(keys, clock.instant());
            return keys;
        } catch (IOException | ParseException | JacksonException | IllegalArgumentException e) {
            LOG.warn("The keys of the OpenID issuer {} cannot be read: {}", issuer, e.toString());
            throw new Refused("oidc: authenticator for issuer \"" + issuer + "\" is not initialized");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refused("oidc: interrupted");
        } finally {
            fetching.unlock();
        }
    }

    private String read(URI uri) throws IOException, InterruptedException {
        if (!"https".equals(uri.getScheme())) {
            throw new IOException(uri + " is not https");
        }
        HttpRequest request = HttpRequest.newBuilder(uri).timeout(TIMEOUT).build();
        HttpResponse<String> response = client().send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException(uri + " answers " + response.statusCode());
        }
        return response.body();
    }

    private HttpClient client() throws IOException {
        HttpClient present = client;
        if (present == null) {
            HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(TIMEOUT);
            if (authority != null) {
                builder.sslContext(TlsManagers.client(null, Files.readString(authority)));
            }
            present = builder.build();
            client = present;
        }
        return present;
    }
}
