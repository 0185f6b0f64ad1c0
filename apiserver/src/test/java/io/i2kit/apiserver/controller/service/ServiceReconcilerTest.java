package io.i2kit.apiserver.controller.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.controller.MapInformer;
import io.i2kit.apiserver.controller.MemoryObjectClient;
import io.i2kit.apiserver.controller.Result;
import io.i2kit.apiserver.registry.ObjectClient.DeleteOptions;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.StoredObject;
import io.i2kit.cloud.deploy.MemoryStackRecords;
import io.i2kit.cloud.deploy.StackDeployer;
import io.i2kit.cloud.model.Architecture;
import io.i2kit.cloud.model.LoadBalancer.Listener;
import io.i2kit.cloud.model.LoadBalancer.Protocol;
import io.i2kit.cloud.model.LoadBalancer.Target;
import io.i2kit.translator.ClusterSettings;
import io.i2kit.translator.ClusterSettings.Footprint;
import io.i2kit.translator.ClusterSettings.MachineBase;
import io.i2kit.translator.core.ResourceNames;
import io.i2kit.translator.core.ServiceModelBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

class ServiceReconcilerTest {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final ObjectKey WEB = new ObjectKey("services", "shop", "web");
    private static final String NAME = "web.shop.svc.cluster.local";
    private static final ResourceNames NAMES = new ResourceNames("c1", "cluster.local");
    static final ClusterSettings SETTINGS = new ClusterSettings(
            "c1",
            "cluster.local",
            List.of("10.96.0.10"),
            Architecture.AMD64,
            "",
            Map.of(Architecture.AMD64, new MachineBase("kernel", "", List.of(), "", Footprint.BUILTIN)));

    private final MapInformer<WorkloadView> replicaSets = new MapInformer<>();
    private final MapInformer<WorkloadView> pods = new MapInformer<>();
    private final MemoryObjectClient client = new MemoryObjectClient();
    private final TestingNetworkCloud cloud = new TestingNetworkCloud();
    private final MemoryStackRecords records = new MemoryStackRecords();
    private final List<String> events = new ArrayList<>();
    private final StackDeployer deployer = new StackDeployer(cloud, records);
    private final ServiceReconciler reconciler = newReconciler();

    private ServiceReconciler newReconciler() {
        return new ServiceReconciler(
                replicaSets,
                pods,
                client,
                new ServiceEvents((key, about, type, reason, message, component) ->
                        events.add(type + " " + reason + " " + message)),
                deployer,
                records,
                new ServiceModelBuilder(SETTINGS));
    }

    @BeforeEach
    void putReplicaSet() {
        ObjectKey key = new ObjectKey("apps/replicasets", "shop", "web-1");
        replicaSets.put(key, WorkloadView.ofReplicaSet(stored(key, """
                metadata: {name: web-1, namespace: shop, uid: r1}
                spec:
                  template:
                    metadata: {labels: {app: web}}
                    spec: {containers: [{name: main, ports: [{name: http, containerPort: 8080}]}]}
                """), NAMES));
    }

    private static StoredObject stored(ObjectKey key, String yaml) {
        return new StoredObject(key, 1, JsonMapper.shared().writeValueAsBytes(YAML.readTree(yaml)));
    }

    private void service(String uid, String spec) {
        client.delete(WEB, DeleteOptions.DEFAULT, List.of());
        ObjectNode service = (ObjectNode) YAML.readTree("""
                apiVersion: v1
                kind: Service
                metadata: {name: web, namespace: shop, uid: %s}
                spec: %s
                """.formatted(uid, spec));
        client.create("services", "shop", service);
    }

    private static String spec(String type) {
        return "{type: %s, clusterIP: 10.96.3.4, selector: {app: web}, ports: [{port: 80, targetPort: http, nodePort: 31080}]}"
                .formatted(type);
    }

    private JsonNode ingress() {
        return Objects.requireNonNull(client.get(WEB)).at("/status/loadBalancer/ingress");
    }

