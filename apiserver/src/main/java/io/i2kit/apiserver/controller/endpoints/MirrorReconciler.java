package io.i2kit.apiserver.controller.endpoints;

import io.i2kit.apiserver.controller.Reconciler;
import io.i2kit.apiserver.controller.Result;
import io.i2kit.apiserver.informer.Informer;
import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.registry.ObjectClient.DeleteOptions;
import io.i2kit.apiserver.storage.ObjectKey;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Mirrors Endpoints that somebody else writes for a Service without selector into EndpointSlices, for clients that read those alone
 * ({@code pkg/controller/endpointslicemirroring}). The keys are Services'. Slices of deleted Endpoints go with their owner, by garbage
 * collection.
 */
final class MirrorReconciler implements Reconciler {
    private static final String SKIP_LABEL = "endpointslice.kubernetes.io/skip-mirror";

    private final Informer<ServiceView> services;
    private final ObjectClient client;

    MirrorReconciler(Informer<ServiceView> services, ObjectClient client) {
        this.services = services;
        this.client = client;
    }

    @Override
    public String name() {
        return "endpointslicemirroring";
    }

    @Override
    public Result reconcile(ObjectKey key) {
        ObjectNode endpoints = client.get(new ObjectKey(EndpointsReconciler.ENDPOINTS, key.namespace(), key.name()));
        if (endpoints == null || !endpoints.at("/metadata/deletionTimestamp").isMissingNode()) {
            return Result.DONE;
        }
        List<ObjectNode> existing = client.list(EndpointSliceReconciler.ENDPOINT_SLICES, key.namespace()).stream()
                .filter(slice -> isOf(key, slice))
                .toList();
        List<ObjectNode> wanted =
                isMirrored(services.get(key), endpoints) ? MirroredSlices.of(endpoints) : List.<ObjectNode>of();
        apply(key, MirroredSlices.plan(wanted, existing));
        return Result.DONE;
    }

    private static boolean isMirrored(@Nullable ServiceView service, JsonNode endpoints) {
        JsonNode metadata = endpoints.path("metadata");
        return service != null
                && service.selector().isEmpty()
                && !metadata.path("labels").path(SKIP_LABEL).asString("").equals("true")
                && metadata.path("annotations")
                        .path(EndpointsReconciler.LEADER_ANNOTATION)
                        .isMissingNode();
    }

    private static boolean isOf(ObjectKey service, ObjectNode slice) {
        JsonNode labels = slice.at("/metadata/labels");
        return MirroredSlices.isManaged(labels)
                && labels.path(EndpointSlices.SERVICE_LABEL).asString("").equals(service.name())
                && slice.at("/metadata/deletionTimestamp").isMissingNode();
    }

    private void apply(ObjectKey service, EndpointSlices.Plan plan) {
        for (ObjectNode slice : plan.create()) {
            client.create(EndpointSliceReconciler.ENDPOINT_SLICES, service.namespace(), slice);
        }
        for (ObjectNode slice : plan.update()) {
            client.modify(key(service, FieldPaths.text(slice, "metadata.name")), "", present -> {
                if (present == null) {
                    return null;
                }
                present.withObject("/metadata").set("labels", slice.at("/metadata/labels"));
                present.set("endpoints", slice.path("endpoints"));
                return present;
            });
        }
        for (String name : plan.delete()) {
            client.delete(key(service, name), DeleteOptions.DEFAULT, List.of());
        }
    }

    private static ObjectKey key(ObjectKey service, String name) {
        return new ObjectKey(EndpointSliceReconciler.ENDPOINT_SLICES, service.namespace(), name);
    }
}
