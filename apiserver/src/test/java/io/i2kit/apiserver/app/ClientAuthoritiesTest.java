package io.i2kit.apiserver.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.i2kit.apiserver.http.tls.CertificateAuthority;
import io.i2kit.apiserver.http.tls.PemIdentity;
import io.i2kit.apiserver.http.tls.TlsManagers;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.NodeProxy;
import io.i2kit.apiserver.registry.certificates.Requests;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x500.X500Name;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

class ClientAuthoritiesTest {
    private static final String WHO_AM_I = "/apis/authentication.k8s.io/v1/selfsubjectreviews";

    @TempDir
    private Path folder;

    @Test
    void clientsOfEachAuthorityOfTheFileAreKnownByTheirCertificates() throws Exception {
        CertificateAuthority first = authority("first");
        CertificateAuthority second = authority("second");
        Path bundle = Files.writeString(
                folder.resolve("clients.pem"),
                "Our authorities.\n" + first.certificatePem() + "\n# of the other site\n" + second.certificatePem());
        AccessFlags flags = flags("--client-ca-file", bundle.toString());
        try (ApiFront front = start(flags)) {
            JsonNode user = whoAmI(front, second.client("jane", "jane", List.of("team", "site")));
            assertThat(user.path("username").asString("")).isEqualTo("jane");
            assertThat(user.path("groups").valueStream().map(JsonNode::asString))
                    .containsExactly("team", "site", "system:authenticated");
            assertThat(whoAmI(front, first.client("joe", "joe", List.of()))
                            .path("username")
                            .asString(""))
                    .isEqualTo("joe");
            Kubeconfig own = front.kubeconfig();
            assertThat(whoAmI(front, new PemIdentity(own.certificate(), own.key()))
                            .path("username")
                            .asString(""))
                    .isEqualTo("i2kit-admin");

            assertThat(front.registry()
                            .objects()
                            .list("configmaps", "kube-system")
                            .getFirst()
                            .at("/data/client-ca-file")
                            .asString(""))
                    .contains(front.authority().certificatePem(), first.certificatePem(), second.certificatePem());
        }
    }

    @Test
    void theWholeSubjectIsRead() throws Exception {
        try (ApiFront front = start(new AccessFlags())) {
            // Go writes several organizations as one part of the name.
            JsonNode user = whoAmI(front, signed(front, "CN=jane,O=b+O=a,1.3.6.1.4.1.57683.2=u-1"));
            assertThat(user.path("username").asString("")).isEqualTo("jane");
            assertThat(user.path("uid").asString("")).isEqualTo("u-1");
            assertThat(user.path("groups").valueStream().map(JsonNode::asString))
                    .containsExactlyInAnyOrder("a", "b", "system:authenticated");
            assertThat(user.at("/extra/authentication.kubernetes.io~1credential-id/0")
                            .asString(""))
                    .matches("X509SHA256=[0-9a-f]{64}");
            assertThat(review(front, signed(front, "O=team")).statusCode())
                    .as("nobody's certificate")
                    .isEqualTo(403);
        }
    }

    @Test
    void aClientOfAnotherAuthorityIsToldSo() throws Exception {
        AccessFlags flags = flags(
                "--token-auth-file",
                Files.writeString(folder.resolve("tokens"), "secret,joe,1").toString());
        try (ApiFront front = start(flags)) {
            // Of the same name: otherwise the JDK's client would not show the certificate, as others do.
            PemIdentity stranger = authority("i2kit").client("jane", "jane", List.of("system:masters"));
            HttpResponse<String> answer = review(front, stranger);
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(Json.MAPPER.readTree(answer.body()).path("reason").asString(""))
                    .isEqualTo("Unauthorized");
            HttpResponse<String> withToken = review(front, stranger, "Authorization", "Bearer secret");
            assertThat(Json.MAPPER
                            .readTree(withToken.body())
                            .at("/status/userInfo/username")
                            .asString(""))
                    .isEqualTo("joe");
        }
    }

    @Test
    void withoutCredentialsNothingIsAnsweredWhereTheyMustBe() throws Exception {
        try (ApiFront front = start(flags("--anonymous-auth=false"))) {
            PemIdentity nobody = signed(front, "O=team");
            assertThat(review(front, nobody).statusCode()).isEqualTo(401);
            Kubeconfig own = front.kubeconfig();
            assertThat(review(front, new PemIdentity(own.certificate(), own.key()))
                            .statusCode())
                    .isEqualTo(201);
        }
    }

    @Test
    void aFileWithoutACertificateIsRefused() throws Exception {
        AccessFlags flags = flags(
                "--client-ca-file",
                Files.writeString(folder.resolve("clients.pem"), "nothing here\n")
                        .toString());
        assertThatThrownBy(() -> start(flags))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("--client-ca-file")
                .hasMessageContaining("clients.pem");
    }

    private static AccessFlags flags(String... arguments) {
        AccessFlags flags = new AccessFlags();
        new CommandLine(CommandLine.Model.CommandSpec.forAnnotatedObject(flags)).parseArgs(arguments);
        return flags;
    }

    private ApiFront start(AccessFlags flags) {
        DataFolder data = DataFolder.of(folder.resolve("data")).create();
        return ApiFront.start(data, ListenAddress.parse("127.0.0.1:0"), flags, false, NodeProxy.none("none here"));
    }

    private CertificateAuthority authority(String name) throws Exception {
        return CertificateAuthority.open(folder.resolve(name), name, Clock.systemUTC());
    }

    private static JsonNode whoAmI(ApiFront front, PemIdentity client) throws Exception {
        return Json.MAPPER.readTree(review(front, client).body()).at("/status/userInfo");
    }

    private static PemIdentity signed(ApiFront front, String subject) throws Exception {
        KeyPair pair = Requests.pair();
        String certificate = front.authority()
                .sign(pair.getPublic(), new X500Name(subject).getEncoded(), Set.of("client auth"), Duration.ofHours(1));
        String key = Base64.getMimeEncoder().encodeToString(pair.getPrivate().getEncoded());
        return new PemIdentity(certificate, "-----BEGIN PRIVATE KEY-----\n" + key + "\n-----END PRIVATE KEY-----\n");
    }

    private static HttpResponse<String> review(ApiFront front, PemIdentity client, String... headers) throws Exception {
        SSLContext tls = TlsManagers.client(client, front.authority().certificatePem());
        try (HttpClient http = HttpClient.newBuilder().sslContext(tls).build()) {
            HttpRequest.Builder request = HttpRequest.newBuilder(
                            URI.create(front.address().url() + WHO_AM_I))
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("{}"));
            if (headers.length > 0) {
                request.headers(headers);
            }
            return http.send(request.build(), BodyHandlers.ofString());
        }
    }
}
