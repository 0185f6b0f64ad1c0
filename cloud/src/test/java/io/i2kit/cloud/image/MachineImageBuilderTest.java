package io.i2kit.cloud.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.i2kit.cloud.image.TestImages.LayerTar;
import io.i2kit.cloud.image.initrd.Base;
import io.i2kit.cloud.image.oci.Credentials;
import io.i2kit.cloud.image.oci.ImageConfig;
import io.i2kit.cloud.image.oci.ImageReference;
import io.i2kit.cloud.image.oci.ImageStore;
import io.i2kit.cloud.image.oci.PullException;
import io.i2kit.cloud.image.oci.TestRegistry;
import io.i2kit.cloud.model.Architecture;
import io.i2kit.cloud.model.ImageStatus;
import io.i2kit.cloud.model.LinuxKitConfig;
import io.i2kit.cloud.model.MachineImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineImageBuilderTest {
    private static final Base BASE = new Base() {
        @Override
        public String identity() {
            return "test";
        }

        @Override
        public Prepared prepare(Consumer<String> progress) throws IOException {
            Path directory = Files.createTempDirectory("base");
            return new Prepared(
                    Files.writeString(directory.resolve("kernel"), "the kernel"),
                    Files.write(
                            directory.resolve("segment"), Zstd.compress("the base".getBytes(StandardCharsets.UTF_8))),
                    null);
        }
    };

    @TempDir
    Path work;

    private final BlockingQueue<Set<String>> changes = new LinkedBlockingQueue<>();
    private final List<String> steps = Collections.synchronizedList(new ArrayList<>());
    private TestRegistry registry;
    private Images images;

    @BeforeEach
    void open() throws IOException {
        registry = new TestRegistry(TestRegistry.Auth.BASIC);
        images = open("cache");
    }

    private Images open(String cache) throws IOException {
        return Images.open(
                Images.Settings.of(work.resolve(cache), Map.of()),
                BASE,
                reference -> List.of(new Credentials("user", "secret")),
                changes::add);
    }

    @AfterEach
    void close() {
        images.close();
        registry.close();
    }

    /** Pushes an image of these layers and gives its digest reference. */
    private String publish(String name, byte[]... layers) throws IOException {
        Path cache = work.resolve("publisher");
        try (Images publisher = open("publisher")) {
            String full = registry.host() + "/" + name;
            TestImages.store(
                    new ImageStore(cache.resolve("store")),
                    full,
                    new ImageConfig.Execution(
                            "7",
                            Map.of("80/tcp", Map.of()),
                            List.of("A=b"),
                            List.of("/e"),
                            List.of("c"),
                            "/w",
                            "SIGINT",
                            null),
                    List.of(layers));
            publisher.push(full, full, line -> {});
            return images.resolver()
                    .resolve(full, List.of(), PullPolicy.ALWAYS, Architecture.AMD64)
                    .digestReference();
        }
    }

    private static byte[] layer(String name) throws IOException {
        return new LayerTar().file(name, name.repeat(1000)).bytes();
    }

    private static MachineImage machineImage(String digestReference) {
        LinuxKitConfig.Container container = new LinuxKitConfig.Container(
                "app",
                digestReference,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
        LinuxKitConfig config = new LinuxKitConfig(
                new LinuxKitConfig.Kernel("k", "quiet"),
                List.of(),
                List.of(container),
                List.of(container),
                List.of(new LinuxKitConfig.FileEntry("etc/motd", null, "hi", "0644")));
        return new MachineImage(MachineImageName.of(config, "test", Architecture.AMD64), config, Architecture.AMD64);
    }

    private ImageStatus built(MachineImage image) throws InterruptedException {
        assertThat(images.builder().ensure(image, this::step)).isInstanceOf(ImageStatus.Pending.class);
        assertThat(changes.poll(20, TimeUnit.SECONDS)).containsExactly(image.name());
        return images.builder().ensure(image, this::step);
    }

    private void step(String type, String reason, String message) {
        steps.add(type + " " + reason + " " + message);
    }

    @Test
    void aBuildGivesKernelAndInitrdAndTellsItsSteps() throws Exception {
        String reference = publish("app:1", layer("lower"), layer("upper"));
        MachineImage image = machineImage(reference);
        assertThat(built(image)).isInstanceOfSatisfying(ImageStatus.Ready.class, ready -> {
            assertThat(Path.of(ready.reference()).resolve("kernel")).hasContent("the kernel");
            assertThat(Path.of(ready.reference()).resolve("cmdline")).hasContent("quiet");
            assertThat(ready.sizeBytes()).isPositive();
            assertThat(content(Path.of(ready.reference()).resolve("initrd.img")))
                    .startsWith("the base")
                    .contains("containers/onboot/000-app/config.json", "containers/services/app/layers", "etc/motd")
                    .contains("\"args\":[\"/e\",\"c\"]", "\"uid\":7");
        });
        assertThat(steps).hasSize(4);
        assertThat(steps.get(0)).isEqualTo("Normal Pulling Pulling image \"" + reference + "\"");
        assertThat(steps.get(1))
                .startsWith("Normal Pulled Successfully pulled image \"" + reference + "\" in ")
                .contains(" including waiting). Image size: ")
                .endsWith(" bytes.");
        assertThat(steps.get(2))
                .isEqualTo(
                        "Normal Building Building machine image " + image.name().substring(0, 12));
        assertThat(steps.get(3))
                .startsWith("Normal Built Built machine image " + image.name().substring(0, 12));
    }

    /** What the kernel reads: all segments one after the other, each at a multiple of four bytes. */
    private static String content(Path initrd) {
        byte[] magic = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd};
        StringBuilder content = new StringBuilder();
        try {
            byte[] bytes = Files.readAllBytes(initrd);
            for (int at = 0; at + 4 <= bytes.length; at += 4) {
                if (Arrays.equals(bytes, at, at + 4, magic, 0, 4)) {
                    content.append(frame(bytes, at));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return content.toString();
    }

    private static String frame(byte[] bytes, int at) throws IOException {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        try (InputStream in = new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(bytes, at, bytes.length - at))) {
            in.transferTo(plain);
        } catch (ZstdIOException e) {
            // The zeros before the next segment are no frame.
            assertThat(e.getErrorCode()).isEqualTo(Zstd.errPrefixUnknown());
        }
        return plain.toString(StandardCharsets.ISO_8859_1);
    }

    @Test
    void anotherImageOfTheSameLayersAsksOnlyForWhatIsNew() throws Exception {
        built(machineImage(publish("app:1", layer("lower"), layer("upper"))));
        String second = publish("app:2", layer("lower"), layer("changed"));
        int before = registry.requests().size();
        built(machineImage(second));
        assertThat(registry.requests().subList(before, registry.requests().size()))
                .filteredOn(line -> line.startsWith("GET") && line.contains("/blobs/"))
                .hasSize(1);
        ImageStatus again = images.builder().ensure(machineImage(second), this::step);
        assertThat(again).isInstanceOf(ImageStatus.Ready.class);
        try (Images restarted = open("cache")) {
            assertThat(restarted.builder().ensure(machineImage(second), this::step))
                    .isInstanceOfSatisfying(
                            ImageStatus.Ready.class,
                            ready -> assertThat(ready.fromCache()).isTrue());
        }
    }

    @Test
    void aMissingImageFailsInAKubeletsWordsAndWaitsBeforeTheNextTry() throws Exception {
        String gone = registry.host() + "/gone@sha256:" + "0".repeat(64);
        MachineImage image = machineImage(gone);
        assertThat(built(image)).isInstanceOfSatisfying(ImageStatus.Failed.class, failed -> {
            assertThat(failed.reason()).isEqualTo("ErrImagePull");
            assertThat(failed.message())
                    .startsWith("Failed to pull image \"" + gone + "\": failed to pull and unpack image")
                    .contains("not found");
            assertThat(failed.images()).containsExactly(gone);
        });
        assertThat(images.builder().retryAt(image.name())).isPresent();
        assertThat(steps.getLast()).startsWith("Warning Failed Failed to pull image");
    }

    @Test
    void aTransferThatBreaksIsBegunAnewAndADamagedLayerIsRefused() throws Exception {
        String reference = publish("app:1", layer("only"));
        registry.breakNextBlobs(2);
        assertThat(built(machineImage(reference))).isInstanceOf(ImageStatus.Ready.class);
        String damaged = publish("bad:1", layer("bad"));
        ImageReference parsed = ImageReference.parse(damaged);
        new ImageStore(work.resolve("publisher/store"))
                .open(parsed, "amd64")
                .orElseThrow()
                .manifest()
                .layers()
                .forEach(layer -> registry.damage(layer.contentDigest()));
        assertThat(built(machineImage(damaged)))
                .isInstanceOfSatisfying(
                        ImageStatus.Failed.class,
                        failed -> assertThat(failed.message()).contains("unexpected digest"));
    }

    @Test
    void resolvingReadsTheConfigurationWithAPullSecret() throws Exception {
        String reference = publish("app:1", layer("only"));
        String name = registry.host() + "/app:1";
        String auth = Base64.getEncoder().encodeToString("user:secret".getBytes(StandardCharsets.UTF_8));
        byte[] secret = "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}"
                .formatted(registry.host(), auth)
                .getBytes(StandardCharsets.UTF_8);
        try (Images strangers = Images.open(
                Images.Settings.of(work.resolve("strangers"), Map.of()), BASE, ref -> List.of(), changes::add)) {
            assertThatThrownBy(
                            () -> strangers.resolver().resolve(name, List.of(), PullPolicy.ALWAYS, Architecture.AMD64))
                    .isInstanceOf(PullException.Unauthorized.class);
            ResolvedImage image =
                    strangers.resolver().resolve(name, List.of(secret), PullPolicy.ALWAYS, Architecture.AMD64);
            assertThat(image.digestReference()).isEqualTo(reference);
            assertThat(image.exposedPorts()).containsExactly("80/tcp");
            assertThat(image.stopSignal()).isEqualTo("SIGINT");
            MachineImage machine = machineImage(image.digestReference());
            assertThat(strangers.builder().buildNow(machine, this::step)).isDirectory();
            assertThatThrownBy(() ->
                            strangers.resolver().resolve("never:1", List.of(), PullPolicy.NEVER, Architecture.AMD64))
                    .isInstanceOf(PullException.NeverPull.class)
                    .hasMessage(
                            "Container image \"docker.io/library/never:1\" is not present with pull policy of Never");
        }
    }

    @Test
    void aRestartedProcessBuildsWithTheCredentialsThatItIsGranted() throws Exception {
        MachineImage machine = machineImage(publish("app:1", layer("only")));
        String auth = Base64.getEncoder().encodeToString("user:secret".getBytes(StandardCharsets.UTF_8));
        byte[] secret = "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}"
                .formatted(registry.host(), auth)
                .getBytes(StandardCharsets.UTF_8);
        try (Images restarted = Images.open(
                Images.Settings.of(work.resolve("restarted"), Map.of()), BASE, ref -> List.of(), changes::add)) {
            assertThatThrownBy(() -> restarted.builder().buildNow(machine, this::step))
                    .isInstanceOf(PullException.Unauthorized.class);
            restarted.resolver().grant(machine.config().services().getFirst().image(), List.of(secret));
            assertThat(restarted.builder().buildNow(machine, this::step)).isDirectory();
        }
    }

    @Test
    void collectingKeepsImagesInUse() throws Exception {
        MachineImage kept = machineImage(publish("app:1", layer("one")));
        MachineImage dropped = machineImage(publish("app:2", layer("two")));
        built(kept);
        built(dropped);
        assertThat(images.builder().collect(Set.of(kept.name()), 0, Duration.ZERO))
                .containsExactly(dropped.name());
        assertThat(images.builder().ensure(kept, this::step)).isInstanceOf(ImageStatus.Ready.class);
        assertThat(images.builder().ensure(dropped, this::step)).isInstanceOf(ImageStatus.Pending.class);
        assertThat(changes.poll(20, TimeUnit.SECONDS)).containsExactly(dropped.name());
    }
}
