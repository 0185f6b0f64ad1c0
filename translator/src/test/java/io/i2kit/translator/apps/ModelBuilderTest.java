package io.i2kit.translator.apps;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.i2kit.cloud.model.Architecture;
import io.i2kit.cloud.model.CloudResource;
import io.i2kit.cloud.model.InstanceGroup;
import io.i2kit.cloud.model.LaunchTemplate;
import io.i2kit.cloud.model.LinuxKitConfig;
import io.i2kit.cloud.model.MachineImage;
import io.i2kit.translator.ClusterSettings;
import io.i2kit.translator.ContainerImage;
import io.i2kit.translator.Golden;
import io.i2kit.translator.Samples;
import io.i2kit.translator.Workload;
import io.i2kit.translator.apps.ModelBuilder.Inputs;
import io.i2kit.translator.apps.ModelBuilder.Translation;
import io.i2kit.translator.linuxkit.References;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class ModelBuilderTest {
    private final ModelBuilder builder = new ModelBuilder(Samples.settings());

    static Stream<String> cases() {
        return Golden.cases("stack");
    }

    /** Each case is a list of manifests: the Pod first, then the ConfigMaps and Secrets that exist. */
    @ParameterizedTest
    @MethodSource("cases")
    void translatesAPod(String name) {
        JsonNode input = Golden.input("stack", name);
        Pod pod = Golden.YAML.treeToValue(input.get(0), Pod.class);
        Golden.check("stack", name, builder.build(Workload.of(pod), inputs(pod, references(input), "")));
    }

    @Test
    void aChangedVariableKeepsTheImage() {
        Pod pod = pod("""
                containers: [{name: web, image: nginx, env: [{name: A, value: '1'}], args: [x]}]
                """);
        Pod changed = pod("""
                containers:
                - {name: web, image: nginx, env: [{name: A, value: '2'}], command: [y], workingDir: /tmp, readinessProbe: {tcpSocket: {port: 80}}}
                """);
        List<CloudResource> before = resources(pod, "");
        List<CloudResource> after = resources(changed, "");
        assertThat(after.get(0)).isEqualTo(before.get(0));
        assertThat(after.get(1)).isNotEqualTo(before.get(1));
    }

    @Test
    void anotherImageOrSecurityContextOrBaseIsAnotherImage() {
        Pod pod = pod("containers: [{name: web, image: nginx}]");
        Pod readOnly = pod("containers: [{name: web, image: nginx, securityContext: {readOnlyRootFilesystem: true}}]");
        Pod other = pod("containers: [{name: web, image: httpd}]");
        assertThat(Stream.of(pod, readOnly, other)
                        .map(each -> resources(each, "").getFirst()))
                .doesNotHaveDuplicates()
                .allSatisfy(image -> assertThat(image.name()).matches("[0-9a-f]{64}"));
    }

    @Test
    void machinesOfAnArchitectureStandOnItsBase() {
        Pod pod = pod("nodeSelector: {kubernetes.io/arch: arm64}\ncontainers: [{name: web, image: nginx}]");
        Inputs inputs = inputs(pod, new References(Map.of(), Map.of()), "");
        assertThat(builder.build(Workload.of(pod), inputs))
                .isInstanceOfSatisfying(Translation.Complete.class, complete -> {
                    MachineImage image =
                            (MachineImage) complete.stack().resources().getFirst();
                    assertThat(image.architecture()).isEqualTo(Architecture.ARM64);
                    assertThat(image.config().kernel().image())
                            .isEqualTo(Samples.otherBase().kernelImage());
                    LaunchTemplate template =
                            (LaunchTemplate) complete.stack().resources().get(1);
                    assertThat(template.architecture()).isEqualTo(Architecture.ARM64);
                });
        ClusterSettings settings = Samples.settings();
        ModelBuilder one = new ModelBuilder(new ClusterSettings(
                settings.clusterId(),
                settings.clusterDomain(),
                settings.nameservers(),
                Architecture.AMD64,
                settings.clientCa(),
                Map.of(Architecture.AMD64, Samples.base())));
        assertThat(builder.missingArchitecture(Workload.of(pod))).isEmpty();
        assertThat(one.missingArchitecture(Workload.of(pod))).contains("arm64");
        Pod mainframe = pod("nodeSelector: {kubernetes.io/arch: s390x}\ncontainers: [{name: web, image: nginx}]");
        assertThat(builder.missingArchitecture(Workload.of(mainframe))).contains("s390x");
        assertThat(one.missingArchitecture(Workload.of(pod("containers: [{name: web, image: nginx}]"))))
                .isEmpty();
    }

    @Test
    void aReplicaSetsGroupReplacesFailedMachinesAndABarePodsDoesNot() {
        Pod pod = pod("containers: [{name: web, image: nginx}]");
        InstanceGroup bare = (InstanceGroup) resources(pod, "").get(2);
        Workload workload = Workload.of(pod);
        Workload replicaSet = new Workload(
                "ReplicaSet", "default", "web", "u1", workload.labels(), workload.annotations(), workload.spec());
        InstanceGroup group = builder.group(replicaSet, 3);
        assertThat(bare.replaceFailed()).isFalse();
        assertThat(group.replaceFailed()).isTrue();
        assertThat(group.desired()).isEqualTo(3);
        assertThat(group.name()).isNotEqualTo(bare.name());
    }

    @Test
    void resourcesReferToEarlierOnes() {
        List<CloudResource> resources = resources(pod("containers: [{name: web, image: nginx}]"), "");
        MachineImage image = (MachineImage) resources.get(0);
        LaunchTemplate template = (LaunchTemplate) resources.get(1);
        InstanceGroup group = (InstanceGroup) resources.get(2);
        assertThat(template.imageName()).isEqualTo(image.name());
        assertThat(group.launchTemplate()).isEqualTo(template.name());
    }

    @Test
    void aRoleOfTheServiceAccountIsTheMachines() {
        Pod pod = pod("containers: [{name: web, image: nginx}]");
        Inputs plain = inputs(pod, References.NONE, "");
        Inputs asked = new Inputs(plain.images(), plain.references(), plain.agentSecret(), "arn:aws:iam::1:role/r", 1);
        assertThat(templateTags(pod, plain)).doesNotContainKey(LaunchTemplate.ROLE);
        assertThat(templateTags(pod, asked)).containsEntry(LaunchTemplate.ROLE, "arn:aws:iam::1:role/r");
    }

    private Map<String, String> templateTags(Pod pod, Inputs inputs) {
        Translation translation = builder.build(Workload.of(pod), inputs);
        return ((LaunchTemplate)
                        ((Translation.Complete) translation).stack().resources().get(1))
                .tags();
    }

    @Test
    void namedUsersAreLeftToTheImageAndNumericOnesAreTaken() {
        Pod pod = pod("containers: [{name: web, image: nginx}]");
        assertThat(container(pod, "nginx").uid()).isNull();
        assertThat(container(pod, "101:102").uid()).isEqualTo(101);
        assertThat(container(pod, "101:102").gid()).isEqualTo(102);
        Pod asked = pod("""
                securityContext: {runAsUser: 7, runAsGroup: 8}
                containers: [{name: web, image: nginx, securityContext: {runAsUser: 9}}]
                """);
        assertThat(container(asked, "101:102").uid()).isEqualTo(9);
        assertThat(container(asked, "101:102").gid()).isEqualTo(8);
    }

    @Test
    void nonRootIsCheckedAsTheKubeletDoes() {
        Pod pod = pod("""
                securityContext: {runAsNonRoot: true}
                containers: [{name: web, image: nginx}]
                """);
        assertThat(problem(pod, "")).contains("container has runAsNonRoot and image will run as root");
        assertThat(problem(pod, "0")).contains("image will run as root");
        assertThat(problem(pod, "nginx")).contains("image has non-numeric user (nginx)");
        assertThat(builder.build(Workload.of(pod), inputs(pod, References.NONE, "101")))
                .isInstanceOf(Translation.Complete.class);
    }

    private String problem(Pod pod, String user) {
        Translation translation = builder.build(Workload.of(pod), inputs(pod, References.NONE, user));
        return ((Translation.Incomplete) translation).problems().getFirst().message();
    }

    private LinuxKitConfig.Container container(Pod pod, String user) {
        return ((MachineImage) resources(pod, user).getFirst())
                .config()
                .services()
                .getFirst();
    }

    private List<CloudResource> resources(Pod pod, String user) {
        Translation translation = builder.build(Workload.of(pod), inputs(pod, References.NONE, user));
        return ((Translation.Complete) translation).stack().resources();
    }

    private static Inputs inputs(Pod pod, References references, String user) {
        List<ContainerImage> images = Stream.concat(
                        pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream())
                .map(container -> image(container, user))
                .toList();
        return new Inputs(images, references, Samples.SECRET, "", 1);
    }

    private static ContainerImage image(Container container, String user) {
        ContainerImage image = Samples.image(container.getName(), container.getImage());
        return new ContainerImage(
                image.container(),
                image.image(),
                image.digestReference(),
                image.entrypoint(),
                image.cmd(),
                image.env(),
                image.workingDir(),
                user,
                image.stopSignal(),
                image.unpackedBytes());
    }

    private static Pod pod(String spec) {
        Pod pod = new Pod();
        pod.setMetadata(new ObjectMetaBuilder()
                .withNamespace("default")
                .withName("web")
                .withUid("u1")
                .build());
        pod.setSpec(Golden.YAML.readValue(spec, PodSpec.class));
        return pod;
    }

    private static References references(JsonNode manifests) {
        Map<String, Map<String, byte[]>> configMaps = new HashMap<>();
        Map<String, Map<String, byte[]>> secrets = new HashMap<>();
        for (JsonNode manifest : manifests) {
            switch (manifest.path("kind").asString("")) {
                case "ConfigMap" -> {
                    ConfigMap map = Golden.YAML.treeToValue(manifest, ConfigMap.class);
                    configMaps.put(map.getMetadata().getName(), References.contentOf(map));
                }
                case "Secret" -> {
                    Secret secret = Golden.YAML.treeToValue(manifest, Secret.class);
                    secrets.put(secret.getMetadata().getName(), References.contentOf(secret));
                }
                default -> {}
            }
        }
        return new References(configMaps, secrets);
    }
}