    @Test
    void makesALoadBalancerAndAName() {
        service("s1", spec("ClusterIP"));
        assertThat(reconciler.reconcile(WEB)).isEqualTo(Result.DONE);
        assertThat(cloud.loadBalancers).hasSize(1);
        assertThat(cloud.loadBalancers.values()).allSatisfy(balancer -> {
            assertThat(balancer.address()).isEqualTo("10.96.3.4");
            assertThat(balancer.external()).isFalse();
            assertThat(balancer.listeners())
                    .containsExactly(new Listener(
                            "",
                            Protocol.TCP,
                            80,
                            31080,
                            List.of(new Target(NAMES.group("ReplicaSet", "shop", "web-1", "r1"), 8080))));
        });
        assertThat(cloud.records).containsOnlyKeys(NAME);
        assertThat(ingress()).isEmpty();
        assertThat(events).isEmpty();
        int calls = cloud.calls.get();
        reconciler.reconcile(WEB);
        assertThat(cloud.calls).as("what is as desired costs no call").hasValue(calls);
    }

    @Test
    void tellsTheIngressOnceItIsThere() {
        service("s1", spec("LoadBalancer"));
        assertThat(reconciler.reconcile(WEB)).as("no address yet").isInstanceOf(Result.After.class);
        assertThat(ingress()).isEmpty();
        cloud.hostname = "127.70.0.1";
        deployer.loadBalancers().invalidateAll();
        assertThat(reconciler.reconcile(WEB)).isEqualTo(Result.DONE);
        assertThat(ingress()).isEqualTo(YAML.readTree("[{ip: 127.70.0.1, ipMode: VIP}]"));
        reconciler.reconcile(WEB);
        assertThat(events)
                .contains("Normal EnsuredLoadBalancer Ensured load balancer")
                .first()
                .isEqualTo("Normal EnsuringLoadBalancer Ensuring load balancer");
        assertThat(events.stream().filter(event -> event.contains("Ensured"))).hasSize(1);
    }

    @Test
    void saysNothingNewAfterARestart() {
        cloud.hostname = "127.70.0.1";
        service("s1", spec("LoadBalancer"));
        reconciler.reconcile(WEB);
        events.clear();
        newReconciler().reconcile(WEB);
        assertThat(events).isEmpty();
    }

    @Test
    void tellsAPortThatWasRefused() {
        cloud.hostname = "127.70.0.1";
        cloud.refusedPort = 80;
        service("s1", spec("LoadBalancer"));
        reconciler.reconcile(WEB);
        reconciler.reconcile(WEB);
        assertThat(ingress().at("/0/ports/0/error").asString()).isEqualTo("PortNotAvailable");
        assertThat(events.stream().filter(event -> event.startsWith("Warning")))
                .containsExactly("Warning PortNotAvailable port 80 is refused; port 31080 serves instead");
    }

    @Test
    void publishesNamesAndTellsOnceWhichAreNot() {
        cloud.hostname = "127.70.0.1";
        cloud.taken.add("www.example.com");
        service("s1", spec("LoadBalancer"));
        annotate("www.example.com,api.example.com");
        assertThat(reconciler.reconcile(WEB)).isEqualTo(Result.after(Duration.ofMinutes(1)));
        reconciler.reconcile(WEB);
        assertThat(cloud.names).containsOnlyKeys("service/shop/web/api.example.com");
        assertThat(ingress().isEmpty()).as("it serves all the same").isFalse();
        assertThat(events.stream().filter(event -> event.startsWith("Warning")))
                .containsExactly("Warning RecordError www.example.com is taken");
        cloud.taken.clear();
        assertThat(reconciler.reconcile(WEB)).isEqualTo(Result.DONE);
        assertThat(cloud.names).hasSize(2);
        int calls = cloud.calls.get();
        reconciler.reconcile(WEB);
        assertThat(cloud.calls).as("what is as desired costs no call").hasValue(calls);
        annotate("www.example.com");
        reconciler.reconcile(WEB);
        assertThat(cloud.names).containsOnlyKeys("service/shop/web/www.example.com");
        client.delete(WEB, DeleteOptions.DEFAULT, List.of());
        reconciler.reconcile(WEB);
        assertThat(cloud.names).isEmpty();
    }

    private void annotate(String hostnames) {
        client.modify(WEB, "", present -> {
            Objects.requireNonNull(present)
                    .withObject("/metadata")
                    .withObject("/annotations")
                    .put("external-dns.kubernetes.io/hostname", hostnames);
            return present;
        });
    }

    @Test
    void tellsWhatFailedAndTriesAgain() {
        cloud.failure = "10.96.3.4 belongs to load balancer other";
        service("s1", spec("ClusterIP"));
        assertThat(reconciler.reconcile(WEB)).isInstanceOf(Result.Retry.class);
        assertThat(events)
                .containsExactly("Warning SyncLoadBalancerFailed Error syncing load balancer: failed to ensure load"
                        + " balancer: 10.96.3.4 belongs to load balancer other");
        cloud.failure = "";
        assertThat(reconciler.reconcile(WEB)).isEqualTo(Result.DONE);
    }

