package io.i2kit.apiserver.controller.endpoints;

import io.i2kit.apiserver.controller.ControllerManager;
import io.i2kit.apiserver.controller.WorkQueue;
import io.i2kit.apiserver.informer.Informer;
import io.i2kit.apiserver.informer.InformerFactory;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.StoredObject;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Joins the three controllers to the changes that concern them. */
public final class EndpointsControllers {
    /** The controller manager's {@code --concurrent-endpoint-syncs} and {@code --concurrent-service-endpoint-syncs}. */
    private static final int WORKERS = 5;

    private static final String SERVICES = "services";
    private static final String ZONE_LABEL = "topology.kubernetes.io/zone";

    private final Informer<ServiceView> services;
    private final List<WorkQueue> both;
    private final WorkQueue mirror;

    private EndpointsControllers(Informer<ServiceView> services, List<WorkQueue> both, WorkQueue mirror) {
        this.services = services;
        this.both = both;
        this.mirror = mirror;
    }

    /**
     * Registers them with a manager; to be called before the informers start, which in turn start before the manager: a pass that
     * does not see all Pods would take endpoints away.
     */
    public static void register(ControllerManager manager, InformerFactory informers, ObjectClient client) {
        Informer<ServiceView> services = informers.create(SERVICES, ServiceView::of, Map.of());
        Informer<PodView> pods = informers.create("pods", PodView::of, Map.of());
        Informer<String> zones = informers.create("nodes", EndpointsControllers::zone, Map.of());
        WorkQueue endpoints = manager.register(new EndpointsReconciler(services, pods, client), WORKERS);
        WorkQueue slices = manager.register(new EndpointSliceReconciler(services, pods, zones, client), WORKERS);
        WorkQueue mirror = manager.register(new MirrorReconciler(services, client), WORKERS);
        EndpointsControllers joined = new EndpointsControllers(services, List.of(endpoints, slices), mirror);
        services.onChange((key, before, after) -> joined.serviceChanged(key, before, after));
        pods.onChange((key, before, after) -> joined.podChanged(before, after));
        informers.create(EndpointsReconciler.ENDPOINTS, Output::of, Map.of()).onChange((key, before, after) -> {
            ObjectKey service = new ObjectKey(SERVICES, key.namespace(), key.name());
            if (after == null || after.managed()) {
                endpoints.add(service);
            }
            if (after != null) {
                joined.mirror(service);
            }
        });
        informers
                .create(EndpointSliceReconciler.ENDPOINT_SLICES, Output::of, Map.of())
                .onChange((key, before, after) -> {
                    for (Output output : new @Nullable Output[] {before, after}) {
                        joined.sliceChanged(slices, key, output);
                    }
                });
    }

    /** What others did to an object that the controllers wrote is put right. */
    private record Output(long revision, boolean managed, boolean mirrored, String service) {
        static Output of(StoredObject object) {
            JsonNode tree = JsonMapper.shared().readTree(object.json());
            Map<String, String> labels =
                    ServiceView.strings(tree.path("metadata").path("labels"));
            return new Output(
                    object.revision(),
                    EndpointsBuilder.isManaged(labels) || EndpointSlices.isManaged(tree),
                    MirroredSlices.isManaged(tree.path("metadata").path("labels")),
                    labels.getOrDefault(EndpointSlices.SERVICE_LABEL, ""));
        }
    }

    private static String zone(StoredObject node) {
        JsonNode tree = JsonMapper.shared().readTree(node.json());
        return tree.path("metadata").path("labels").path(ZONE_LABEL).asString("");
    }

    private void sliceChanged(WorkQueue slices, ObjectKey key, @Nullable Output output) {
        if (output == null || output.service().isEmpty()) {
            return;
        }
        ObjectKey service = new ObjectKey(SERVICES, key.namespace(), output.service());
        if (output.managed()) {
            slices.add(service);
        } else if (output.mirrored()) {
            mirror(service);
        }
    }

    /** Endpoints of Services with a selector are the other controllers' work. */
    private void mirror(ObjectKey service) {
        ServiceView known = services.get(service);
        if (known == null || known.selector().isEmpty()) {
            mirror.add(service);
        }
    }

    private void serviceChanged(ObjectKey key, @Nullable ServiceView before, @Nullable ServiceView after) {
        addAll(key);
        boolean plain = after != null && after.selector().isEmpty();
        if (plain || before != null && before.selector().isEmpty()) {
            mirror.add(key);
        }
    }

    private void addAll(ObjectKey service) {
        both.forEach(queue -> queue.add(service));
    }

    /** A Pod concerns the Services that select it now, and those that did before. */
    private void podChanged(@Nullable PodView before, @Nullable PodView after) {
        PodView known = after == null ? before : after;
        if (known == null) {
            return;
        }
        for (ServiceView service : services.in(known.namespace())) {
            if (before != null && service.selects(before) || after != null && service.selects(after)) {
                addAll(new ObjectKey(SERVICES, service.namespace(), service.name()));
            }
        }
    }
}
