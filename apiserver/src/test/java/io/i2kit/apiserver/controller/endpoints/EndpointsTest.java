package io.i2kit.apiserver.controller.endpoints;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.controller.MapInformer;
import io.i2kit.apiserver.controller.MemoryObjectClient;
import io.i2kit.apiserver.controller.Result;
import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.storage.ObjectKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** All controllers over the same Services and Pods. */
class EndpointsTest {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final ObjectKey WEB = new ObjectKey("services", "shop", "web");
    private static final ObjectKey ENDPOINTS = new ObjectKey("endpoints", "shop", "web");

    private static final String SERVICE = """
            metadata: {name: web, namespace: shop, uid: s1, labels: {app: web}}
            spec:
              clusterIP: 10.96.3.4
              selector: {app: web}
              ports: [{name: http, port: 80, targetPort: http, appProtocol: http}, {name: metrics, port: 9090, targetPort: 9090}]
            """;

    private final MapInformer<ServiceView> services = new MapInformer<>();
    private final MapInformer<PodView> pods = new MapInformer<>();
    private final MapInformer<String> zones = new MapInformer<>();
    private final MemoryObjectClient client = new MemoryObjectClient();
    private final EndpointsReconciler endpoints = new EndpointsReconciler(services, pods, client);
    private final EndpointSliceReconciler slices = new EndpointSliceReconciler(services, pods, zones, client);

    private final MirrorReconciler mirror = new MirrorReconciler(services, client);

    private void service(String yaml) {
        services.put(WEB, ServiceView.of(YAML.readTree(yaml)));
    }

    private void pod(int number, String condition, String more) {
        String yaml = """
                metadata: {name: web-%1$d, namespace: shop, uid: p%1$d, labels: {app: web, pod-template-hash: x}%3$s}
                spec:
                  nodeName: node-a
                  containers: [{name: main, ports: [{name: http, containerPort: 8080}]}]
                status: {phase: Running, podIP: 10.244.0.%1$d, conditions: [{type: Ready, status: "%2$s"}]}
                """.formatted(number, condition, more);
        put(number, yaml);
    }

    private void put(int number, String yaml) {
        pods.put(new ObjectKey("pods", "shop", "web-" + number), PodView.of(YAML.readTree(yaml)));
    }

    private void reconcile() {
        assertThat(endpoints.reconcile(WEB)).isEqualTo(Result.DONE);
        assertThat(slices.reconcile(WEB)).isEqualTo(Result.DONE);
    }

    private ObjectNode storedEndpoints() {
        return Objects.requireNonNull(client.get(ENDPOINTS));
    }

    private List<ObjectNode> storedSlices() {
        return client.list("discovery.k8s.io/endpointslices", "shop");
    }

    private ObjectNode onlySlice() {
        assertThat(storedSlices()).hasSize(1);
        return storedSlices().getFirst();
    }

