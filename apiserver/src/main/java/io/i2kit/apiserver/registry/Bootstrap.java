package io.i2kit.apiserver.registry;

import io.i2kit.apiserver.registry.core.ServiceAddresses;
import io.i2kit.apiserver.registry.core.ServiceAllocator;
import io.i2kit.apiserver.registry.flowcontrol.FlowBootstrap;
import io.i2kit.apiserver.registry.scheduling.SystemPriorityClasses;
import io.i2kit.apiserver.storage.ObjectKey;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** The objects that every cluster has from its first start. */
public final class Bootstrap {
    /** {@code pkg/controlplane/controller/systemnamespaces}. */
    private static final List<String> NAMESPACES = List.of("default", "kube-system", "kube-public", "kube-node-lease");

    private static final String PRIORITIES = "scheduling.k8s.io/priorityclasses";

    private Bootstrap() {}

    /** Creates what is missing; cheap when nothing is. */
    public static void run(Registry registry) {
        ObjectClient objects = registry.objects();
        ResourceDefinition namespaces = registry.table().stored("namespaces");
        for (String name : NAMESPACES) {
            if (objects.get(namespaces.key("", name)) == null) {
                ObjectNode namespace = Json.object();
                namespace.putObject("metadata").put("name", name);
                objects.createUnlessThere("namespaces", "", namespace);
            }
        }
        for (ObjectNode type : SystemPriorityClasses.all()) {
            if (objects.get(registry.table().stored(PRIORITIES).key("", Meta.name(type))) == null) {
                objects.createUnlessThere(PRIORITIES, "", type);
            }
        }
        serviceRange(registry);
        FlowBootstrap.all().forEach((resource, all) -> flows(registry, resource, all));
        if (objects.get(registry.table().stored("services").key("default", "kubernetes")) == null) {
            objects.createUnlessThere("services", "default", kubernetesService());
        }
    }

    /** {@code pkg/controlplane/controller/defaultservicecidr}. */
    private static void serviceRange(Registry registry) {
        ObjectNode range = ServiceAddresses.defaultRange();
        ObjectKey key = registry.table().stored(ServiceAddresses.RANGES).key("", Meta.name(range));
        if (registry.objects().get(key) == null) {
            registry.objects().createUnlessThere(ServiceAddresses.RANGES, "", range);
            registry.objects().modify(key, "status", current -> {
                if (current != null) {
                    ServiceAddresses.setReady(
                            current, true, "", "Kubernetes default Service CIDR is ready", Instant.now());
                }
                return current;
            });
        }
    }

    /** Not where kinds that nothing acts on are refused. */
    private static void flows(Registry registry, String resource, List<ObjectNode> all) {
        ResourceDefinition definition = registry.table().stored(resource);
        ObjectClient objects = registry.objects();
        for (ObjectNode object : all) {
            if (definition.support() != Support.LISTED && objects.get(definition.key("", Meta.name(object))) == null) {
                objects.createUnlessThere(resource, "", object);
            }
        }
    }

    /** {@code pkg/controlplane/controller/kubernetesservice}. */
    private static ObjectNode kubernetesService() {
        ObjectNode service = Json.object();
        ObjectNode metadata = service.putObject("metadata").put("name", "kubernetes");
        metadata.putObject("labels").put("component", "apiserver").put("provider", "kubernetes");
        ObjectNode spec = service.putObject("spec").put("clusterIP", ServiceAllocator.KUBERNETES_ADDRESS);
        spec.putArray("ports").addObject().put("name", "https").put("port", 443).put("targetPort", 6443);
        return service;
    }
}
