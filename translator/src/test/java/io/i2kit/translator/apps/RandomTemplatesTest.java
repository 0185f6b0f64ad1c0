package io.i2kit.translator.apps;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.i2kit.cloud.model.LaunchTemplate;
import io.i2kit.cloud.model.MachineImage;
import io.i2kit.cloud.model.Stack;
import io.i2kit.translator.ContainerImage;
import io.i2kit.translator.Golden;
import io.i2kit.translator.Samples;
import io.i2kit.translator.Workload;
import io.i2kit.translator.apps.ModelBuilder.Inputs;
import io.i2kit.translator.apps.ModelBuilder.Translation;
import io.i2kit.translator.linuxkit.MachineSizer;
import io.i2kit.translator.linuxkit.References;
import io.i2kit.translator.status.MachineReport;
import io.i2kit.translator.status.PodStatusMapper;
import io.i2kit.translator.support.SupportRules;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Whatever admission lets through is translated: no combination of fields throws, and equal inputs give equal results. */
class RandomTemplatesTest {
    private static final int TEMPLATES = 2000;
    private final Random random = new Random(20260501);
    private final ModelBuilder builder = new ModelBuilder(Samples.settings());

    @Test
    void everyTemplateIsTranslated() {
        int complete = 0;
        for (int i = 0; i < TEMPLATES; i++) {
            ObjectNode tree = pod();
            Pod pod = Golden.YAML.treeToValue(tree, Pod.class);
            Workload workload = Workload.of(pod);
            Inputs inputs = new Inputs(images(pod), references(), Samples.SECRET, "", random.nextInt(5));
            Translation translation = builder.build(workload, inputs);
            assertThat(builder.build(workload, inputs)).isEqualTo(translation);
            switch (translation) {
                case Translation.Complete(Stack stack) -> {
                    complete++;
                    check(stack, pod);
                }
                case Translation.Incomplete incomplete ->
                    assertThat(incomplete.problems()).isNotEmpty().doesNotHaveDuplicates();
            }
            assertThat(SupportRules.findings("Pod", tree)).doesNotContainNull();
            assertThat(PodStatusMapper.map(pod, MachineReport.NONE, Instant.EPOCH)
                            .getPhase())
                    .isEqualTo("Pending");
        }
        assertThat(complete).isBetween(TEMPLATES / 10, TEMPLATES - 1);
    }

    private static void check(Stack stack, Pod pod) {
        MachineImage image = (MachineImage) stack.resources().get(0);
        LaunchTemplate template = (LaunchTemplate) stack.resources().get(1);
        assertThat(image.config().services()).hasSameSizeAs(pod.getSpec().getContainers());
        assertThat(template.metadata().containers()).hasSameSizeAs(pod.getSpec().getContainers());
        assertThat(template.size().memoryBytes()).isGreaterThanOrEqualTo(MachineSizer.FLOOR_BYTES);
    }

    private List<ContainerImage> images(Pod pod) {
        return Stream.concat(pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream())
                .map(container -> Samples.image(container.getName(), container.getImage()))
                .toList();
    }

    private References references() {
        Map<String, Map<String, byte[]>> objects = Map.of("there", Map.of("key", new byte[] {'$', 'v'}));
        return random.nextBoolean() ? References.NONE : new References(objects, objects);
    }

    private ObjectNode pod() {
        ObjectNode pod = object();
        ObjectNode metadata = pod.putObject("metadata")
                .put("namespace", "default")
                .put("name", "p")
                .put("uid", "u");
        maybe(() -> metadata.putObject("labels").put("app", "x"));
        ObjectNode spec = pod.putObject("spec");
        ArrayNode containers = spec.putArray("containers");
        for (int i = random.nextInt(3); i >= 0; i--) {
            containers.add(container("c" + i));
        }
        maybe(() -> spec.putArray("initContainers").add(container("init").put("restartPolicy", one("Always", ""))));
        ArrayNode volumes = spec.putArray("volumes");
        for (int i = 0; i < random.nextInt(4); i++) {
            volumes.add(volume("v" + i));
        }
        maybe(() -> spec.put("dnsPolicy", one("ClusterFirst", "Default", "None", "ClusterFirstWithHostNet")));
        maybe(() -> spec.putObject("dnsConfig").putArray("options").addObject().put("name", "ndots"));
        maybe(() -> spec.putObject("securityContext")
                .put("runAsNonRoot", random.nextBoolean())
                .put("fsGroup", 5));
        maybe(() -> spec.putObject("nodeSelector").put("kubernetes.io/arch", one("arm64", "s390x")));
        maybe(() -> spec.put("restartPolicy", one("Always", "Never", "OnFailure")));
        return pod;
    }

