package io.i2kit.cloud.image.oci;

import io.i2kit.cloud.image.oci.RegistryHttp.Answer;
import io.i2kit.cloud.image.oci.RegistryHttp.Call;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Pushes images of the store (OCI distribution specification 1.1, "Push"): each blob that the registry lacks in one request,
 * then the manifests, the index last.
 */
public final class RegistryPusher {
    private final ImageStore store;
    private final RegistryClient registry;

    public RegistryPusher(ImageStore store, RegistryClient registry) {
        this.store = store;
        this.registry = registry;
    }

    /**
     * @param from a name of the store
     * @param to where to; mirrors are not asked
     * @param progress is told each blob
     * @throws PullException when the registry refuses or does not answer
     * @throws IOException when the image is not in the store
     */
    public void push(ImageReference from, ImageReference to, List<Credentials> credentials, Consumer<String> progress)
            throws IOException {
        Descriptor image =
                store.find(from).orElseThrow(() -> new IOException("image \"" + from + "\" is not in the local store"));
        IOException last = null;
        for (URI endpoint : registry.endpoints().ofRegistry(to.registry())) {
            try {
                new Push(to, endpoint, credentials, progress).image(image, to.manifestName());
                return;
            } catch (IOException e) {
                last = e;
            }
        }
        throw new PullException.Unreachable(to, "failed to push: " + (last == null ? "" : last.getMessage()), last);
    }

    /** One push to one endpoint. */
    private final class Push {
        private final ImageReference to;
        private final String base;
        private final List<Credentials> credentials;
        private final Consumer<String> progress;

        Push(ImageReference to, URI endpoint, List<Credentials> credentials, Consumer<String> progress) {
            this.to = to;
            this.base = endpoint + "/v2/" + to.repository() + "/";
            this.credentials = credentials;
            this.progress = progress;
        }

        void image(Descriptor image, String name) throws IOException {
            if (MediaTypes.isIndex(image.mediaType())) {
                ImageIndex index = store.layout().document(image.contentDigest(), ImageIndex.class);
                for (Descriptor entry : index.manifests()) {
                    if (store.blob(entry.contentDigest()).isPresent()) {
                        image(entry, entry.digest());
                    }
                }
            } else {
                Manifest manifest = store.layout().document(image.contentDigest(), Manifest.class);
                List<Descriptor> blobs = new ArrayList<>(manifest.layers());
                blobs.add(manifest.config());
                for (Descriptor blob : blobs) {
                    upload(blob);
                }
            }
            byte[] document = store.documentBytes(image);
            call(
                            "PUT",
                            base + "manifests/" + name,
                            HttpRequest.BodyPublishers.ofByteArray(document),
                            image.mediaType(),
                            Set.of(201, 202))
                    .close();
            progress.accept(name + ": digest: " + image.digest() + " size: " + document.length);
        }

        private void upload(Descriptor blob) throws IOException {
            String shortDigest = blob.contentDigest().shortHex();
            try (Answer there = call("HEAD", base + "blobs/" + blob.digest(), null, "", Set.of(200, 404))) {
                if (there.status() == 200) {
                    progress.accept(shortDigest + ": Layer already exists");
                    return;
                }
            }
            Path file = store.blob(blob.contentDigest())
                    .orElseThrow(() -> new IOException("blob " + blob.digest() + " is not in the local store"));
            progress.accept(shortDigest + ": Pushing %.1f MB".formatted(blob.size() / 1e6));
            URI place;
            try (Answer started =
                    call("POST", base + "blobs/uploads/", HttpRequest.BodyPublishers.noBody(), "", Set.of(202))) {
                place = started.uri().resolve(started.header("Location"));
            }
            String separator = place.getRawQuery() == null ? "?" : "&";
            String target = place + separator + "digest=" + blob.digest();
            call("PUT", target, HttpRequest.BodyPublishers.ofFile(file), "application/octet-stream", Set.of(201))
                    .close();
            progress.accept(shortDigest + ": Pushed");
        }

        private Answer call(
                String method,
                String url,
                HttpRequest.@Nullable BodyPublisher body,
                String contentType,
                Set<Integer> expected)
                throws IOException {
            Map<String, String> headers = contentType.isEmpty() ? Map.of() : Map.of("Content-Type", contentType);
            String scope = "repository:" + to.repository() + ":pull,push";
            Answer answer = registry.http().send(new Call(method, URI.create(url), headers, scope, body), credentials);
            if (expected.contains(answer.status())) {
                return answer;
            }
            String text = answer.text().strip();
            if (answer.status() == 401 || answer.status() == 403) {
                throw new PullException.Unauthorized(to, "authorization failed (" + answer.status() + ") " + text);
            }
            throw new PullException.Unreachable(
                    to,
                    "unexpected status %d from %s request to %s: %s".formatted(answer.status(), method, url, text),
                    null);
        }
    }
}
