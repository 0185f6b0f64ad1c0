package io.i2kit.cloud.image;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.i2kit.cloud.image.oci.CredentialSource;
import io.i2kit.cloud.image.oci.Credentials;
import io.i2kit.cloud.image.oci.Digest;
import io.i2kit.cloud.image.oci.ImageReference;
import io.i2kit.cloud.image.oci.ImageSource;
import io.i2kit.cloud.image.oci.ImageStore;
import io.i2kit.cloud.image.oci.PullException;
import io.i2kit.cloud.image.oci.RegistryClient;
import io.i2kit.cloud.model.Architecture;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Finds images: the local store first, then their registry. */
final class ImageCatalog {
    /** How long a tag's digest counts where the pull policy leaves the choice; as long as a shared node would keep the image. */
    private static final Duration TAG_LIFE = Duration.ofMinutes(10);

    private static final int REMEMBERED = 1000;

    private final ImageStore store;
    private final RegistryClient registry;
    private final CredentialSource userCredentials;
    private final Cache<String, Digest> tags = Caffeine.newBuilder()
            .maximumSize(REMEMBERED)
            .expireAfterWrite(TAG_LIFE)
            .build();
    /** Opened images hold manifests and configurations only, which never change for a digest. */
    private final Cache<String, ImageSource> opened =
            Caffeine.newBuilder().maximumSize(REMEMBERED).build();

    /** What builds may use for an image by digest, besides the user's own. */
    private final Cache<String, CredentialSource> granted =
            Caffeine.newBuilder().maximumSize(REMEMBERED).build();

    ImageCatalog(ImageStore store, RegistryClient registry, CredentialSource userCredentials) {
        this.store = store;
        this.registry = registry;
        this.userCredentials = userCredentials;
    }

    /**
     * @param secrets credentials to try before the user's own
     * @throws PullException when it cannot be had
     */
    ImageSource resolve(
            ImageReference reference, CredentialSource secrets, PullPolicy policy, Architecture architecture) {
        Optional<ImageSource> stored = stored(reference, architecture);
        if (stored.isPresent()) {
            return stored.get();
        }
        if (policy == PullPolicy.NEVER) {
            throw new PullException.NeverPull(reference.toString());
        }
        List<Credentials> credentials = secrets.or(userCredentials).find(reference);
        String key = reference.toString();
        Digest digest = reference.digest();
        if (digest == null && policy == PullPolicy.IF_NOT_PRESENT) {
            digest = tags.getIfPresent(key);
        }
        if (digest == null) {
            digest = registry.digestOf(reference, credentials);
            tags.put(key, digest);
        }
        return open(reference.at(digest), architecture, credentials);
    }

    /** Lets {@link #byDigest} use credentials for an image. */
    void grant(ImageReference reference, CredentialSource secrets) {
        granted.put(reference.toString(), secrets);
    }

    /** An image by digest; credentials that an earlier {@link #resolve} used, or that were granted, are used again. */
    ImageSource byDigest(ImageReference reference, Architecture architecture) {
        return stored(reference, architecture).orElseGet(() -> {
            CredentialSource secrets = granted.getIfPresent(reference.toString());
            CredentialSource all = secrets == null ? userCredentials : secrets.or(userCredentials);
            return open(reference, architecture, all.find(reference));
        });
    }

    private ImageSource open(ImageReference exact, Architecture architecture, List<Credentials> credentials) {
        String key = exact + " " + architecture.ociName();
        ImageSource known = opened.getIfPresent(key);
        if (known != null) {
            return known;
        }
        ImageSource source = registry.open(exact, architecture.ociName(), credentials);
        opened.put(key, source);
        opened.put(source.reference() + " " + architecture.ociName(), source);
        return source;
    }

    private Optional<ImageSource> stored(ImageReference reference, Architecture architecture) {
        try {
            return store.open(reference, architecture.ociName());
        } catch (IOException e) {
            throw new PullException.Corrupt(reference.toString(), "the local store: " + e.getMessage(), e);
        }
    }
}
