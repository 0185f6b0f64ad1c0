package io.i2kit.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.i2kit.apiserver.http.TestClient.Reply;
import io.i2kit.apiserver.http.auth.oidc.OidcOptions;
import io.i2kit.apiserver.http.auth.oidc.OidcOptions.Mapping;
import io.i2kit.apiserver.http.tls.CertificateAuthority;
import io.i2kit.apiserver.http.tls.TlsManagers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users of an OpenID Connect issuer that runs beside the test. */
class OidcTest {
    private static final AtomicInteger FETCHES = new AtomicInteger();
    private static HttpsServer issuer;
    private static String url;
    private static RSAKey key;
    private static TestApiServer server;
    private static TestClient client;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        key = new RSAKeyGenerator(2048).keyID("k1").generate();
        CertificateAuthority authority =
                CertificateAuthority.open(folder.resolve("issuer"), "issuer", Clock.systemUTC());
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(new KeyManager[] {TlsManagers.keys(authority.server("issuer", List.of("127.0.0.1")))}, null, null);
        issuer = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        issuer.setHttpsConfigurator(new HttpsConfigurator(tls));
        url = "https://127.0.0.1:" + issuer.getAddress().getPort();
        serve("/.well-known/openid-configuration", "{\"issuer\":\"" + url + "\",\"jwks_uri\":\"" + url + "/keys\"}");
        serve("/keys", new JWKSet((JWK) key.toPublicJWK()).toString());
        issuer.start();
        Path trusted = Files.writeString(folder.resolve("issuer.pem"), authority.certificatePem());
        OidcOptions options = new OidcOptions(
                URI.create(url),
                "i2kit",
                OidcOptions.username(URI.create(url), "sub", ""),
                new Mapping("roles", "oidc:"),
                Map.of("hd", "example.com"),
                Set.of("RS256"),
                trusted);
        server = new TestApiServer(folder, 0, null, options);
        client = new TestClient(server);
    }

    @AfterAll
    static void stop() {
        server.close();
        issuer.stop(0);
    }

    private static void serve(String path, String json) {
        issuer.createContext(path, exchange -> {
            FETCHES.incrementAndGet();
            byte[] body = json.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer(url)
                .audience("i2kit")
                .subject("ann")
                .claim("hd", "example.com")
                .claim("roles", List.of("a", "b"))
                .expirationTime(Date.from(Instant.now().plusSeconds(60)));
    }

    private static String signed(JWTClaimsSet claims, RSAKey by) throws Exception {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(by.getKeyID()).build(), claims);
        token.sign(new RSASSASigner(by));
        return token.serialize();
    }

    private static Reply whoAmI(String token) {
        return client.send(
                "POST",
                "/apis/authentication.k8s.io/v1/selfsubjectreviews",
                "{}".getBytes(StandardCharsets.UTF_8),
                "Authorization",
                "Bearer " + token,
                "Content-Type",
                "application/json");
    }

    private static String error(String token) {
        return client.post("/apis/authentication.k8s.io/v1/tokenreviews", "{\"spec\":{\"token\":\"" + token + "\"}}")
                .at("/status/error");
    }

    @Test
    void itsUsersHaveThePrefixesAndItsKeysAreFetchedOnce() throws Exception {
        String token = signed(claims().build(), key);
        Reply me = whoAmI(token);
        assertThat(me.status()).as(me.text()).isEqualTo(201);
        assertThat(me.at("/status/userInfo/username")).isEqualTo(url + "#ann");
        assertThat(me.json().at("/status/userInfo/groups").toString())
                .isEqualTo("[\"oidc:a\",\"oidc:b\",\"system:authenticated\"]");
        int fetches = FETCHES.get();
        assertThat(whoAmI(signed(claims().subject("bob").build(), key)).status())
                .isEqualTo(201);
        String unknownKey =
                signed(claims().build(), new RSAKeyGenerator(2048).keyID("k2").generate());
        assertThat(whoAmI(unknownKey).status()).isEqualTo(401);
        assertThat(FETCHES.get()).as("keys were fetched moments ago").isEqualTo(fetches);
    }

    @Test
    void whatIsNotRightIsRefused() throws Exception {
        assertThat(error(signed(claims().audience("other").build(), key)))
                .contains("oidc: expected audience in [\"i2kit\"] got [other]");
        assertThat(error(signed(
                        claims().expirationTime(Date.from(Instant.now().minusSeconds(5)))
                                .build(),
                        key)))
                .contains("oidc: token is expired");
        assertThat(error(signed(claims().claim("hd", "evil.com").build(), key)))
                .contains("required claim hd value does not match. Got = evil.com, want = example.com");
        RSAKey forger = new RSAKeyGenerator(2048).keyID("k1").generate();
        assertThat(error(signed(claims().build(), forger))).contains("failed to verify signature");
        SignedJWT other = new SignedJWT(new JWSHeader(JWSAlgorithm.ES256), claims().build());
        other.sign(new ECDSASigner(new ECKeyGenerator(Curve.P_256).generate()));
        assertThat(error(other.serialize())).contains("unexpected signature algorithm \"ES256\"");
        assertThat(error(signed(claims().issuer("https://elsewhere").build(), key)))
                .isEqualTo("invalid bearer token");
    }
}
