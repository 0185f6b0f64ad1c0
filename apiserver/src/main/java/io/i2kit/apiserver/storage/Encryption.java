package io.i2kit.apiserver.storage;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Encryption at rest as kube-apiserver does it with its {@code aesgcm} provider: the text {@code k8s:enc:aesgcm:v1:<key>:}, a
 * random nonce of 12 bytes, then AES-GCM's output. The place where a value is kept is authenticated with it, so that values cannot
 * be exchanged ({@code k8s.io/apiserver/pkg/storage/value/encrypt/aes}).
 */
public final class Encryption implements AtRest {
    private static final String PREFIX = "k8s:enc:aesgcm:v1:";
    private static final byte[] PREFIX_BYTES = PREFIX.getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ENCRYPTED = "k8s:enc:".getBytes(StandardCharsets.US_ASCII);
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final List<Rule> rules;
    private final List<Key> keys;
    private final SecureRandom random = new SecureRandom();

    /** A key of 16, 24 or 32 bytes. @param name without a colon */
    public record Key(String name, SecretKeySpec secret) {
        /** @throws IllegalArgumentException for another length, or a name that cannot be written before a value */
        public static Key of(String name, byte[] secret) {
            if (name.isEmpty() || name.indexOf(':') >= 0) {
                throw new IllegalArgumentException("a key's name is not empty and has no colon: \"" + name + "\"");
            }
            if (secret.length != 16 && secret.length != 24 && secret.length != 32) {
                throw new IllegalArgumentException(
                        "the secret of key \"" + name + "\" has " + secret.length + " bytes, expected 16, 24 or 32");
            }
            return new Key(name, new SecretKeySpec(secret, "AES"));
        }
    }

    /**
     * How some resources are written; the first rule that names a resource counts.
     *
     * @param resources {@code plural}, {@code plural.group}, {@code *.group}, {@code *.} for the core group, {@code *.*}
     * @param writing null to write plain
     * @param keys that may have been used before, too
     */
    public record Rule(List<String> resources, @Nullable Key writing, List<Key> keys) {
        public Rule {
            resources = List.copyOf(resources);
            keys = List.copyOf(keys);
        }

        private boolean concerns(String plural, String group) {
            return resources.contains("*.*")
                    || resources.contains("*." + group)
                    || resources.contains(group.isEmpty() ? plural : plural + "." + group);
        }
    }

    public Encryption(List<Rule> rules) {
        this.rules = List.copyOf(rules);
        this.keys = rules.stream().flatMap(rule -> rule.keys().stream()).toList();
    }

    @Override
    public byte[] seal(String resource, byte[] place, byte[] plain) {
        Key key = writing(resource);
        if (key == null) {
            return plain;
        }
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] head = (PREFIX + key.name() + ':').getBytes(StandardCharsets.UTF_8);
        try {
            byte[] output = cipher(Cipher.ENCRYPT_MODE, key, nonce, place).doFinal(plain);
            byte[] sealed = Arrays.copyOf(head, head.length + NONCE_BYTES + output.length);
            System.arraycopy(nonce, 0, sealed, head.length, NONCE_BYTES);
            System.arraycopy(output, 0, sealed, head.length + NONCE_BYTES, output.length);
            return sealed;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES-GCM", e);
        }
    }

    @Override
    public Opened open(String resource, byte[] place, byte[] stored) {
        Key writing = writing(resource);
        if (!startsWith(stored, ENCRYPTED)) {
            return new Opened(stored, writing != null);
        }
        int colon = startsWith(stored, PREFIX_BYTES) ? colon(stored) : -1;
        if (colon < 0 || stored.length < colon + 1 + NONCE_BYTES) {
            throw new StorageException.Unavailable(
                    describe(place) + " is encrypted in a way that i2kit does not know", null);
        }
        String name = new String(stored, PREFIX_BYTES.length, colon - PREFIX_BYTES.length, StandardCharsets.UTF_8);
        for (Key key : keys) {
            if (key.name().equals(name)) {
                byte[] plain = open(key, place, stored, colon + 1);
                if (plain != null) {
                    return new Opened(plain, !key.equals(writing));
                }
            }
        }
        throw unreadable(place, name);
    }

    private StorageException unreadable(byte[] place, String name) {
        String known = keys.stream().map(Key::name).distinct().collect(Collectors.joining(", "));
        boolean wrong = keys.stream().anyMatch(key -> key.name().equals(name));
        return new StorageException.Unavailable(
                describe(place)
                        + (wrong
                                ? " cannot be decrypted: the encryption configuration's key \"" + name
                                        + "\" is not the one that encrypted it, or the stored bytes were changed"
                                : " is encrypted with the key \"" + name + "\", but the encryption configuration has "
                                        + (known.isEmpty() ? "no keys" : "only " + known)
                                        + ": put that key back; without it the data is lost"),
                null);
    }

    private static byte @Nullable [] open(Key key, byte[] place, byte[] stored, int at) {
        byte[] nonce = Arrays.copyOfRange(stored, at, at + NONCE_BYTES);
        try {
            return cipher(Cipher.DECRYPT_MODE, key, nonce, place)
                    .doFinal(stored, at + NONCE_BYTES, stored.length - at - NONCE_BYTES);
        } catch (AEADBadTagException e) {
            return null;
        } catch (GeneralSecurityException e) {
            throw new StorageException.Unavailable(describe(place) + " cannot be decrypted: " + e.getMessage(), e);
        }
    }

    private static Cipher cipher(int mode, Key key, byte[] nonce, byte[] place) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key.secret(), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(place);
        return cipher;
    }

    private @Nullable Key writing(String resource) {
        int slash = resource.indexOf('/');
        String group = slash < 0 ? "" : resource.substring(0, slash);
        String plural = resource.substring(slash + 1);
        for (Rule rule : rules) {
            // What the server keeps for itself is as secret as Secrets are.
            if (rule.concerns(resource.isEmpty() ? "secrets" : plural, group)) {
                return rule.writing();
            }
        }
        return null;
    }

    private static int colon(byte[] stored) {
        for (int i = PREFIX_BYTES.length; i < stored.length; i++) {
            if (stored[i] == ':') {
                return i;
            }
        }
        return -1;
    }

    private static boolean startsWith(byte[] value, byte[] prefix) {
        return value.length >= prefix.length && Arrays.equals(value, 0, prefix.length, prefix, 0, prefix.length);
    }

    /** Places are names with NUL characters between their parts, and for objects eight bytes of revision behind. */
    private static String describe(byte[] place) {
        String text = new String(place, StandardCharsets.UTF_8);
        String[] parts = text.split("\0", -1);
        return parts.length > 3 ? parts[0] + " \"" + parts[1] + "/" + parts[2] + "\"" : "the record \"" + text + "\"";
    }
}
