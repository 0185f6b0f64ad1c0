package io.i2kit.apiserver.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.i2kit.apiserver.app.TemplateImages.TemplateImage;
import io.i2kit.apiserver.manifest.Manifest;
import io.i2kit.apiserver.registry.StandardRegistry;
import io.i2kit.apiserver.registry.core.ServiceAllocator;
import io.i2kit.cloud.image.linuxkit.LinuxKitYaml;
import io.i2kit.translator.ClusterSettings.Footprint;
import io.i2kit.translator.ClusterSettings.MachineBase;
import io.i2kit.translator.ContainerImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** What {@code build} makes of templates; its YAML against the schema in LinuxKit's own source, which {@code ./i2kit test} fetches. */
class TemplateImagesTest {
    private static final MachineBase BASE =
            new MachineBase("i2kit/kernel:x", "console=ttyS0", List.of("i2kit/guest:x"), "x", Footprint.BUILTIN);

    private static final String MANIFEST = """
            apiVersion: v1
            kind: Pod
            metadata: {name: all}
            spec:
              shareProcessNamespace: true
              securityContext: {runAsUser: 1000, runAsGroup: 2000, supplementalGroups: [30, 20]}
              initContainers:
              - {name: first, image: a}
              containers:
              - name: web
                image: b
                securityContext:
                  readOnlyRootFilesystem: true
                  capabilities: {add: [NET_ADMIN], drop: [MKNOD]}
              - {name: root, image: c, securityContext: {privileged: true, runAsUser: 0}}
            ---
            apiVersion: apps/v1
            kind: ReplicaSet
            metadata: {name: plain}
            spec:
              selector: {matchLabels: {a: b}}
              template:
                metadata: {labels: {a: b}}
                spec: {containers: [{name: one, image: x}]}
            """;

    @Test
    void theYamlOfEveryTemplateFollowsLinuxKitsSchema() throws IOException {
        Schema schema = schema();
        for (TemplateImage image : images()) {
            String yaml = LinuxKitYaml.write(image.image().config());
            assertThat(errors(schema, yaml)).as(yaml).isEmpty();
        }
    }

    /** The check checks. */
    @Test
    void anotherKeyOrTypeIsAFault() throws IOException {
        Schema schema = schema();
        assertThat(errors(schema, "kernel: {image: a, colour: red}")).hasSize(1);
        assertThat(errors(schema, "services: [{name: a, image: b, readonly: maybe}]"))
                .hasSize(1);
        assertThat(errors(schema, "services: [{name: a}]")).hasSize(1);
    }

    @Test
    void theImagesOfTheYamlAreByDigest() {
        List<TemplateImage> images = images();
        assertThat(images).hasSize(2);
        assertThat(LinuxKitYaml.write(images.getFirst().image().config()))
                .contains("onboot:", "name: first", "image: docker.io/library/a@sha256:", "readonly: true");
    }

    @Test
    void aChangedVariableCommandOrProbeIsTheSameMachineImageAndAnotherUserIsNot() {
        String name = images().getLast().image().name();
        for (String change :
                List.of("env: [{name: A, value: b}]", "command: [sh]", "livenessProbe: {tcpSocket: {port: 1}}")) {
            assertThat(images(MANIFEST.replace("image: x", "image: x, " + change))
                            .getLast()
                            .image()
                            .name())
                    .as(change)
                    .isEqualTo(name);
        }
        assertThat(images(MANIFEST.replace("image: x", "image: x, securityContext: {runAsUser: 7}"))
                        .getLast()
                        .image()
                        .name())
                .isNotEqualTo(name);
    }

    private static List<TemplateImage> images() {
        return images(MANIFEST);
    }

    private static List<TemplateImage> images(String text) {
        Manifest manifest = new Manifest(StandardRegistry.table(new ServiceAllocator()), Instant.EPOCH);
        manifest.add("test", text.getBytes(StandardCharsets.UTF_8));
        assertThat(manifest.problems()).isEmpty();
        List<String> warnings = new ArrayList<>();
        List<TemplateImage> images = new TemplateImages(
                        manifest,
                        (container, image, policy, secrets, architecture) -> new ContainerImage(
                                container,
                                image,
                                "docker.io/library/" + image + "@sha256:" + "0".repeat(64),
                                List.of("/run"),
                                List.of(),
                                List.of(),
                                "",
                                "",
                                "",
                                0),
                        architecture -> BASE,
                        warnings::add)
                .resolve();
        assertThat(warnings).isEmpty();
        return images;
    }

    private static List<Error> errors(Schema schema, String yaml) {
        JsonNode tree = YAMLMapper.shared().readTree(yaml);
        return schema.validate(tree);
    }

    private static Schema schema() throws IOException {
        String cache = System.getenv("I2KIT_CACHE");
        Path source = Path.of(cache == null ? "" : cache, "bin", "linuxkit-schema.go");
        assumeTrue(Files.exists(source), "LinuxKit's source is not here: run ./i2kit test");
        String go = Files.readString(source);
        String json = go.substring(go.indexOf('`') + 1, go.lastIndexOf('`'));
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_4).getSchema(json);
    }
}