    @Test
    void listReadyAndNotReadyPods() {
        zones.put(new ObjectKey("nodes", "", "node-a"), "zone-a");
        service(SERVICE);
        pod(3, "True", "");
        pod(2, "False", "");
        reconcile();
        assertThat(storedEndpoints()).isEqualTo(YAML.readTree("""
                apiVersion: v1
                kind: Endpoints
                metadata:
                  name: web
                  namespace: shop
                  labels: {app: web, endpoints.kubernetes.io/managed-by: endpoint-controller}
                subsets:
                - addresses:
                  - ip: 10.244.0.3
                    nodeName: node-a
                    targetRef: {kind: Pod, namespace: shop, name: web-3, uid: p3}
                  notReadyAddresses:
                  - ip: 10.244.0.2
                    nodeName: node-a
                    targetRef: {kind: Pod, namespace: shop, name: web-2, uid: p2}
                  ports:
                  - {name: http, port: 8080, protocol: TCP, appProtocol: http}
                  - {name: metrics, port: 9090, protocol: TCP}
                """));
        assertThat(onlySlice()).isEqualTo(YAML.readTree("""
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata:
                  generateName: web-
                  name: web-1
                  namespace: shop
                  labels:
                    app: web
                    kubernetes.io/service-name: web
                    endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io
                  ownerReferences:
                  - {apiVersion: v1, kind: Service, name: web, uid: s1, controller: true, blockOwnerDeletion: true}
                addressType: IPv4
                endpoints:
                - addresses: [10.244.0.2]
                  conditions: {ready: false, serving: false, terminating: false}
                  nodeName: node-a
                  targetRef: {kind: Pod, namespace: shop, name: web-2, uid: p2}
                  zone: zone-a
                - addresses: [10.244.0.3]
                  conditions: {ready: true, serving: true, terminating: false}
                  nodeName: node-a
                  targetRef: {kind: Pod, namespace: shop, name: web-3, uid: p3}
                  zone: zone-a
                ports:
                - {name: http, port: 8080, protocol: TCP, appProtocol: http}
                - {name: metrics, port: 9090, protocol: TCP}
                """));
        int writes = client.writes();
        reconcile();
        assertThat(client.writes()).as("a second pass writes nothing").isEqualTo(writes);
    }

    @Test
    void leaveOutWhatServesNothing() {
        service(SERVICE);
        pod(2, "True", ", deletionTimestamp: '2026-01-01T00:00:00Z'");
        put(3, "{metadata: {name: web-3, namespace: shop, uid: p3, labels: {app: web}}, status: {phase: Pending}}");
        put(4, """
                metadata: {name: web-4, namespace: shop, uid: p4, labels: {app: web}}
                status: {phase: Failed, podIP: 10.244.0.4}
                """);
        put(
                5,
                "{metadata: {name: web-5, namespace: shop, uid: p5, labels: {app: other}}, status: {podIP: 10.244.0.5}}");
        reconcile();
        assertThat(storedEndpoints().has("subsets")).isFalse();
        JsonNode terminating = onlySlice().path("endpoints");
        assertThat(terminating).hasSize(1);
        assertThat(terminating.at("/0/conditions"))
                .isEqualTo(YAML.readTree("{ready: false, serving: true, terminating: true}"));
    }

    @Test
    void publishNotReadyAddressesWhenAsked() {
        service(SERVICE.replace("spec:", "spec:\n  publishNotReadyAddresses: true"));
        pod(2, "False", ", deletionTimestamp: '2026-01-01T00:00:00Z'");
        reconcile();
        assertThat(storedEndpoints().at("/subsets/0/addresses")).hasSize(1);
        assertThat(onlySlice().at("/endpoints/0/conditions"))
                .isEqualTo(YAML.readTree("{ready: true, serving: false, terminating: true}"));
    }

    @Test
    void resolveNamedPortsPodByPod() {
        service(SERVICE);
        pod(2, "True", "");
        put(3, """
                metadata: {name: web-3, namespace: shop, uid: p3, labels: {app: web}}
                spec: {containers: [{name: main, ports: [{name: http, containerPort: 8081}]}]}
                status: {podIP: 10.244.0.3, conditions: [{type: Ready, status: "True"}]}
                """);
        reconcile();
        JsonNode subsets = storedEndpoints().path("subsets");
        assertThat(subsets).hasSize(3);
        assertThat(subsets.findValuesAsString("ip"))
                .containsExactly("10.244.0.2", "10.244.0.3", "10.244.0.2", "10.244.0.3");
        assertThat(subsets.at("/2/ports/0/name").asString()).isEqualTo("metrics");
        assertThat(storedSlices())
                .hasSize(2)
                .allSatisfy(slice -> assertThat(slice.path("endpoints")).hasSize(1));
    }

