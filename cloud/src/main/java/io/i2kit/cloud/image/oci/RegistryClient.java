package io.i2kit.cloud.image.oci;

import io.i2kit.cloud.image.oci.RegistryHttp.Answer;
import io.i2kit.cloud.image.oci.RegistryHttp.Call;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Pulls from registries (OCI distribution specification 1.1, "Pull"). Errors are {@link PullException}s with a kubelet's words.
 */
public final class RegistryClient {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(15);
    private static final long MAX_DOCUMENT_BYTES = 8L << 20;

    private final RegistryHttp http;
    private final RegistryEndpoints endpoints;

    /** @param mirrors by registry host; tried before the registry */
    public RegistryClient(Map<String, URI> mirrors) {
        this(mirrors, BackOff.DEFAULT);
    }

    /** @param backOff after faults that may pass */
    public RegistryClient(Map<String, URI> mirrors, BackOff backOff) {
        this.endpoints = new RegistryEndpoints(mirrors);
        this.http = new RegistryHttp(() -> Shared.HTTP, Clock.systemUTC(), backOff);
    }

    /** Made when a registry is first asked: with the system's authorities it is 3 MB, which a server that pulls nothing does not hold. */
    private static final class Shared {
        static final HttpClient HTTP = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    RegistryHttp http() {
        return http;
    }

    RegistryEndpoints endpoints() {
        return endpoints;
    }

    /** A manifest or index as the registry has it. */
    record Document(byte[] bytes, String mediaType, Digest digest) {}

    /** The digest that a reference means now, with the least transfer. */
    public Digest digestOf(ImageReference reference, List<Credentials> credentials) {
        if (reference.digest() != null) {
            return reference.digest();
        }
        return pull(reference, credentials, "HEAD", "manifests/" + reference.manifestName(), answer -> {
            String digest = answer.header("Docker-Content-Digest");
            if (digest.isEmpty()) {
                return document(reference, credentials).digest();
            }
            return digest(reference, digest);
        });
    }

    /** The image for one architecture. */
    public ImageSource open(ImageReference reference, String architecture, List<Credentials> credentials) {
        Document document = document(reference, credentials);
        ImageReference exact = reference;
        if (MediaTypes.isIndex(document.mediaType())) {
            Descriptor image = read(reference, document, ImageIndex.class)
                    .forArchitecture(architecture)
                    .orElseThrow(() -> new PullException.NoMatchingManifest(reference, architecture));
            exact = reference.at(digest(reference, image.digest()));
            document = document(exact, credentials);
        }
        if (!MediaTypes.isManifest(document.mediaType())) {
            throw new PullException.Corrupt(
                    reference.toString(), "unsupported manifest media type " + document.mediaType(), null);
        }
        Manifest manifest = read(reference, document, Manifest.class);
        ImageReference image = reference.at(document.digest());
        ImageConfig config = config(image, manifest, credentials);
        if (config.architecture() != null && !architecture.equals(config.architecture())) {
            throw new PullException.NoMatchingManifest(reference, architecture);
        }
        return new RegistryImage(this, image, manifest, config, credentials);
    }

    private record RegistryImage(
            RegistryClient client,
            ImageReference reference,
            Manifest manifest,
            ImageConfig config,
            List<Credentials> credentials)
            implements ImageSource {
        @Override
        public InputStream openLayer(Descriptor layer) {
            return client.blob(reference, layer, credentials);
        }
    }

    private ImageConfig config(ImageReference image, Manifest manifest, List<Credentials> credentials) {
        try (InputStream in = blob(image, manifest.config(), credentials)) {
            byte[] bytes = in.readNBytes((int) MAX_DOCUMENT_BYTES);
            check(image, manifest.config().digest(), bytes);
            return OciJson.read(bytes, ImageConfig.class, "the image's configuration");
        } catch (IOException e) {
            throw new PullException.Unreachable(image, "failed to copy: " + e.getMessage(), e);
        }
    }

