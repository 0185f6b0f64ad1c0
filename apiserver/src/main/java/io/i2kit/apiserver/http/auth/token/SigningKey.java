package io.i2kit.apiserver.http.auth.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.text.ParseException;
import java.util.Base64;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The key that signs ServiceAccount tokens: RSA with 2048 bits, since every relying party knows RS256. It is made at first use, which
 * takes some tenths of a second, and kept in a file that only its owner reads.
 */
final class SigningKey {
    private static final int BITS = 2048;

    private final Path file;
    private final ReentrantLock making = new ReentrantLock();
    private volatile @Nullable RSAKey key;

    SigningKey(Path file) {
        this.file = file;
    }

    /** A signed token with these claims. */
    String sign(ObjectNode claims) {
        RSAKey signing = key();
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .keyID(signing.getKeyID())
                .build();
        JWSObject token = new JWSObject(header, new Payload(claims.toString()));
        try {
            token.sign(new RSASSASigner(signing));
        } catch (JOSEException e) {
            throw new IllegalStateException("every JDK signs with RS256", e);
        }
        return token.serialize();
    }

    /** Whether a token's signature is of this key. */
    boolean verifies(String token) {
        if (key == null && !Files.exists(file)) {
            return false;
        }
        try {
            JWSObject parsed = JWSObject.parse(token);
            return parsed.getHeader().getAlgorithm().equals(JWSAlgorithm.RS256)
                    && parsed.verify(new RSASSAVerifier(key()));
        } catch (ParseException | JOSEException e) {
            return false;
        }
    }

    /** The public half as a JSON Web Key. */
    String publicJwk() {
        return key().toPublicJWK().toJSONString();
    }

    private RSAKey key() {
        RSAKey known = key;
        if (known != null) {
            return known;
        }
        making.lock();
        try {
            known = key;
            if (known == null) {
                known = Files.exists(file) ? read(Files.readString(file)) : make();
                key = known;
            }
            return known;
        } catch (IOException e) {
            throw new UncheckedIOException("the key of ServiceAccount tokens, " + file + ", cannot be used", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the key of ServiceAccount tokens, " + file + ", cannot be used", e);
        } finally {
            making.unlock();
        }
    }

    private static RSAKey read(String pem) throws GeneralSecurityException {
        String base64 = pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        return of((RSAPrivateCrtKey) KeyFactory.getInstance("RSA")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64))));
    }

    private static RSAKey of(RSAPrivateCrtKey secret) throws GeneralSecurityException {
        RSAPublicKey open = (RSAPublicKey) KeyFactory.getInstance("RSA")
                .generatePublic(new RSAPublicKeySpec(secret.getModulus(), secret.getPublicExponent()));
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(open.getEncoded());
        return new RSAKey.Builder(open)
                .privateKey(secret)
                .keyUse(KeyUse.SIGNATURE)
                .algorithm(JWSAlgorithm.RS256)
                .keyID(Base64.getUrlEncoder().withoutPadding().encodeToString(digest))
                .build();
    }

    private RSAKey make() throws GeneralSecurityException, IOException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(BITS);
        RSAPrivateCrtKey secret = (RSAPrivateCrtKey) generator.generateKeyPair().getPrivate();
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(secret.getEncoded());
        String pem = "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n";
        Path folder = Files.createDirectories(file.toAbsolutePath().getParent());
        Path temporary = Files.createTempFile(
                folder,
                ".service-account",
                null,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(temporary, pem, StandardCharsets.US_ASCII);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        return of(secret);
    }
}
