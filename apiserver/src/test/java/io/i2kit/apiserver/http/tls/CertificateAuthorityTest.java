package io.i2kit.apiserver.http.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateAuthorityTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path folder;

    private CertificateAuthority at(Instant now) throws IOException {
        return CertificateAuthority.open(folder, "test", Clock.fixed(now, ZoneOffset.UTC));
    }

    @Test
    void keepsWhatIsCurrent() throws IOException {
        CertificateAuthority first = at(NOW);
        PemIdentity server = first.server("server", List.of("localhost", "127.0.0.1"));
        PemIdentity admin = first.client("admin", "me", List.of("system:masters"));
        CertificateAuthority again = at(NOW.plus(Duration.ofDays(300)));
        assertThat(again.certificatePem()).isEqualTo(first.certificatePem());
        assertThat(again.server("server", List.of("localhost"))).isEqualTo(server);
        assertThat(again.client("admin", "me", List.of("system:masters"))).isEqualTo(admin);
    }

    @Test
    void renewsWhatExpiresSoon() throws IOException {
        PemIdentity server = at(NOW).server("server", List.of("localhost"));
        CertificateAuthority later = at(NOW.plus(Duration.ofDays(340)));
        PemIdentity renewed = later.server("server", List.of("localhost"));
        assertThat(renewed).isNotEqualTo(server);
        assertThat(Pems.isSignedBy(Pems.certificate(renewed.certificate()), later.certificate()))
                .isTrue();
    }

    @Test
    void makesAnotherForAnotherName() throws IOException {
        CertificateAuthority authority = at(NOW);
        authority.server("server", List.of("localhost"));
        PemIdentity other = authority.server("server", List.of("localhost", "host.example", "10.0.0.1"));
        assertThat(Pems.subjectAlternativeNames(Pems.certificate(other.certificate())))
                .containsExactlyInAnyOrder("localhost", "host.example", "10.0.0.1");
    }

    @Test
    void makesAllAnewWithAnotherAuthority() throws IOException {
        PemIdentity admin = at(NOW).client("admin", "me", List.of("system:masters"));
        Files.delete(folder.resolve("ca.key"));
        CertificateAuthority other = at(NOW);
        PemIdentity made = other.client("admin", "me", List.of("system:masters"));
        assertThat(made).isNotEqualTo(admin);
        assertThat(Pems.isSignedBy(Pems.certificate(made.certificate()), other.certificate()))
                .isTrue();
    }

    @Test
    void namesUserAndGroupsAndHidesKeys() throws IOException {
        PemIdentity admin = at(NOW).client("admin", "me", List.of("one", "two"));
        X509Certificate certificate = Pems.certificate(admin.certificate());
        assertThat(certificate.getSubjectX500Principal().getName())
                .contains("CN=me")
                .contains("O=one")
                .contains("O=two");
        assertThat(Pems.key(admin.key()).getAlgorithm()).isEqualTo("EC");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("admin.key"))))
                .isEqualTo("rw-------");
    }

    @Test
    void peopleHaveKeysThatEveryClientReads() throws Exception {
        PemIdentity old = at(NOW).client("admin", "me", List.of());
        PemIdentity admin = at(NOW).user("admin", "me", List.of("system:masters"));
        assertThat(admin).isNotEqualTo(old);
        assertThat(Pems.certificate(admin.certificate()).getPublicKey().getAlgorithm())
                .isEqualTo("RSA");
        assertThat(at(NOW).user("admin", "me", List.of("system:masters"))).isEqualTo(admin);
    }

    @Test
    void givesPeopleKeysThatAreReadAsWell() throws IOException {
        PemIdentity admin = at(NOW).user("admin", "me", List.of("one"));
        assertThat(Pems.key(admin.key()).getAlgorithm()).isEqualTo("RSA");
    }
}
