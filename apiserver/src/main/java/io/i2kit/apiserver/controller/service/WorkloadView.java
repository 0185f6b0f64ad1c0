package io.i2kit.apiserver.controller.service;

import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.storage.StoredObject;
import io.i2kit.translator.core.NamedPod;
import io.i2kit.translator.core.ResourceNames;
import io.i2kit.translator.core.ServedGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What Services need of a ReplicaSet or a Pod. Most Pods belong to a ReplicaSet and have no name of their own: they are all
 * alike here, and their changes lead to nothing.
 *
 * @param labels by which Services select it
 * @param group of a ReplicaSet or a bare Pod; else null
 * @param pod a Pod with a hostname and a subdomain; else null
 */
record WorkloadView(
        Map<String, String> labels,
        @Nullable ServedGroup group,
        @Nullable NamedPod pod) {
    private static final WorkloadView NOTHING = new WorkloadView(Map.of(), null, null);

    WorkloadView {
        labels = Map.copyOf(labels);
    }

    static WorkloadView ofReplicaSet(StoredObject object, ResourceNames names) {
        JsonNode replicaSet = JsonMapper.shared().readTree(object.json());
        JsonNode template = replicaSet.path("spec").path("template");
        Map<String, String> labels = labels(template);
        String group = groupName("ReplicaSet", object, replicaSet, names);
        return new WorkloadView(labels, new ServedGroup(group, labels, ports(template.path("spec"))), null);
    }

    static WorkloadView ofPod(StoredObject object, ResourceNames names) {
        JsonNode pod = JsonMapper.shared().readTree(object.json());
        boolean bare = true;
        for (JsonNode owner : pod.path("metadata").path("ownerReferences")) {
            bare &= !owner.path("controller").asBoolean(false);
        }
        NamedPod named = named(pod);
        if (!bare && named == null) {
            return NOTHING;
        }
        Map<String, String> labels = labels(pod);
        String group = groupName("Pod", object, pod, names);
        return new WorkloadView(labels, bare ? new ServedGroup(group, labels, ports(pod.path("spec"))) : null, named);
    }

    private static String groupName(String kind, StoredObject object, JsonNode owner, ResourceNames names) {
        String uid = FieldPaths.text(owner, "metadata.uid");
        return names.group(kind, object.key().namespace(), object.key().name(), uid);
    }

    private static Map<String, String> labels(JsonNode object) {
        return ServiceView.strings(object.path("metadata").path("labels"));
    }

    private static @Nullable NamedPod named(JsonNode pod) {
        String hostname = FieldPaths.text(pod, "spec.hostname");
        String subdomain = FieldPaths.text(pod, "spec.subdomain");
        if (hostname.isEmpty() || subdomain.isEmpty()) {
            return null;
        }
        boolean ready = false;
        for (JsonNode condition : pod.path("status").path("conditions")) {
            ready |= FieldPaths.text(condition, "type").equals("Ready")
                    && FieldPaths.text(condition, "status").equals("True");
        }
        return new NamedPod(labels(pod), hostname, subdomain, FieldPaths.text(pod, "status.podIP"), ready);
    }

    private static List<ServedGroup.NamedPort> ports(JsonNode podSpec) {
        List<ServedGroup.NamedPort> ports = new ArrayList<>();
        podSpec.path("containers").forEach(container -> addPorts(container, ports));
        for (JsonNode container : podSpec.path("initContainers")) {
            if (FieldPaths.text(container, "restartPolicy").equals("Always")) { // sidecars serve, too
                addPorts(container, ports);
            }
        }
        return ports;
    }

    private static void addPorts(JsonNode container, List<ServedGroup.NamedPort> ports) {
        for (JsonNode port : container.path("ports")) {
            String name = FieldPaths.text(port, "name");
            String protocol = FieldPaths.text(port, "protocol");
            if (!name.isEmpty()) {
                ServedGroup.protocol(protocol.isEmpty() ? null : protocol)
                        .ifPresent(known -> ports.add(new ServedGroup.NamedPort(
                                name, known, port.path("containerPort").asInt(0))));
            }
        }
    }
}
