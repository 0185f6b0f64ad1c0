package io.i2kit.apiserver.controller.endpoints;

import io.i2kit.apiserver.controller.Reconciler;
import io.i2kit.apiserver.controller.Result;
import io.i2kit.apiserver.informer.Informer;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.registry.ObjectClient.DeleteOptions;
import io.i2kit.apiserver.storage.ObjectKey;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Keeps the Endpoints of a Service, which have its name. The keys are Services'. */
final class EndpointsReconciler implements Reconciler {
    static final String ENDPOINTS = "endpoints";

    /** An old way of electing leaders kept its state on Endpoints; upstream spares those, too. */
    static final String LEADER_ANNOTATION = "control-plane.alpha.kubernetes.io/leader";

    private final Informer<ServiceView> services;
    private final Informer<PodView> pods;
    private final ObjectClient client;

    EndpointsReconciler(Informer<ServiceView> services, Informer<PodView> pods, ObjectClient client) {
        this.services = services;
        this.pods = pods;
        this.client = client;
    }

    @Override
    public String name() {
        return "endpoints";
    }

    @Override
    public Result reconcile(ObjectKey key) {
        ObjectKey endpoints = new ObjectKey(ENDPOINTS, key.namespace(), key.name());
        ServiceView service = services.get(key);
        if (service == null) {
            deleteLeftover(endpoints);
        } else if (!service.selector().isEmpty()) {
            List<PodView> selected =
                    pods.in(key.namespace()).stream().filter(service::selects).toList();
            write(endpoints, service, EndpointsBuilder.subsets(service, selected));
        }
        return Result.DONE;
    }

    private void deleteLeftover(ObjectKey key) {
        ObjectNode present = client.get(key);
        if (present != null
                && present.at("/metadata/annotations").path(LEADER_ANNOTATION).isMissingNode()) {
            client.delete(key, DeleteOptions.DEFAULT, List.of());
        }
    }

    private void write(ObjectKey key, ServiceView service, ArrayNode subsets) {
        ObjectNode written =
                client.modify(key, "", present -> present == null ? null : with(present, service, subsets));
        if (written == null) {
            ObjectNode created =
                    ObjectReferences.object().put("apiVersion", "v1").put("kind", "Endpoints");
            created.putObject("metadata").put("name", service.name()).put("namespace", service.namespace());
            client.create(ENDPOINTS, service.namespace(), with(created, service, subsets));
        }
    }

    private static ObjectNode with(ObjectNode endpoints, ServiceView service, ArrayNode subsets) {
        ObjectNode labels = endpoints.withObject("/metadata").putObject("labels");
        EndpointsBuilder.labels(service).forEach(labels::put);
        if (subsets.isEmpty()) {
            endpoints.remove("subsets");
        } else {
            endpoints.set("subsets", subsets);
        }
        return endpoints;
    }
}
