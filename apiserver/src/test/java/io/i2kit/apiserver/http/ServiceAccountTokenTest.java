package io.i2kit.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import io.i2kit.apiserver.controller.ControllerManager;
import io.i2kit.apiserver.controller.serviceaccount.TokenSecretsController;
import io.i2kit.apiserver.http.TestClient.Reply;
import io.i2kit.apiserver.informer.InformerFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Tokens of ServiceAccounts: asked for, used, verified by others, ended by what they are bound to. */
class ServiceAccountTokenTest {
    private static final String ISSUER = "https://kubernetes.default.svc.cluster.local";
    private static final String ACCOUNTS = "/api/v1/namespaces/default/serviceaccounts";
    private static final String SECRETS = "/api/v1/namespaces/default/secrets";
    private static TestApiServer server;
    private static TestClient client;
    private static Path folder;

    @BeforeAll
    static void start(@TempDir Path temporary) throws Exception {
        folder = temporary;
        server = new TestApiServer(folder, 0);
        client = new TestClient(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Reply created(String path, String json) {
        Reply reply = client.post(path, json.replace('\'', '"'));
        assertThat(reply.status()).as(reply.text()).isEqualTo(201);
        return reply;
    }

    private static Reply token(String account, String spec) {
        return client.post(ACCOUNTS + "/" + account + "/token", ("{'spec':{" + spec + "}}").replace('\'', '"'));
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

    private static JsonNode review(String token) {
        return created("/apis/authentication.k8s.io/v1/tokenreviews", "{'spec':{'token':'" + token + "'}}")
                .json()
                .path("status");
    }

    @Test
    void aTokenIsItsAccountUntilTheAccountIsGone() throws Exception {
        JsonNode account = created(ACCOUNTS, "{'metadata':{'name':'one'}}").json();
        Reply made = token("one", "");
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        assertThat(made.at("/kind")).isEqualTo("TokenRequest");
        assertThat(made.json().path("spec").toString())
                .isEqualTo("{\"audiences\":[\"" + ISSUER + "\"],\"expirationSeconds\":3600,\"boundObjectRef\":null}");
        assertThat(Instant.parse(made.at("/status/expirationTimestamp")))
                .isBetween(Instant.now().plusSeconds(3500), Instant.now().plusSeconds(3601));
        String token = made.at("/status/token");
        JsonNode me = whoAmI(token).json().at("/status/userInfo");
        assertThat(me.path("username").asString()).isEqualTo("system:serviceaccount:default:one");
        assertThat(me.path("uid").asString())
                .isEqualTo(account.at("/metadata/uid").asString());
        assertThat(me.path("groups").toString())
                .isEqualTo("[\"system:serviceaccounts\",\"system:serviceaccounts:default\",\"system:authenticated\"]");
        assertThat(me.at("/extra/authentication.kubernetes.io~1credential-id/0").asString())
                .isEqualTo("JTI=" + SignedJWT.parse(token).getJWTClaimsSet().getJWTID());
        client.delete(ACCOUNTS + "/one");
        assertThat(whoAmI(token).status()).isEqualTo(401);
        created(ACCOUNTS, "{'metadata':{'name':'one'}}");
        assertThat(whoAmI(token).status())
                .as("another account of the same name")
                .isEqualTo(401);
        assertThat(review(token).path("error").asString()).contains("does not match claim");
    }

    @Test
    void audiencesSeparateTokens() {
        created(ACCOUNTS, "{'metadata':{'name':'two'}}");
        String vault = token("two", "'audiences':['vault']").at("/status/token");
        assertThat(whoAmI(vault).status()).isEqualTo(401);
        JsonNode status = created(
                        "/apis/authentication.k8s.io/v1/tokenreviews",
                        "{'spec':{'token':'" + vault + "','audiences':['vault','other']}}")
                .json()
                .path("status");
        assertThat(status.path("authenticated").asBoolean()).isTrue();
        assertThat(status.path("audiences").toString()).isEqualTo("[\"vault\"]");
        assertThat(review(vault).path("error").asString())
                .isEqualTo("[invalid bearer token, token audiences [vault] is invalid for the target audiences ["
                        + ISSUER + "]]");
    }

    @Test
    void aBoundTokenEndsWithItsObject() {
        created(ACCOUNTS, "{'metadata':{'name':'three'}}");
        created(SECRETS, "{'metadata':{'name':'tie'}}");
        String bound = "'boundObjectRef':{'kind':'Secret','apiVersion':'v1','name':'tie'}";
        String token = token("three", bound).at("/status/token");
        assertThat(whoAmI(token).status()).isEqualTo(201);
        client.delete(SECRETS + "/tie");
        assertThat(whoAmI(token).status()).isEqualTo(401);
        assertThat(review(token).path("error").asString()).contains("service account token has been invalidated");
        assertThat(token("three", bound).at("/message")).isEqualTo("secrets \"tie\" not found");
        created(
                "/api/v1/namespaces/default/pods",
                "{'metadata':{'name':'p'},'spec':{'serviceAccountName':'three','containers':[{'name':'c','image':'x'}]}}");
        String pod = "'boundObjectRef':{'kind':'Pod','apiVersion':'v1','name':'p'}";
        assertThat(whoAmI(token("three", pod).at("/status/token"))
                        .json()
                        .at("/status/userInfo/extra/authentication.kubernetes.io~1pod-name/0")
                        .asString())
                .isEqualTo("p");
        created(ACCOUNTS, "{'metadata':{'name':'stranger'}}");
        assertThat(token("stranger", pod).at("/message"))
                .isEqualTo("cannot bind token for serviceaccount \"stranger\" to pod running with different"
                        + " serviceaccount name.");
        assertThat(token("three", pod.replace("'p'", "'p','uid':'x'")).at("/reason"))
                .isEqualTo("Conflict");
    }

    @Test
    void requestsAreChecked() {
        assertThat(token("default", "'expirationSeconds':60").status()).isEqualTo(404);
        created(ACCOUNTS, "{'metadata':{'name':'four'}}");
        assertThat(token("four", "'expirationSeconds':60").at("/message"))
                .isEqualTo("TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds: Invalid value:"
                        + " 60: may not specify a duration less than 10 minutes");
        assertThat(token("four", "'expirationSeconds':4294967297").at("/message"))
                .contains("may not specify a duration larger than 2^32 seconds");
        assertThat(client.get(ACCOUNTS + "/four/token").status()).isEqualTo(405);
    }

    @Test
    void othersVerifyTokensByThePublishedKeys() throws Exception {
        created(ACCOUNTS, "{'metadata':{'name':'five'}}");
        String token = token("five", "").at("/status/token");
        assertThat(client.get("/.well-known/openid-configuration", "Authorization", "")
                        .status())
                .isEqualTo(403);
        Reply configuration = client.get("/.well-known/openid-configuration", "Authorization", "Bearer " + token);
        assertThat(configuration.at("/issuer")).isEqualTo(ISSUER);
        assertThat(configuration.at("/jwks_uri")).endsWith("/openid/v1/jwks");
        Reply keys = client.get("/openid/v1/jwks", "Authorization", "Bearer " + token);
        assertThat(keys.raw().headers().firstValue("Content-Type")).hasValue("application/jwk-set+json");
        JWKSet set = JWKSet.parse(keys.text());
        assertThat(set.getKeys()).hasSize(1);
        assertThat(set.getKeys().getFirst().isPrivate()).isFalse();
        SignedJWT parsed = SignedJWT.parse(token);
        assertThat(parsed.verify(new RSASSAVerifier(
                        set.getKeyByKeyId(parsed.getHeader().getKeyID()).toRSAKey())))
                .isTrue();
        assertThat(Files.getPosixFilePermissions(folder.resolve("pki/service-account.key")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void forgedAndExpiredTokensAreRefused() throws Exception {
        created(ACCOUNTS, "{'metadata':{'name':'six'}}");
        String token = token("six", "").at("/status/token");
        String[] parts = token.split("\\.");
        String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
        String forged = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(claims.replace(":six", ":root").getBytes(StandardCharsets.UTF_8));
        for (String bad : List.of(
                parts[0] + "." + forged + "." + parts[2],
                Base64.getUrlEncoder()
                                .withoutPadding()
                                .encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8))
                        + "." + parts[1] + ".",
                parts[0] + "." + parts[1] + "." + parts[2].substring(1) + "A")) {
            assertThat(whoAmI(bad).status()).as(bad).isEqualTo(401);
        }
        assertThat(whoAmI(token).status()).isEqualTo(201);
    }

    @Test
    void annotatedSecretsAreFilled() throws Exception {
        created(ACCOUNTS, "{'metadata':{'name':'seven'}}");
        try (ControllerManager manager = new ControllerManager(Duration.ofSeconds(5));
                InformerFactory informers =
                        new InformerFactory(server.registry.store().storage())) {
            TokenSecretsController.register(
                    manager, informers, server.registry.objects(), server.accountTokens()::legacy, "CA");
            informers.start();
            manager.start();
            created(
                    SECRETS,
                    "{'metadata':{'name':'kept','annotations':{'kubernetes.io/service-account.name':'seven'}},"
                            + "'type':'kubernetes.io/service-account-token'}");
            JsonNode secret = awaitData("kept");
            assertThat(decoded(secret, "ca.crt")).isEqualTo("CA");
            assertThat(decoded(secret, "namespace")).isEqualTo("default");
            String token = decoded(secret, "token");
            assertThat(whoAmI(token).at("/status/userInfo/username")).isEqualTo("system:serviceaccount:default:seven");
            assertThat(client.get(SECRETS + "/kept")
                            .json()
                            .at("/metadata/labels")
                            .toString())
                    .contains("kubernetes.io/legacy-token-last-used");
            client.delete(ACCOUNTS + "/seven");
            for (int i = 0; i < 500 && client.get(SECRETS + "/kept").status() != 404; i++) {
                Thread.sleep(10);
            }
            assertThat(client.get(SECRETS + "/kept").status()).isEqualTo(404);
            assertThat(whoAmI(token).status()).isEqualTo(401);
        }
    }

    private static JsonNode awaitData(String name) throws InterruptedException {
        JsonNode secret = client.get(SECRETS + "/" + name).json();
        for (int i = 0; i < 500 && !secret.path("data").has("token"); i++) {
            Thread.sleep(10);
            secret = client.get(SECRETS + "/" + name).json();
        }
        return secret;
    }

    private static String decoded(JsonNode secret, String field) {
        return new String(
                Base64.getDecoder().decode(secret.path("data").path(field).asString()), StandardCharsets.UTF_8);
    }
}