    @Test
    void serveHeadlessServicesAndHostnames() {
        service("""
                metadata: {name: web, namespace: shop, uid: s1}
                spec: {clusterIP: None, selector: {app: web}}
                """);
        put(2, """
                metadata: {name: web-2, namespace: shop, uid: p2, labels: {app: web}}
                spec: {hostname: first, subdomain: web}
                status: {podIP: 10.244.0.2, conditions: [{type: Ready, status: "True"}]}
                """);
        put(3, """
                metadata: {name: web-3, namespace: shop, uid: p3, labels: {app: web}}
                spec: {hostname: second, subdomain: other}
                status: {podIP: 10.244.0.3, conditions: [{type: Ready, status: "True"}]}
                """);
        reconcile();
        JsonNode subset = storedEndpoints().at("/subsets/0");
        assertThat(subset.has("ports")).isFalse();
        assertThat(subset.at("/addresses/0/hostname").asString()).isEqualTo("first");
        assertThat(subset.at("/addresses/1").has("hostname")).isFalse();
        assertThat(FieldPaths.text(storedEndpoints().at("/metadata/labels"), "app"))
                .isEmpty();
        assertThat(storedEndpoints().at("/metadata/labels").has(ObjectReferences.HEADLESS_LABEL))
                .isTrue();
        assertThat(onlySlice().at("/endpoints/0/hostname").asString()).isEqualTo("first");
        assertThat(onlySlice().path("ports")).isEmpty();
    }

    @Test
    void leaveServicesWithoutSelectorAlone() {
        for (String spec :
                List.of("{clusterIP: 10.96.0.1}", "{type: ExternalName, externalName: x.org, selector: {app: web}}")) {
            service("{metadata: {name: web, namespace: shop, uid: s1}, spec: " + spec + "}");
            pod(2, "True", "");
            reconcile();
            assertThat(client.writes()).isZero();
        }
    }

    @Test
    void goWithTheirService() {
        service(SERVICE);
        reconcile();
        services.remove(WEB);
        reconcile();
        assertThat(client.get(ENDPOINTS)).isNull();
        ObjectNode election = (ObjectNode) YAML.readTree("""
                metadata: {name: web, annotations: {control-plane.alpha.kubernetes.io/leader: x}}
                """);
        client.create("endpoints", "shop", election);
        reconcile();
        assertThat(client.get(ENDPOINTS)).as("a leader election's").isNotNull();
    }

    @Test
    void keepAnEmptySliceForAServiceWithoutPods() {
        service(SERVICE);
        reconcile();
        assertThat(onlySlice().path("endpoints")).isEmpty();
        pod(2, "True", "");
        reconcile();
        assertThat(onlySlice().path("endpoints")).hasSize(1);
        pods.remove(new ObjectKey("pods", "shop", "web-2"));
        reconcile();
        assertThat(onlySlice().path("endpoints")).isEmpty();
    }

    @Test
    void changeOneSliceForOnePod() {
        service(SERVICE);
        IntStream.rangeClosed(1, 250).forEach(number -> pod(number, "True", ""));
        reconcile();
        assertThat(storedSlices())
                .extracting(slice -> slice.path("endpoints").size())
                .containsExactlyInAnyOrder(100, 100, 50);
        List<ObjectNode> before = storedSlices();
        pod(17, "False", "");
        reconcile();
        assertThat(storedSlices()).hasSize(3);
        assertThat(before.stream().filter(slice -> !storedSlices().contains(slice)))
                .hasSize(1);
    }

