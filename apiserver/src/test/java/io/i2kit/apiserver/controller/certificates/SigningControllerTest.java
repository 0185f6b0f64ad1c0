package io.i2kit.apiserver.controller.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.controller.ControlPlane;
import io.i2kit.apiserver.http.tls.CertificateAuthority;
import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.registry.certificates.CertificateResources;
import io.i2kit.apiserver.registry.certificates.Requests;
import io.i2kit.apiserver.storage.ObjectKey;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** On the real store, with the server's own authority. */
@Timeout(120)
class SigningControllerTest {
    private static final String SIGNER = "kubernetes.io/kube-apiserver-client";
    private static final ObjectKey ANNA = new ObjectKey(CertificateResources.REQUESTS, "", "anna");

    @TempDir
    Path directory;

    private final KeyPair pair = Requests.pair();
    private ControlPlane plane;
    private CertificateAuthority authority;

    @BeforeEach
    void start() throws Exception {
        authority = CertificateAuthority.open(directory.resolve("pki"), "test", Clock.systemUTC());
        plane = new ControlPlane(directory.resolve("store"));
        SigningController.register(plane.manager(), plane.informers(), plane.objects(), authority::sign);
        plane.start();
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    @Test
    void anApprovedClientGetsACertificateOfItsKeyAndName() throws Exception {
        request(SIGNER, "\"client auth\",\"digital signature\"");
        assertThat(FieldPaths.text(plane.get(ANNA), "status.certificate")).isEmpty();
        approve();
        plane.eventually(
                "it is issued",
                () -> !FieldPaths.text(plane.get(ANNA), "status.certificate").isEmpty());
        byte[] pem = Base64.getDecoder().decode(FieldPaths.text(plane.get(ANNA), "status.certificate"));
        X509Certificate issued = (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem));
        issued.verify(authority.certificate().getPublicKey());
        assertThat(issued.getPublicKey()).isEqualTo(pair.getPublic());
        assertThat(issued.getSubjectX500Principal().getName()).contains("CN=anna", "O=dev");
        assertThat(issued.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
        assertThat(issued.getBasicConstraints()).isEqualTo(-1);
        assertThat(Duration.between(Instant.now(), issued.getNotAfter().toInstant()))
                .isLessThan(Duration.ofSeconds(701));
    }

    @Test
    void whatTheSignerDoesNotCertifyFails() {
        request(SIGNER, "\"client auth\",\"server auth\"");
        approve();
        plane.eventually(
                "it fails",
                () -> plane.get(ANNA).path("status").path("conditions").size() == 2);
        assertThat(plane.get(ANNA)
                        .path("status")
                        .path("conditions")
                        .path(1)
                        .path("reason")
                        .asString())
                .isEqualTo("SignerValidationFailure");
        assertThat(FieldPaths.text(plane.get(ANNA), "status.certificate")).isEmpty();
    }

    @Test
    void othersSignersAreLeftAlone() {
        request("example.com/other", "\"client auth\"");
        approve();
        ObjectKey second = new ObjectKey(CertificateResources.REQUESTS, "", "second");
        create("second", SIGNER, "\"client auth\"");
        approve(second);
        plane.eventually(
                "the next is issued",
                () -> !FieldPaths.text(plane.get(second), "status.certificate").isEmpty());
        assertThat(FieldPaths.text(plane.get(ANNA), "status.certificate")).isEmpty();
        assertThat(plane.get(ANNA).path("status").path("conditions").size()).isEqualTo(1);
    }

    private void request(String signer, String usages) {
        create("anna", signer, usages);
    }

    private void create(String name, String signer, String usages) {
        plane.create(CertificateResources.REQUESTS, """
                {"metadata":{"name":"%s"},"spec":{"request":"%s","signerName":"%s","usages":[%s],"expirationSeconds":700}}""".formatted(
                        name, Requests.of("O=dev,CN=anna", pair, pair), signer, usages));
    }

    private void approve() {
        approve(ANNA);
    }

    private void approve(ObjectKey key) {
        plane.modify(
                key,
                "approval",
                request -> request.withObjectProperty("status")
                        .withArrayProperty("conditions")
                        .addObject()
                        .put("type", "Approved")
                        .put("status", "True")
                        .put("reason", "Test")
                        .put("message", ""));
    }
}