    @Test
    void takesTheIngressBackWithTheType() {
        cloud.hostname = "127.70.0.1";
        service("s1", spec("LoadBalancer"));
        reconciler.reconcile(WEB);
        client.modify(WEB, "", present -> {
            Objects.requireNonNull(present).withObject("/spec").put("type", "ClusterIP");
            return present;
        });
        reconciler.reconcile(WEB);
        assertThat(ingress().isMissingNode()).isTrue();
        assertThat(events).last().isEqualTo("Normal DeletedLoadBalancer Deleted load balancer");
        assertThat(cloud.loadBalancers.values()).noneMatch(balancer -> balancer.external());
    }

    @Test
    void deletesWithTheService() {
        service("s1", spec("ClusterIP"));
        reconciler.reconcile(WEB);
        client.delete(WEB, DeleteOptions.DEFAULT, List.of());
        reconciler.reconcile(WEB);
        assertThat(cloud.loadBalancers).isEmpty();
        assertThat(cloud.records).isEmpty();
        assertThat(records.list()).isEmpty();
    }

    @Test
    void replacesAServiceThatWasMadeAnew() {
        service("s1", spec("ClusterIP"));
        reconciler.reconcile(WEB);
        service("s2", spec("ClusterIP"));
        newReconciler().reconcile(WEB);
        assertThat(cloud.loadBalancers).containsOnlyKeys(NAMES.loadBalancer("shop", "web", "s2"));
        assertThat(cloud.records).containsOnlyKeys(NAME);
        assertThat(cloud.records.values())
                .allSatisfy(
                        record -> assertThat(record.values()).containsExactly(NAMES.loadBalancer("shop", "web", "s2")));
    }

    @Test
    void turnsFromOneKindIntoAnother() {
        service("s1", spec("ClusterIP"));
        reconciler.reconcile(WEB);
        service("s1", "{type: ExternalName, externalName: example.org}");
        reconciler.reconcile(WEB);
        assertThat(cloud.loadBalancers).isEmpty();
        assertThat(cloud.records.values())
                .singleElement()
                .satisfies(record -> assertThat(record.values()).containsExactly("example.org"));
    }

    @Test
    void givesPodsTheirNamesBelowAHeadlessService() {
        ObjectKey key = new ObjectKey("pods", "shop", "web-0");
        pods.put(key, WorkloadView.ofPod(stored(key, """
                metadata:
                  {name: web-0, namespace: shop, uid: p0, labels: {app: web}, ownerReferences: [{kind: ReplicaSet, controller: true}]}
                spec: {hostname: web-0, subdomain: web, containers: [{name: main}]}
                status: {podIP: 10.244.0.9, conditions: [{type: Ready, status: "True"}]}
                """), NAMES));
        service("s1", "{clusterIP: None, selector: {app: web}}");
        reconciler.reconcile(WEB);
        assertThat(cloud.records).containsOnlyKeys(NAME, "web-0." + NAME);
        assertThat(Objects.requireNonNull(cloud.records.get("web-0." + NAME)).values())
                .containsExactly("10.244.0.9");
        assertThat(Objects.requireNonNull(cloud.records.get(NAME)).values())
                .as("the Pod of a ReplicaSet is no group of its own")
                .containsExactly(NAMES.group("ReplicaSet", "shop", "web-1", "r1"));
    }

    @Test
    void seesBarePodsWithTheirPorts() {
        ObjectKey key = new ObjectKey("pods", "shop", "alone");
        WorkloadView bare = WorkloadView.ofPod(stored(key, """
                metadata: {name: alone, namespace: shop, uid: p1, labels: {app: web}}
                spec:
                  containers: [{name: main, ports: [{name: http, containerPort: 81}, {containerPort: 82}]}]
                  initContainers: [{name: proxy, restartPolicy: Always, ports: [{name: http, containerPort: 83}]}]
                """), NAMES);
        pods.put(key, bare);
        service("s1", spec("ClusterIP"));
        reconciler.reconcile(WEB);
        assertThat(cloud.loadBalancers.values())
                .singleElement()
                .satisfies(
                        balancer -> assertThat(balancer.listeners().getFirst().targets())
                                .contains(new Target(NAMES.group("Pod", "shop", "alone", "p1"), 81))
                                .hasSize(2));
    }
}
