package io.i2kit.apiserver.http.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes keys (EC P-256; RSA for people) and certificates; the only class here that loads Bouncy Castle. */
final class Signing {
    static final String RSA = "RSA";

    private static final int RSA_BITS = 2048;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Pattern IPV4 = Pattern.compile("[0-9]+(\\.[0-9]+){3}");

    /** Clocks of clients may be behind. */
    private static final Duration BACKDATING = Duration.ofHours(1);

    /** Of certificates that were asked for: upstream's signer ({@code pkg/controller/certificates/signer}), which clients check. */
    private static final Duration REQUESTED_BACKDATING = Duration.ofMinutes(5);

    private Signing() {}

    private record Validity(Instant from, Instant to) {
        static Validity of(Instant now, Duration life) {
            return new Validity(now.minus(BACKDATING), now.plus(life));
        }
    }

    @FunctionalInterface
    private interface Extensions {
        void addTo(JcaX509v3CertificateBuilder builder) throws CertIOException;
    }

    static PemIdentity authority(String commonName, Instant now, Duration life) {
        KeyPair pair = newPair();
        X500Name name = name(commonName, List.of());
        return sign(name, pair.getPrivate(), pair, name, Validity.of(now, life), builder -> {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(
                    Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.digitalSignature));
        });
    }

    static PemIdentity server(
            PemIdentity authority, String commonName, List<String> names, Instant now, Duration life) {
        GeneralName[] alternatives = names.stream()
                .map(name -> new GeneralName(isAddress(name) ? GeneralName.iPAddress : GeneralName.dNSName, name))
                .toArray(GeneralName[]::new);
        return leaf(authority, newPair(), name(commonName, List.of()), Validity.of(now, life), builder -> {
            builder.addExtension(
                    Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternatives));
        });
    }

    static PemIdentity client(PemIdentity authority, String user, List<String> groups, Instant now, Duration life) {
        return client(authority, newPair(), name(user, groups), Validity.of(now, life));
    }

    static PemIdentity user(PemIdentity authority, String user, List<String> groups, Instant now, Duration life) {
        return client(authority, newRsaPair(), name(user, groups), Validity.of(now, life));
    }

    private static PemIdentity client(PemIdentity authority, KeyPair pair, X500Name subject, Validity validity) {
        return leaf(
                authority,
                pair,
                subject,
                validity,
                builder -> builder.addExtension(
                        Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth)));
    }

    private static boolean isAddress(String name) {
        return IPV4.matcher(name).matches() || name.indexOf(':') >= 0;
    }

    private static PemIdentity leaf(
            PemIdentity authority, KeyPair pair, X500Name subject, Validity validity, Extensions more) {
        X509Certificate issuer = Pems.certificate(authority.certificate());
        X500Name issuerName =
                X500Name.getInstance(issuer.getSubjectX500Principal().getEncoded());
        return sign(issuerName, Pems.key(authority.key()), pair, subject, validity, builder -> {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    extensionUtils().createAuthorityKeyIdentifier(issuer.getPublicKey()));
            more.addTo(builder);
        });
    }

    /** A certificate of another's key, PEM. */
    static String certificate(
            PemIdentity authority, PublicKey key, byte[] subject, Set<String> usages, Instant now, Duration life) {
        X509Certificate issuer = Pems.certificate(authority.certificate());
        X500Name issuerName =
                X500Name.getInstance(issuer.getSubjectX500Principal().getEncoded());
        int bits = usages.contains("digital signature") ? KeyUsage.digitalSignature : 0;
        int all = usages.contains("key encipherment") ? bits | KeyUsage.keyEncipherment : bits;
        return certified(
                issuerName,
                Pems.key(authority.key()),
                key,
                X500Name.getInstance(subject),
                new Validity(now.minus(REQUESTED_BACKDATING), now.plus(life)),
                builder -> {
                    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
                    builder.addExtension(
                            Extension.authorityKeyIdentifier,
                            false,
                            extensionUtils().createAuthorityKeyIdentifier(issuer.getPublicKey()));
                    builder.addExtension(
                            Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth));
                    if (all != 0) {
                        builder.addExtension(Extension.keyUsage, true, new KeyUsage(all));
                    }
                });
    }

    private static PemIdentity sign(
            X500Name issuer, PrivateKey signer, KeyPair pair, X500Name subject, Validity validity, Extensions more) {
        return new PemIdentity(
                certified(issuer, signer, pair.getPublic(), subject, validity, more),
                Pems.encode("PRIVATE KEY", pair.getPrivate().getEncoded()));
    }

    private static String certified(
            X500Name issuer, PrivateKey signer, PublicKey key, X500Name subject, Validity validity, Extensions more) {
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(127, RANDOM).add(BigInteger.ONE),
                Date.from(validity.from()),
                Date.from(validity.to()),
                subject,
                key);
        try {
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, extensionUtils().createSubjectKeyIdentifier(key));
            more.addTo(builder);
            X509CertificateHolder holder = builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer));
            return Pems.encode("CERTIFICATE", holder.getEncoded());
        } catch (OperatorCreationException | IOException e) {
            throw new IllegalStateException("a certificate could not be signed", e);
        }
    }

    private static JcaX509ExtensionUtils extensionUtils() {
        try {
            return new JcaX509ExtensionUtils();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    private static KeyPair newPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has P-256", e);
        }
    }

    private static KeyPair newRsaPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(RSA);
            generator.initialize(RSA_BITS);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has RSA", e);
        }
    }

    private static X500Name name(String commonName, List<String> organizations) {
        X500NameBuilder builder = new X500NameBuilder(BCStyle.INSTANCE);
        organizations.forEach(organization -> builder.addRDN(BCStyle.O, organization));
        return builder.addRDN(BCStyle.CN, commonName).build();
    }
}
