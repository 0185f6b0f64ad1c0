package io.i2kit.cloud.agent;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;

/**
 * Which public key a guest must show: it derives its Ed25519 private key from its group's secret and its instance id, so nobody
 * else can answer for it ({@link io.i2kit.cloud.model.MachineMetadata.Agent}; the guest's side is {@code cloud/guest/tls.go}).
 */
final class GuestKeys {
    private static final String HMAC = "HmacSHA256";

    /** The DER form of an Ed25519 public key begins so (RFC 8410); the key's 32 bytes follow. */
    private static final byte[] SPKI_PREFIX = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};

    private GuestKeys() {}

    /** The seed of a guest's private key. */
    static byte[] seed(String secret, String instanceId) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret), HMAC));
            return mac.doFinal(instanceId.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + HMAC, e);
        }
    }

    /** A guest's public key as X.509 encodes it. */
    static byte[] publicKey(Guest guest) {
        byte[] raw = new Ed25519PrivateKeyParameters(seed(guest.secret(), guest.instanceId()), 0)
                .generatePublicKey()
                .getEncoded();
        byte[] encoded = new byte[SPKI_PREFIX.length + raw.length];
        System.arraycopy(SPKI_PREFIX, 0, encoded, 0, SPKI_PREFIX.length);
        System.arraycopy(raw, 0, encoded, SPKI_PREFIX.length, raw.length);
        return encoded;
    }
}