    /** Whatever comes and goes, every Pod is in exactly one slice, and no slice is over-full or needlessly there. */
    @Test
    void keepEveryPodOnceWhateverHappens() {
        Random random = new Random(5);
        service(SERVICE);
        Set<String> present = new HashSet<>();
        for (int step = 0; step < 60; step++) {
            for (int change = random.nextInt(60); change >= 0; change--) {
                int number = random.nextInt(240);
                if (random.nextInt(3) == 0) {
                    pods.remove(new ObjectKey("pods", "shop", "web-" + number));
                    present.remove("p" + number);
                } else {
                    pod(number, random.nextBoolean() ? "True" : "False", "");
                    present.add("p" + number);
                }
            }
            reconcile();
            List<String> uids = new ArrayList<>();
            for (ObjectNode slice : storedSlices()) {
                assertThat(slice.path("endpoints").size()).isLessThanOrEqualTo(EndpointSlices.MAXIMUM_ENDPOINTS);
                slice.path("endpoints").forEach(endpoint -> uids.add(FieldPaths.text(endpoint, "targetRef.uid")));
            }
            assertThat(uids).doesNotHaveDuplicates();
            assertThat(new TreeSet<>(uids)).isEqualTo(new TreeSet<>(present));
        }
    }

    @Test
    void leaveSlicesOfOthersAlone() {
        service(SERVICE);
        ObjectNode foreign = (ObjectNode) YAML.readTree("""
                metadata: {name: mine, labels: {kubernetes.io/service-name: web}}
                addressType: IPv4
                endpoints: []
                """);
        client.create("discovery.k8s.io/endpointslices", "shop", foreign);
        pod(2, "True", "");
        reconcile();
        assertThat(storedSlices()).hasSize(2).contains(foreign);
    }

    private void customEndpoints(String subsets) {
        ObjectNode custom = (ObjectNode)
                YAML.readTree("metadata: {name: web, namespace: shop, labels: {a: b}}\nsubsets: " + subsets);
        if (client.get(ENDPOINTS) == null) {
            client.create("endpoints", "shop", custom);
        } else {
            client.modify(ENDPOINTS, "", present -> {
                Objects.requireNonNull(present).set("subsets", custom.get("subsets"));
                return present;
            });
        }
        assertThat(mirror.reconcile(WEB)).isEqualTo(Result.DONE);
    }

    @Test
    void endpointsOfAServiceWithoutSelectorAreMirrored() {
        service("{metadata: {name: web, namespace: shop, uid: s1}, spec: {clusterIP: 10.96.3.4, ports: [{port: 80}]}}");
        customEndpoints(
                "[{addresses: [{ip: 10.1.2.3}, {ip: 'fd00::1'}], notReadyAddresses: [{ip: 10.1.2.4}], ports: [{port: 80}]}]");
        assertThat(storedSlices()).hasSize(2).allSatisfy(slice -> {
            assertThat(slice.at("/metadata/labels/kubernetes.io~1service-name").asString(""))
                    .isEqualTo("web");
            assertThat(slice.at("/metadata/labels/a").asString("")).isEqualTo("b");
            assertThat(slice.at("/metadata/ownerReferences/0/kind").asString(""))
                    .isEqualTo("Endpoints");
        });
        ObjectNode four = storedSlices().stream()
                .filter(slice -> slice.path("addressType").asString("").equals("IPv4"))
                .findFirst()
                .orElseThrow();
        assertThat(four.at("/endpoints/0/addresses/0").asString("")).isEqualTo("10.1.2.3");
        assertThat(four.at("/endpoints/0/conditions/ready").asBoolean(false)).isTrue();
        assertThat(four.at("/endpoints/1/conditions/ready").asBoolean(true)).isFalse();

        customEndpoints("[{addresses: [{ip: 10.2.3.4}], ports: [{port: 80}]}]");
        assertThat(onlySlice().at("/metadata/name")).isEqualTo(four.at("/metadata/name"));
        assertThat(onlySlice().at("/endpoints/0/addresses/0").asString("")).isEqualTo("10.2.3.4");

        String revision = onlySlice().at("/metadata/resourceVersion").asString("");
        assertThat(mirror.reconcile(WEB)).isEqualTo(Result.DONE);
        assertThat(onlySlice().at("/metadata/resourceVersion").asString("")).isEqualTo(revision);

        service(SERVICE);
        assertThat(mirror.reconcile(WEB)).isEqualTo(Result.DONE);
        assertThat(storedSlices()).isEmpty();
    }
}
