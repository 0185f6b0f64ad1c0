package io.i2kit.apiserver.controller.pod;

import io.i2kit.apiserver.controller.Reconciler;
import io.i2kit.apiserver.controller.Result;
import io.i2kit.apiserver.informer.Informer;
import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.registry.ObjectClient.DeleteOptions;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.cloud.model.Architecture;
import io.i2kit.cloud.model.Instance;
import io.i2kit.cloud.model.MachineSize;
import io.i2kit.translator.ClusterSettings;
import io.i2kit.translator.core.ResourceNames;
import io.i2kit.translator.status.Timestamps;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Nodes that stand for machines of one type in one zone: what Kubernetes' tools expect behind {@code spec.nodeName}. They send no
 * heartbeats; one that no Pod has used for a while is deleted.
 */
final class VirtualNodes implements Reconciler {
    /** Longer than a rolling update or a scale to zero and back takes. */
    private static final Duration UNUSED = Duration.ofMinutes(15);

    /** The kubelet's default for {@code maxPods}; the capacity is that of so many machines. */
    private static final int PODS = 110;

    private static final String NODES = "nodes";

    private final ObjectClient client;
    private final Informer<PodView> pods;
    private final Clock clock;
    private final ConcurrentMap<String, Instant> used = new ConcurrentHashMap<>();

    VirtualNodes(ObjectClient client, Informer<PodView> pods, Clock clock) {
        this.client = client;
        this.pods = pods;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "node";
    }

    static ObjectKey key(String node) {
        return new ObjectKey(NODES, "", node);
    }

    /** Sees to it that the node of a machine exists. */
    void ensure(Instance instance, MachineSize size, Architecture architecture) {
        String name = ResourceNames.node(instance.zone(), instance.machineType());
        boolean known = used.put(name, clock.instant()) != null;
        if (known || client.get(key(name)) != null) {
            return;
        }
        try {
            client.create(NODES, "", node(name, instance, size, architecture));
        } catch (ApiException e) {
            if (!e.reason().equals("AlreadyExists")) {
                used.remove(name);
                throw e;
            }
        }
    }

    @Override
    public Result reconcile(ObjectKey key) {
        if (!pods.byIndex(PodControllers.BY_NODE, key.name()).isEmpty()) {
            return Result.DONE;
        }
        Instant last = used.computeIfAbsent(key.name(), name -> clock.instant());
        Duration left = Duration.between(clock.instant(), last.plus(UNUSED));
        if (left.isPositive()) {
            return Result.after(left);
        }
        used.remove(key.name());
        client.delete(key, DeleteOptions.DEFAULT, List.of());
        return Result.DONE;
    }

    private ObjectNode node(String name, Instance instance, MachineSize size, Architecture architecture) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("apiVersion", "v1").put("kind", "Node");
        ObjectNode metadata = node.putObject("metadata").put("name", name);
        metadata.putObject("labels")
                .put("kubernetes.io/arch", architecture.ociName())
                .put("kubernetes.io/hostname", name)
                .put("kubernetes.io/os", "linux")
                .put("node.kubernetes.io/instance-type", instance.machineType())
                .put("topology.kubernetes.io/zone", instance.zone());
        node.putObject("spec").put("providerID", "i2kit://" + instance.zone() + "/" + instance.machineType());
        ObjectNode status = node.putObject("status");
        quantities(status.putObject("capacity"), size);
        quantities(status.putObject("allocatable"), size);
        conditions(status);
        addresses(status, name, instance);
        status.putObject("daemonEndpoints").putObject("kubeletEndpoint").put("Port", ClusterSettings.AGENT_PORT);
        status.putObject("nodeInfo")
                .put("architecture", architecture.ociName())
                .put("bootID", "")
                .put("containerRuntimeVersion", "crun://1")
                .put("kernelVersion", "linuxkit")
                .put("kubeProxyVersion", "")
                .put("kubeletVersion", "v1.37.2")
                .put("machineID", "")
                .put("operatingSystem", "linux")
                .put("osImage", "LinuxKit")
                .put("systemUUID", "");
        return node;
    }

    private static void quantities(ObjectNode resources, MachineSize size) {
        resources.put("cpu", Integer.toString(Math.ceilDiv(size.milliCpu(), 1000) * PODS));
        resources.put("memory", (size.memoryBytes() >> 10) * PODS + "Ki");
        resources.put("pods", Integer.toString(PODS));
    }

    private void conditions(ObjectNode status) {
        String now = Timestamps.format(clock.instant());
        ArrayNode conditions = status.putArray("conditions");
        for (String type : List.of("MemoryPressure", "DiskPressure", "PIDPressure", "Ready")) {
            boolean ready = type.equals("Ready");
            conditions
                    .addObject()
                    .put("lastHeartbeatTime", now)
                    .put("lastTransitionTime", now)
                    .put(
                            "message",
                            ready ? "machines of this type are started for Pods" : "each Pod has its own machine")
                    .put("reason", ready ? "KubeletReady" : "KubeletHasSufficient" + type.replace("Pressure", ""))
                    .put("status", ready ? "True" : "False")
                    .put("type", type);
        }
    }

    private static void addresses(ObjectNode status, String name, Instance instance) {
        ArrayNode addresses = status.putArray("addresses");
        String agent = instance.agent();
        if (agent != null && agent.contains(":")) {
            addresses
                    .addObject()
                    .put("address", agent.substring(0, agent.lastIndexOf(':')))
                    .put("type", "InternalIP");
        }
        addresses.addObject().put("address", name).put("type", "Hostname");
    }
}