    private ObjectNode container(String name) {
        ObjectNode container = object().put("name", name).put("image", one("nginx", "a/b:1", "r:5000/x@sha256:1"));
        maybe(() -> container.putArray("command").add("a$(B)"));
        maybe(() -> container.putArray("args").add("$$x"));
        maybe(() -> container.putArray("env").add(variable()));
        maybe(() -> container
                .putArray("envFrom")
                .addObject()
                .putObject(one("configMapRef", "secretRef"))
                .setAll(reference()));
        maybe(() -> container
                .putObject("resources")
                .putObject(one("limits", "requests"))
                .put(one("cpu", "memory", "x/y"), one("1", "250m", "1Gi", "1e3", "0.5", "3Ki")));
        maybe(() -> container
                .putObject("securityContext")
                .put("privileged", random.nextBoolean())
                .put("runAsUser", random.nextInt(3))
                .putObject("capabilities")
                .putArray(one("add", "drop"))
                .add(one("ALL", "NET_ADMIN", "cap_kill", "NONSENSE")));
        maybe(() -> handler(container.putObject(one("livenessProbe", "readinessProbe", "startupProbe"))));
        maybe(() -> handler(container.putObject("lifecycle").putObject(one("preStop", "postStart"))));
        maybe(() -> container.putArray("ports").addObject().put("name", "http").put("containerPort", 80));
        return container;
    }

    private void handler(ObjectNode handler) {
        switch (random.nextInt(5)) {
            case 0 -> handler.putObject("exec").putArray("command").add("true");
            case 1 -> handler.putObject("httpGet").put("port", one("http", "nothing", "8080"));
            case 2 -> handler.putObject("tcpSocket").put("port", 5);
            case 3 -> handler.putObject("sleep").put("seconds", 1);
            default -> handler.putObject("grpc").put("port", 1);
        }
    }

    private ObjectNode variable() {
        ObjectNode variable = object().put("name", "A");
        switch (random.nextInt(5)) {
            case 0 -> variable.put("value", "$(B)");
            case 1 -> variable.putObject("valueFrom").putObject("fieldRef").put("fieldPath", "metadata.name");
            case 2 ->
                variable.putObject("valueFrom")
                        .putObject("resourceFieldRef")
                        .put("resource", one("limits.cpu", "requests.memory", "nonsense", "limits.x/y"))
                        .put("divisor", one("0", "1Mi", "1m"));
            case 3 ->
                variable.putObject("valueFrom")
                        .putObject(one("configMapKeyRef", "secretKeyRef"))
                        .setAll(reference().put("key", one("key", "other")));
            default -> {}
        }
        return variable;
    }

    private ObjectNode volume(String name) {
        ObjectNode volume = object().put("name", name);
        switch (random.nextInt(6)) {
            case 0 -> volume.putObject("configMap").setAll(reference());
            case 1 ->
                volume.putObject("secret")
                        .put("secretName", one("there", "gone"))
                        .put("optional", random.nextBoolean());
            case 2 -> volume.putObject("emptyDir").put("sizeLimit", one("1Mi", "2G"));
            case 3 -> volume.putObject("hostPath").put("path", "/x");
            case 4 ->
                volume.putObject("downwardAPI")
                        .putArray("items")
                        .addObject()
                        .put("path", "p")
                        .putObject("fieldRef")
                        .put("fieldPath", "metadata.labels");
            default ->
                volume.putObject("projected")
                        .putArray("sources")
                        .addObject()
                        .putObject("configMap")
                        .setAll(reference());
        }
        return volume;
    }

    private ObjectNode reference() {
        return object().put("name", one("there", "gone")).put("optional", random.nextBoolean());
    }

    private void maybe(Runnable change) {
        if (random.nextInt(3) == 0) {
            change.run();
        }
    }

    private String one(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
