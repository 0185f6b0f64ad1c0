package io.i2kit.apiserver.http.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The certificate authority of one data folder: makes itself at first use, and signs the server's and clients' certificates.
 * Files in the folder: {@code ca.crt}, {@code ca.key}, and a pair for each identity. What expires within 30 days, or no longer
 * names what it must, is made again.
 */
public final class CertificateAuthority {
    private static final Duration AUTHORITY_LIFE = Duration.ofDays(3650);
    private static final Duration LEAF_LIFE = Duration.ofDays(365);
    private static final Duration RENEWAL = Duration.ofDays(30);

    private final Path folder;
    private final Clock clock;
    private final PemIdentity authority;
    private final X509Certificate certificate;

    private CertificateAuthority(Path folder, Clock clock, PemIdentity authority) {
        this.folder = folder;
        this.clock = clock;
        this.authority = authority;
        this.certificate = Pems.certificate(authority.certificate());
    }

    /**
     * Opens or makes the authority in a folder.
     *
     * @param commonName of a new authority, for example {@code i2kit}
     */
    public static CertificateAuthority open(Path folder, String commonName, Clock clock) throws IOException {
        Files.createDirectories(folder);
        PemIdentity present = read(folder, "ca");
        if (present != null && !expiresSoon(Pems.certificate(present.certificate()), clock)) {
            return new CertificateAuthority(folder, clock, present);
        }
        PemIdentity made = Signing.authority(commonName, clock.instant(), AUTHORITY_LIFE);
        write(folder, "ca", made);
        return new CertificateAuthority(folder, clock, made);
    }

    /** The authority's own certificate, PEM. */
    public String certificatePem() {
        return authority.certificate();
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /**
     * The server's identity, kept as {@code <name>.crt} and {@code .key}.
     *
     * @param names DNS names and IP addresses that clients use
     */
    public PemIdentity server(String name, Collection<String> names) throws IOException {
        Set<String> wanted = new TreeSet<>(names);
        PemIdentity present = read(folder, name);
        if (present != null && isCurrent(present)) {
            if (Pems.subjectAlternativeNames(Pems.certificate(present.certificate()))
                    .containsAll(wanted)) {
                return present;
            }
        }
        Instant now = clock.instant();
        return write(folder, name, Signing.server(authority, "kube-apiserver", List.copyOf(wanted), now, LEAF_LIFE));
    }

    /**
     * A client's identity, kept as {@code <name>.crt} and {@code .key}.
     *
     * @param user becomes the common name
     * @param groups become organizations
     */
    public PemIdentity client(String name, String user, List<String> groups) throws IOException {
        PemIdentity present = read(folder, name);
        if (present != null && isCurrent(present)) {
            return present;
        }
        return write(folder, name, Signing.client(authority, user, groups, clock.instant(), LEAF_LIFE));
    }

    /**
     * The identity of a person's kubeconfig: like {@link #client}, but with an RSA key as kubeadm's have, since Java clients read
     * no other kind without being told.
     */
    public PemIdentity user(String name, String user, List<String> groups) throws IOException {
        PemIdentity present = read(folder, name);
        if (present != null
                && isCurrent(present)
                && Pems.certificate(present.certificate())
                        .getPublicKey()
                        .getAlgorithm()
                        .equals(Signing.RSA)) {
            return present;
        }
        return write(folder, name, Signing.user(authority, user, groups, clock.instant(), LEAF_LIFE));
    }

    /**
     * Certifies another's key as a client's; nothing is kept.
     *
     * @param subject the name in DER
     * @param usages as CertificateSigningRequests name them
     * @return the certificate, PEM
     */
    public String sign(PublicKey key, byte[] subject, Set<String> usages, Duration life) {
        return Signing.certificate(authority, key, subject, usages, clock.instant(), life);
    }

    private boolean isCurrent(PemIdentity identity) {
        X509Certificate leaf = Pems.certificate(identity.certificate());
        return !expiresSoon(leaf, clock) && Pems.isSignedBy(leaf, certificate);
    }

    private static boolean expiresSoon(X509Certificate certificate, Clock clock) {
        return certificate.getNotAfter().toInstant().isBefore(clock.instant().plus(RENEWAL));
    }

    private static @Nullable PemIdentity read(Path folder, String name) throws IOException {
        Path certificate = folder.resolve(name + ".crt");
        Path key = folder.resolve(name + ".key");
        if (!Files.exists(certificate) || !Files.exists(key)) {
            return null;
        }
        return new PemIdentity(Files.readString(certificate), Files.readString(key));
    }

    /** Each file appears whole, the key readable by its owner only; the key first, so that a pair is never half new. */
    private static PemIdentity write(Path folder, String name, PemIdentity identity) throws IOException {
        Files.deleteIfExists(folder.resolve(name + ".crt"));
        writeFile(folder.resolve(name + ".key"), identity.key(), "rw-------");
        writeFile(folder.resolve(name + ".crt"), identity.certificate(), "rw-r--r--");
        return identity;
    }

    private static void writeFile(Path file, String text, String mode) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(temporary);
        Files.createFile(temporary, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)));
        Files.writeString(temporary, text, StandardOpenOption.WRITE);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
