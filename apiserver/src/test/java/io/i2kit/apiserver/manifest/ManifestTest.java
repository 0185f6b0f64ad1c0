package io.i2kit.apiserver.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.registry.StandardRegistry;
import io.i2kit.apiserver.registry.core.ServiceAllocator;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ManifestTest {
    private static final String POD = """
            apiVersion: v1
            kind: Pod
            metadata: {name: one, labels: {app: one}}
            spec: {containers: [{name: web, image: nginx}]}
            """;

    private final Manifest manifest = new Manifest(StandardRegistry.table(new ServiceAllocator()), Instant.EPOCH);

    private Manifest read(String text) {
        manifest.add("file.yaml", text.getBytes(StandardCharsets.UTF_8));
        return manifest;
    }

    @Test
    void everyTemplateOfEveryDocumentIsFoundWithTheServersDefaults() {
        read("# only a comment\n---\n" + POD + """
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings}
                data: {text: "---"}
                --- # the workload
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: front, namespace: shop}
                spec:
                  selector: {matchLabels: {app: front}}
                  template:
                    metadata: {labels: {app: front}}
                    spec: {containers: [{name: web, image: "nginx:1.25"}]}
                """);
        assertThat(manifest.problems()).isEmpty();
        assertThat(manifest.entries()).hasSize(3);
        assertThat(manifest.templates())
                .extracting(PodTemplate::title)
                .containsExactly("Pod default/one", "Deployment shop/front");
        assertThat(manifest.templates())
                .extracting(PodTemplate::fileName)
                .containsExactly("pod-one", "deployment-shop-front");
        assertThat(manifest.templates())
                .extracting(template ->
                        template.workload().spec().getContainers().getFirst().getImagePullPolicy())
                .containsExactly("Always", "IfNotPresent");
        assertThat(manifest.entries()
                        .getLast()
                        .object()
                        .path("spec")
                        .path("replicas")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void aListAndJsonAreReadToo() {
        read("""
                {"apiVersion": "v1", "kind": "List", "items": [
                  {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"},
                   "spec": {"containers": [{"name": "c", "image": "i"}]}},
                  {"apiVersion": "v1", "kind": "Pod", "metadata": {"generateName": "b-"},
                   "spec": {"containers": [{"name": "c", "image": "i"}]}}]}
                """);
        assertThat(manifest.problems()).isEmpty();
        assertThat(manifest.templates())
                .extracting(PodTemplate::name)
                .satisfiesExactly(
                        name -> assertThat(name).isEqualTo("a"),
                        name -> assertThat(name).matches("b-[a-z0-9]{5}"));
    }

    @Test
    void everyFaultIsToldInTheServersWordsWithItsDocumentAndField() {
        read(POD.replace("image: nginx", "image: nginx, imagge: x") + "---\n" + POD.replace("name: web", "name: Web_1")
                + """
                ---
                apiVersion: apps/v1
                kind: StatefulSet
                metadata: {name: later}
                spec: {serviceName: x, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: []}}}
                ---
                apiVersion: example.com/v1
                kind: Thing
                metadata: {name: a}
                ---
                kind: Pod
                ---
                just text
                """);
        assertThat(manifest.problems())
                .satisfiesExactly(
                        fault -> assertThat(fault)
                                .startsWith("file.yaml, document 1: Pod in version \"v1\" cannot be handled as a Pod:")
                                .contains("unknown field \"spec.containers[0].imagge\""),
                        fault -> assertThat(fault)
                                .startsWith("file.yaml, document 2: Pod \"one\" is invalid: ")
                                .contains("spec.containers[0].name: Invalid value: \"Web_1\""),
                        fault -> assertThat(fault).contains("document 3: ", "StatefulSet"),
                        fault -> assertThat(fault)
                                .isEqualTo(
                                        "file.yaml, document 4: no matches for kind \"Thing\" in version \"example.com/v1\""),
                        fault -> assertThat(fault).endsWith("document 5: error validating data: apiVersion not set"),
                        fault -> assertThat(fault).contains("document 6: "));
        assertThat(manifest.templates()).isEmpty();
    }

    @Test
    void whatIsIgnoredIsAWarning() {
        read(POD.replace("containers:", "priorityClassName: high, containers:"));
        assertThat(manifest.problems()).isEmpty();
        assertThat(manifest.warnings())
                .anySatisfy(warning -> assertThat(warning).contains("spec.priorityClassName"));
    }
}
