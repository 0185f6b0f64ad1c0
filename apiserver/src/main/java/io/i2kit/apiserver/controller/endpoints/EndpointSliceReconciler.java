package io.i2kit.apiserver.controller.endpoints;

import io.i2kit.apiserver.controller.Reconciler;
import io.i2kit.apiserver.controller.Result;
import io.i2kit.apiserver.informer.Informer;
import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.registry.ObjectClient.DeleteOptions;
import io.i2kit.apiserver.storage.ObjectKey;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keeps the EndpointSlices of a Service. The keys are Services'. Slices of a deleted Service go with their owner, by garbage
 * collection.
 */
final class EndpointSliceReconciler implements Reconciler {
    static final String ENDPOINT_SLICES = "discovery.k8s.io/endpointslices";

    private final Informer<ServiceView> services;
    private final Informer<PodView> pods;
    private final Informer<String> zonesOfNodes;
    private final ObjectClient client;

    EndpointSliceReconciler(
            Informer<ServiceView> services,
            Informer<PodView> pods,
            Informer<String> zonesOfNodes,
            ObjectClient client) {
        this.services = services;
        this.pods = pods;
        this.zonesOfNodes = zonesOfNodes;
        this.client = client;
    }

    @Override
    public String name() {
        return "endpointslice";
    }

    @Override
    public Result reconcile(ObjectKey key) {
        ServiceView service = services.get(key);
        if (service == null || service.selector().isEmpty()) {
            return Result.DONE;
        }
        List<PodView> selected =
                pods.in(key.namespace()).stream().filter(service::selects).toList();
        // Read from the store, not from an informer: what this controller created a moment ago must be seen.
        List<ObjectNode> existing = client.list(ENDPOINT_SLICES, key.namespace()).stream()
                .filter(slice -> isOf(service, slice))
                .toList();
        apply(service, EndpointSlices.plan(service, selected, existing, this::zone));
        return Result.DONE;
    }

    private static boolean isOf(ServiceView service, ObjectNode slice) {
        return EndpointSlices.isManaged(slice)
                && slice.at("/metadata/labels")
                        .path(EndpointSlices.SERVICE_LABEL)
                        .asString("")
                        .equals(service.name())
                && slice.at("/metadata/ownerReferences/0/uid").asString("").equals(service.uid())
                && slice.at("/metadata/deletionTimestamp").isMissingNode();
    }

    private String zone(String nodeName) {
        String zone = zonesOfNodes.get(new ObjectKey("nodes", "", nodeName));
        return zone == null ? "" : zone;
    }

    private void apply(ServiceView service, EndpointSlices.Plan plan) {
        for (ObjectNode slice : plan.create()) {
            client.create(ENDPOINT_SLICES, service.namespace(), slice);
        }
        for (ObjectNode slice : plan.update()) {
            client.modify(key(service, FieldPaths.text(slice, "metadata.name")), "", present -> {
                if (present == null) {
                    return null;
                }
                present.withObject("/metadata").set("labels", slice.at("/metadata/labels"));
                present.set("endpoints", slice.path("endpoints"));
                present.set("ports", slice.path("ports"));
                return present;
            });
        }
        for (String name : plan.delete()) {
            client.delete(key(service, name), DeleteOptions.DEFAULT, List.of());
        }
    }

    private static ObjectKey key(ServiceView service, String name) {
        return new ObjectKey(ENDPOINT_SLICES, service.namespace(), name);
    }
}
