package io.i2kit.cloud.image.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.i2kit.cloud.image.TestImages;
import io.i2kit.cloud.image.TestImages.LayerTar;
import io.i2kit.cloud.image.oci.TestRegistry.Auth;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RegistryTest {
    private static final List<Credentials> KNOWN = List.of(new Credentials("user", "secret"));
    private static final BackOff AT_ONCE = new BackOff(3, Duration.ofMillis(1));

    @TempDir
    Path work;

    private ImageStore store;
    private ImageReference local;
    private final RegistryClient client = new RegistryClient(Map.of(), AT_ONCE);

    @BeforeEach
    void makeImage() throws IOException {
        store = new ImageStore(work.resolve("store"));
        byte[] tar = new LayerTar().file("hello", "world").bytes();
        local = ImageReference.parse("localhost/team/app:1");
        TestImages.store(store, local.toString(), ImageConfig.Execution.EMPTY, List.of(tar));
    }

    private List<String> push(ImageReference to) throws IOException {
        List<String> told = new ArrayList<>();
        new RegistryPusher(store, client).push(local, to, KNOWN, told::add);
        return told;
    }

    private static ImageReference at(TestRegistry registry, String rest) {
        return ImageReference.parse(registry.host() + "/team/app" + rest);
    }

    @ParameterizedTest
    @EnumSource(Auth.class)
    void whatIsPushedIsPulled(Auth auth) throws IOException {
        try (TestRegistry registry = new TestRegistry(auth)) {
            assertThat(push(at(registry, ":1")))
                    .filteredOn(line -> line.endsWith("Pushed"))
                    .hasSize(2);
            assertThat(push(at(registry, ":2")))
                    .filteredOn(line -> line.endsWith("already exists"))
                    .hasSize(2);
            ImageSource image = client.open(at(registry, ":2"), "amd64", KNOWN);
            Descriptor layer = image.manifest().layers().getFirst();
            try (InputStream in = image.openLayer(layer)) {
                assertThat(Digest.of(in.readAllBytes()).toString()).isEqualTo(layer.digest());
            }
            assertThat(client.digestOf(at(registry, ":2"), KNOWN))
                    .isEqualTo(image.reference().digest());
        }
    }

    @Test
    void oneTokenServesAllRequestsOfAScope() throws IOException {
        try (TestRegistry registry = new TestRegistry(Auth.BEARER)) {
            push(at(registry, ":1"));
            int before = registry.tokensGiven();
            ImageSource image = client.open(at(registry, ":1"), "amd64", KNOWN);
            image.openLayer(image.manifest().layers().getFirst()).close();
            assertThat(registry.tokensGiven() - before).isEqualTo(1);
        }
    }

    @Test
    void errorsReadAsTheKubelets() throws IOException {
        try (TestRegistry registry = new TestRegistry(Auth.BEARER)) {
            push(at(registry, ":1"));
            assertThatThrownBy(() -> client.open(at(registry, ":nope"), "amd64", KNOWN))
                    .isInstanceOf(PullException.NotFound.class)
                    .hasMessageContaining("failed to resolve reference \"" + registry.host() + "/team/app:nope\"")
                    .hasMessageContaining("not found");
            assertThatThrownBy(() -> client.open(at(registry, ":1"), "amd64", List.of()))
                    .isInstanceOf(PullException.Unauthorized.class)
                    .hasMessageContaining("pull access denied, repository does not exist or may require authorization");
            assertThatThrownBy(() -> client.open(at(registry, ":1"), "arm64", KNOWN))
                    .isInstanceOf(PullException.NoMatchingManifest.class)
                    .hasMessageContaining("no matching manifest for linux/arm64");
        }
    }

    @Test
    void aRegistryThatIsNotThereIsSaidAtOnce() throws IOException {
        String host;
        try (TestRegistry gone = new TestRegistry(Auth.NONE)) {
            host = gone.host();
        }
        assertThatThrownBy(() -> client.open(ImageReference.parse(host + "/x:1"), "amd64", List.of()))
                .isInstanceOfSatisfying(
                        PullException.Unreachable.class,
                        e -> assertThat(e.isTransient()).isTrue())
                .hasMessageContaining("failed to do request")
                .hasMessageContaining(host);
    }

    @Test
    void faultsThatPassAreTriedAgain() throws IOException {
        try (TestRegistry registry = new TestRegistry(Auth.NONE)) {
            push(at(registry, ":1"));
            registry.failNext(2);
            assertThat(client.open(at(registry, ":1"), "amd64", List.of())
                            .manifest()
                            .layers())
                    .hasSize(1);
            registry.failNext(100);
            assertThatThrownBy(() -> client.digestOf(at(registry, ":1"), List.of()))
                    .isInstanceOf(PullException.Unreachable.class)
                    .hasMessageContaining("503");
        }
    }

    @Test
    void anIndexGivesTheArchitecturesImage() throws IOException {
        try (TestRegistry registry = new TestRegistry(Auth.NONE)) {
            push(at(registry, ":1"));
            Descriptor image = store.find(local).orElseThrow();
            Descriptor amd64 = new Descriptor(
                    image.mediaType(),
                    image.digest(),
                    image.size(),
                    new Descriptor.Platform("amd64", "linux", null),
                    null);
            Descriptor windows = new Descriptor(
                    image.mediaType(),
                    "sha256:" + "0".repeat(64),
                    1,
                    new Descriptor.Platform("amd64", "windows", null),
                    null);
            byte[] index = OciJson.write(new ImageIndex(2, MediaTypes.OCI_INDEX, List.of(windows, amd64)));
            registry.putManifest("team/app", "multi", MediaTypes.OCI_INDEX, index);
            assertThat(client.open(at(registry, ":multi"), "amd64", List.of())
                            .reference()
                            .digest())
                    .isEqualTo(image.contentDigest());
            assertThatThrownBy(() -> client.open(at(registry, ":multi"), "arm64", List.of()))
                    .isInstanceOf(PullException.NoMatchingManifest.class);
        }
    }

    @Test
    void aMirrorStandsForItsRegistry() throws IOException {
        try (TestRegistry registry = new TestRegistry(Auth.NONE)) {
            push(ImageReference.parse(registry.host() + "/library/nginx:1"));
            RegistryClient mirrored =
                    new RegistryClient(Map.of("docker.io", URI.create("http://" + registry.host() + "/")), AT_ONCE);
            assertThat(mirrored.open(ImageReference.parse("nginx:1"), "amd64", List.of())
                            .reference()
                            .name())
                    .isEqualTo("docker.io/library/nginx");
        }
    }
}
