package io.i2kit.apiserver.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that build and move images, as a user runs them. */
class ImagesIT {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    @TempDir
    Path folder;

    @BeforeAll
    static void packSamples() {
        assertThat(Product.launch(LIMIT, List.of("image", "samples")).exit()).isZero();
    }

    private static Product.Result build(String... arguments) {
        List<String> all = new ArrayList<>(List.of("build"));
        all.addAll(List.of(arguments));
        return Product.launch(LIMIT, all);
    }

    private static Path sample() {
        return Product.home().resolve("kubeconfig-samples/workloads/guestbook.yaml");
    }

    @Test
    void printShowsOneLinuxKitYamlATemplateAndBuildsNothing() {
        Product.Result result = build("-f", sample().toString(), "--print");
        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(result.out())
                .contains(
                        "# Deployment default/front\nkernel:\n",
                        "# Deployment default/api\n",
                        "# Deployment default/redis\n")
                .contains("image: localhost/nginx@sha256:");
        assertThat(result.err()).doesNotContain("Building");
    }

    @Test
    void aManifestBecomesBootableImagesAndTheSecondBuildReadsTheCacheOnly() throws IOException {
        Path out = folder.resolve("out");
        assertThat(build("-f", sample().toString(), "-o", out.toString()).exit())
                .isZero();
        Product.Result again = build("-f", sample().toString(), "-o", out.toString());
        assertThat(again.exit()).isZero();
        assertThat(again.err()).doesNotContain("Pulling", "Building");
        assertThat(again.out()).contains("Deployment default/front: " + out.resolve("deployment-front") + " (kernel ");
        for (String name : List.of("deployment-front", "deployment-api", "deployment-redis")) {
            assertThat(out.resolve(name))
                    .isDirectoryContaining("glob:**/kernel")
                    .isDirectoryContaining("glob:**/initrd.img");
            assertThat(Files.readString(out.resolve(name).resolve("cmdline"))).contains("console=ttyS0");
        }
    }

    @Test
    void aManifestThatTheServerWouldRefuseIsRefusedWithTheFieldsPath() throws IOException {
        Path manifest = Files.writeString(folder.resolve("bad.yaml"), """
                apiVersion: v1
                kind: Pod
                metadata: {name: bad}
                spec: {containers: [{name: UPPER, image: localhost/nginx:1.22}]}
                """);
        Product.Result result = build("-f", manifest.toString());
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains("bad.yaml: Pod \"bad\" is invalid: spec.containers[0].name: Invalid value");
        assertThat(build("-f", folder.resolve("none").toString()).exit()).isEqualTo(1);
        assertThat(build().exit()).isEqualTo(2);
    }

    @Test
    void aBuilderThatIsNotInstalledIsNamedWithWhereToGetIt() {
        Map<String, String> elsewhere =
                Map.of("I2KIT_CACHE", folder.resolve("cache").toString());
        Product.Result result =
                Product.launch(LIMIT, elsewhere, List.of("build", "-f", sample().toString(), "--builder", "linuxkit"));
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains("linuxkit tool is not on this host", "https://github.com/linuxkit/linuxkit");
        assertThat(build("-f", sample().toString(), "--builder", "docker").exit())
                .isEqualTo(2);
    }

    @Test
    void anImageThatCannotBeHadIsNamedWithItsContainerAndTheKubeletsReason() throws IOException {
        Path manifest = Files.writeString(folder.resolve("gone.yaml"), pod("localhost:1/none:1", ""));
        Product.Result result = build("-f", manifest.toString());
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err())
                .contains("Pod default/one: container \"web\": image \"localhost:1/none:1\": ErrImagePull: ");
    }

    @Test
    void anImageIsPushedWithDockersCredentialsAndPulledWithAPullSecretOfTheManifest() throws IOException {
        try (LoopbackRegistry registry = LoopbackRegistry.start(folder.resolve("registry"))) {
            Path docker = Files.createDirectories(folder.resolve("docker"));
            String target = registry.host() + "/team/nginx:1";
            assertThat(push(docker, target).err()).contains("authorization failed (401)");
            Files.writeString(docker.resolve("config.json"), registry.dockerConfig());
            Product.Result pushed = push(docker, target);
            assertThat(pushed.exit()).as(pushed.err()).isZero();
            assertThat(pushed.out())
                    .contains(
                            "repository [" + registry.host() + "/team/nginx]",
                            ": Pushing ",
                            ": Pushed",
                            "1: digest: sha256:");
            assertThat(push(docker, target).out())
                    .contains("Layer already exists")
                    .doesNotContain("Pushing");

            // A cache of its own, which does not have the image.
            Map<String, String> elsewhere =
                    Map.of("I2KIT_CACHE", folder.resolve("cache").toString(), "DOCKER_CONFIG", folder.toString());
            Path stranger = Files.writeString(folder.resolve("stranger.yaml"), pod(target, ""));
            Product.Result refused =
                    Product.launch(LIMIT, elsewhere, List.of("build", "-f", stranger.toString(), "--print"));
            assertThat(refused.err()).contains("ErrImagePull: ");
            Path known = Files.writeString(
                    folder.resolve("known.yaml"),
                    pod(target, "imagePullSecrets: [{name: pull}]")
                            + """
                    ---
                    apiVersion: v1
                    kind: Secret
                    metadata: {name: pull}
                    type: kubernetes.io/dockerconfigjson
                    data: {.dockerconfigjson: %s}
                    """.formatted(Base64.getEncoder()
                                    .encodeToString(registry.dockerConfig().getBytes(StandardCharsets.UTF_8))));
            Product.Result printed =
                    Product.launch(LIMIT, elsewhere, List.of("build", "-f", known.toString(), "--print"));
            assertThat(printed.exit()).as(printed.err()).isZero();
            assertThat(printed.out()).contains("image: " + registry.host() + "/team/nginx@sha256:");
        }
    }

    private static Product.Result push(Path docker, String target) {
        return Product.launch(
                LIMIT,
                Map.of("DOCKER_CONFIG", docker.toString()),
                List.of("image", "push", "localhost/nginx:1.22", target));
    }

    private static String pod(String image, String more) {
        return """
                apiVersion: v1
                kind: Pod
                metadata: {name: one}
                spec:
                  %s
                  containers: [{name: web, image: '%s'}]
                """.formatted(more, image);
    }
}
