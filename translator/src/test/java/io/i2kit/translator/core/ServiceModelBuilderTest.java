package io.i2kit.translator.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.i2kit.cloud.model.LoadBalancerStatus;
import io.i2kit.cloud.model.LoadBalancerStatus.ExternalPort;
import io.i2kit.cloud.model.Stack;
import io.i2kit.translator.Golden;
import io.i2kit.translator.Samples;
import io.i2kit.translator.Workload;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class ServiceModelBuilderTest {
    private final ServiceModelBuilder builder = new ServiceModelBuilder(Samples.settings());
    private final ResourceNames names =
            new ResourceNames(Samples.settings().clusterId(), Samples.settings().clusterDomain());

    static Stream<String> cases() {
        return Golden.cases("service");
    }

    /** Each case is a list of manifests: the Service first, then the ReplicaSets and bare Pods of its namespace. */
    @ParameterizedTest
    @MethodSource("cases")
    void translatesAService(String name) {
        JsonNode input = Golden.input("service", name);
        Service service = Golden.YAML.treeToValue(input.get(0), Service.class);
        List<ServedGroup> groups = new ArrayList<>();
        List<NamedPod> pods = new ArrayList<>();
        for (JsonNode manifest : input) {
            switch (manifest.path("kind").asString("")) {
                case "ReplicaSet" ->
                    groups.add(served(Workload.of(Golden.YAML.treeToValue(manifest, ReplicaSet.class))));
                case "Pod" -> {
                    Pod pod = Golden.YAML.treeToValue(manifest, Pod.class);
                    groups.add(served(Workload.of(pod)));
                    pods.add(named(pod));
                }
                default -> {}
            }
        }
        Stack stack = builder.build(service, groups, pods);
        Golden.check("service", name, stack);
        Collections.reverse(groups);
        Collections.reverse(pods);
        assertThat(builder.build(service, groups, pods))
                .as("whatever the order")
                .isEqualTo(stack);
    }

    private ServedGroup served(Workload workload) {
        List<ServedGroup.NamedPort> ports = Stream.concat(
                        workload.spec().getContainers().stream(), workload.spec().getInitContainers().stream())
                .flatMap(container -> container.getPorts().stream())
                .map(port -> new ServedGroup.NamedPort(
                        port.getName(),
                        ServedGroup.protocol(port.getProtocol()).orElseThrow(),
                        port.getContainerPort()))
                .toList();
        String group = names.group(workload.kind(), workload.namespace(), workload.name(), workload.uid());
        return new ServedGroup(group, workload.labels(), ports);
    }

    private static NamedPod named(Pod pod) {
        boolean ready = pod.getStatus() != null
                && pod.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Ready")
                                && condition.getStatus().equals("True"));
        String address = pod.getStatus() == null ? "" : pod.getStatus().getPodIP();
        String hostname = pod.getSpec().getHostname();
        String subdomain = pod.getSpec().getSubdomain();
        return new NamedPod(
                pod.getMetadata().getLabels(),
                hostname == null ? "" : hostname,
                subdomain == null ? "" : subdomain,
                address,
                ready);
    }

    private static Service service(String type) {
        return Golden.YAML.readValue("""
                metadata: {name: web, namespace: default, uid: u1}
                spec: {type: %s, ports: [{port: 80, nodePort: 30080}, {port: 8080}]}
                """.formatted(type), Service.class);
    }

    @Test
    void ingressIsAnAddressOrAName() {
        Service service = service("LoadBalancer");
        LoadBalancerIngress address = ServiceStatusMapper.ingress(service, status("127.70.1.2", "", 80))
                .getFirst();
        assertThat(address.getIp()).isEqualTo("127.70.1.2");
        assertThat(address.getIpMode()).isEqualTo("VIP");
        assertThat(address.getPorts()).isEmpty();
        LoadBalancerIngress name = ServiceStatusMapper.ingress(service, status("lb.example.org", "", 80))
                .getFirst();
        assertThat(name.getHostname()).isEqualTo("lb.example.org");
        assertThat(name.getIp()).isNull();
    }

    @Test
    void thereIsNoIngressWithoutAWayIn() {
        assertThat(ServiceStatusMapper.ingress(service("LoadBalancer"), status("", "", 80)))
                .isEmpty();
        assertThat(ServiceStatusMapper.ingress(service("NodePort"), status("127.70.1.2", "", 80)))
                .isEmpty();
    }

    @Test
    void aPortThatWasRefusedIsTold() {
        LoadBalancerStatus status = status("127.70.1.2", "port 30080 serves instead", 30080);
        LoadBalancerIngress ingress =
                ServiceStatusMapper.ingress(service("LoadBalancer"), status).getFirst();
        assertThat(ingress.getPorts())
                .extracting("port", "protocol", "error")
                .containsExactly(tuple(80, "TCP", "PortNotAvailable"), tuple(8080, "TCP", null));
        assertThat(ServiceStatusMapper.problem(status)).isEqualTo("port 30080 serves instead");
        assertThat(ServiceStatusMapper.problem(status("127.70.1.2", "", 80))).isEmpty();
    }

    private static LoadBalancerStatus status(String hostname, String error, int actualPort) {
        List<ExternalPort> ports = List.of(new ExternalPort(80, actualPort, error), new ExternalPort(8080, 8080, ""));
        return new LoadBalancerStatus("lb", "10.96.0.80", hostname, ports, "");
    }
}