    private Document document(ImageReference reference, List<Credentials> credentials) {
        return pull(reference, credentials, "GET", "manifests/" + reference.manifestName(), answer -> {
            byte[] bytes = answer.body().readNBytes((int) MAX_DOCUMENT_BYTES);
            Digest wanted = reference.digest();
            if (wanted != null) {
                check(reference, wanted.toString(), bytes);
            }
            String type = answer.header("Content-Type").split(";", 2)[0].strip();
            return new Document(bytes, MediaTypes.of(type, bytes), Digest.of(bytes));
        });
    }

    private InputStream blob(ImageReference image, Descriptor blob, List<Credentials> credentials) {
        return pull(image, credentials, "GET", "blobs/" + blob.digest(), Answer::body);
    }

    private static void check(ImageReference reference, String wanted, byte[] bytes) {
        Digest actual = Digest.of(bytes);
        if (!actual.toString().equals(wanted)) {
            throw new PullException.Corrupt(
                    reference.toString(), "unexpected content: digest " + actual + " instead of " + wanted, null);
        }
    }

    private static Digest digest(ImageReference reference, String text) {
        try {
            return Digest.parse(text);
        } catch (IllegalArgumentException e) {
            throw new PullException.Corrupt(reference.toString(), String.valueOf(e.getMessage()), e);
        }
    }

    private static <T> T read(ImageReference reference, Document document, Class<T> type) {
        try {
            return OciJson.read(document.bytes(), type, "the manifest");
        } catch (IOException e) {
            throw new PullException.Corrupt(reference.toString(), String.valueOf(e.getMessage()), e);
        }
    }

    /** Takes what is needed of an answer of status 200. */
    private interface Reader<T> {
        T read(Answer answer) throws IOException;
    }

    private <T> T pull(
            ImageReference reference, List<Credentials> credentials, String method, String path, Reader<T> reader) {
        String scope = "repository:" + reference.repository() + ":pull";
        Map<String, String> headers = Map.of("Accept", MediaTypes.acceptedManifests() + ", */*");
        PullException failure = null;
        for (URI endpoint : endpoints.of(reference.registry())) {
            URI uri = URI.create(endpoint + "/v2/" + reference.repository() + "/" + path);
            try {
                Answer answer = http.send(new Call(method, uri, headers, scope, null), credentials);
                if (answer.status() == 200) {
                    return reader.read(answer);
                }
                failure = preferred(failure, error(reference, answer));
            } catch (IOException e) {
                failure = preferred(failure, unreachable(reference, uri, e));
            }
        }
        throw failure == null ? new PullException.Unreachable(reference, "no endpoint", null) : failure;
    }

    /** A registry's own word counts more than that another endpoint was not reached. */
    private static PullException preferred(@Nullable PullException former, PullException latter) {
        return former != null && latter instanceof PullException.Unreachable && !former.isTransient() ? former : latter;
    }

    private static PullException unreachable(ImageReference reference, URI uri, IOException e) {
        return new PullException.Unreachable(
                reference,
                "failed to resolve reference \"%s\": failed to do request: %s: %s"
                        .formatted(reference, uri.getRawAuthority(), RegistryHttp.reason(e)),
                e);
    }

    private static PullException error(ImageReference reference, Answer answer) throws IOException {
        String text = answer.text().strip();
        return switch (answer.status()) {
            case 404 ->
                new PullException.NotFound(
                        reference,
                        text.contains("NAME_UNKNOWN") ? "repository name not known to registry" : "manifest unknown");
            case 401, 403 ->
                new PullException.Unauthorized(reference, "authorization failed (" + answer.status() + ")");
            default ->
                new PullException.Unreachable(
                        reference,
                        "unexpected status " + answer.status() + " from "
                                + answer.uri().getRawAuthority(),
                        null);
        };
    }
}
