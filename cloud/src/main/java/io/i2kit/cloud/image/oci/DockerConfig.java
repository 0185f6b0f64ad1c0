package io.i2kit.cloud.image.oci;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Credentials in Docker's format: the user's {@code config.json}, or a Secret of type {@code kubernetes.io/dockerconfigjson}
 * or {@code kubernetes.io/dockercfg}. Keys match as in the kubelet's keyring: a registry's host, or a host with the beginning of
 * a path; of several that match, the longest comes first.
 */
public final class DockerConfig implements CredentialSource {
    private static final Logger LOG = LoggerFactory.getLogger(DockerConfig.class);
    private static final List<String> HUB_NAMES = List.of("index.docker.io", "registry-1.docker.io", "docker.io");

    private final Map<String, Auth> auths;
    private final Map<String, String> helpers;
    private final @Nullable String store;

    private DockerConfig(Map<String, Auth> auths, Map<String, String> helpers, @Nullable String store) {
        this.auths = Map.copyOf(auths);
        this.helpers = Map.copyOf(helpers);
        this.store = store;
    }

    /** One entry of {@code auths}. */
    record Auth(
            @Nullable String auth,
            @Nullable String username,
            @Nullable String password,
            @JsonProperty("identitytoken") @Nullable String identityToken) {}

    /** The file. */
    record Document(
            @Nullable Map<String, Auth> auths,
            @JsonProperty("credHelpers") @Nullable Map<String, String> credHelpers,
            @JsonProperty("credsStore") @Nullable String credsStore) {}

    /** The user's own, from {@code $DOCKER_CONFIG} or {@code ~/.docker}; without the file there are none. */
    public static DockerConfig ofUser() {
        String directory = System.getenv("DOCKER_CONFIG");
        Path file = directory != null && !directory.isEmpty()
                ? Path.of(directory, "config.json")
                : Path.of(System.getProperty("user.home"), ".docker", "config.json");
        return ofFile(file);
    }

    static DockerConfig ofFile(Path file) {
        if (!Files.isReadable(file)) {
            return new DockerConfig(Map.of(), Map.of(), null);
        }
        try {
            Document document = OciJson.read(Files.readAllBytes(file), Document.class, file.toString());
            return new DockerConfig(
                    document.auths() == null ? Map.of() : document.auths(),
                    document.credHelpers() == null ? Map.of() : document.credHelpers(),
                    document.credsStore());
        } catch (IOException e) {
            LOG.warn("registry credentials in {} cannot be read: {}", file, e.getMessage());
            return new DockerConfig(Map.of(), Map.of(), null);
        }
    }

    /**
     * Image pull secrets, in the order given.
     *
     * @param dockerConfigJson the Secrets' {@code .dockerconfigjson} data; one that cannot be read is passed over, as the
     *     kubelet does. Helpers named in a Secret are never run.
     */
    public static CredentialSource ofSecrets(List<byte[]> dockerConfigJson) {
        List<DockerConfig> configs = new ArrayList<>();
        for (byte[] json : dockerConfigJson) {
            try {
                Document document = OciJson.read(json, Document.class, "image pull secret");
                configs.add(new DockerConfig(document.auths() == null ? Map.of() : document.auths(), Map.of(), null));
            } catch (IOException e) {
                LOG.warn("an image pull secret cannot be read: {}", e.getMessage());
            }
        }
        return reference -> configs.stream()
                .flatMap(config -> config.find(reference).stream())
                .toList();
    }

    @Override
    public List<Credentials> find(ImageReference reference) {
        String registry = reference.registry();
        String helper = helpers.getOrDefault(registry, store);
        if (helper != null && !helper.isEmpty()) {
            Optional<Credentials> helped = CredentialHelper.get(helper, helperKey(registry));
            if (helped.isPresent()) {
                return List.of(helped.get());
            }
        }
        return auths.entrySet().stream()
                .filter(entry -> matches(entry.getKey(), reference))
                .sorted(Comparator.comparingInt((Map.Entry<String, Auth> entry) ->
                                entry.getKey().length())
                        .reversed())
                .flatMap(entry -> credentials(entry.getValue()).stream())
                .toList();
    }

    private static String helperKey(String registry) {
        return registry.equals(ImageReference.DOCKER_HUB) ? "https://index.docker.io/v1/" : registry;
    }

    private static boolean matches(String key, ImageReference reference) {
        String place = key.replaceFirst("^https?://", "");
        String host = place.split("/", 2)[0];
        String path = place.contains("/") ? place.substring(place.indexOf('/') + 1) : "";
        boolean sameHost = host.equals(reference.registry())
                || reference.registry().equals(ImageReference.DOCKER_HUB) && HUB_NAMES.contains(host);
        // "https://index.docker.io/v1/" and the like name an interface, not a repository.
        String prefix = path.replaceFirst("^v[12]/?$", "").replaceFirst("/$", "");
        return sameHost && (prefix.isEmpty() || (reference.repository() + "/").startsWith(prefix + "/"));
    }

    private static Optional<Credentials> credentials(Auth entry) {
        if (entry.identityToken() != null && !entry.identityToken().isEmpty()) {
            return Optional.of(new Credentials("", "", entry.identityToken()));
        }
        if (entry.auth() != null && !entry.auth().isEmpty()) {
            return decoded(entry.auth());
        }
        return entry.username() == null || entry.password() == null
                ? Optional.empty()
                : Optional.of(new Credentials(entry.username(), entry.password()));
    }

    private static Optional<Credentials> decoded(String auth) {
        try {
            String pair = new String(Base64.getDecoder().decode(auth.strip()), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            return colon < 0
                    ? Optional.empty()
                    : Optional.of(new Credentials(pair.substring(0, colon), pair.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            LOG.warn("registry credentials are not valid base64");
            return Optional.empty();
        }
    }
}
