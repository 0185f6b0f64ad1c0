package io.i2kit.apiserver.controller.service;

import io.i2kit.apiserver.controller.ControllerManager;
import io.i2kit.apiserver.controller.EventRecorder;
import io.i2kit.apiserver.controller.WorkQueue;
import io.i2kit.apiserver.informer.Informer;
import io.i2kit.apiserver.informer.InformerFactory;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.cloud.deploy.StackDeployer;
import io.i2kit.cloud.deploy.StackRecord;
import io.i2kit.cloud.deploy.StackRecords;
import io.i2kit.cloud.model.StackId;
import io.i2kit.translator.ClusterSettings;
import io.i2kit.translator.core.ResourceNames;
import io.i2kit.translator.core.ServiceModelBuilder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Joins the Service reconciler to the changes that concern it: of Services, of what they select, and of the cloud. */
public final class ServiceController {
    private static final String SERVICES = "services";
    private static final String KIND = "Service";
    private static final String BY_LOAD_BALANCER = "loadBalancer";
    /** The cloud controller manager's {@code --concurrent-service-syncs} is 1; calls to the embedded cloud are cheap. */
    private static final int WORKERS = 4;

    private final Informer<ServiceView> services;
    private final StackDeployer deployer;
    private final WorkQueue queue;

    private ServiceController(Informer<ServiceView> services, StackDeployer deployer, WorkQueue queue) {
        this.services = services;
        this.deployer = deployer;
        this.queue = queue;
    }

    /**
     * Registers the controller with a manager; to be called before the informers start, which in turn start before the manager.
     * The caller passes the cloud's notices on to {@link #cloudChanged}.
     */
    public static ServiceController register(
            ControllerManager manager,
            InformerFactory informers,
            ObjectClient client,
            EventRecorder events,
            StackDeployer deployer,
            StackRecords records,
            ClusterSettings settings) {
        ResourceNames names = new ResourceNames(settings.clusterId(), settings.clusterDomain());
        Informer<ServiceView> services = informers.create(
                SERVICES, ServiceView::of, Map.of(BY_LOAD_BALANCER, (key, view) -> List.of(loadBalancer(view, names))));
        Informer<WorkloadView> replicaSets =
                informers.create("apps/replicasets", object -> WorkloadView.ofReplicaSet(object, names), Map.of());
        Informer<WorkloadView> pods = informers.create("pods", object -> WorkloadView.ofPod(object, names), Map.of());
        WorkQueue queue = manager.register(
                new ServiceReconciler(
                        replicaSets,
                        pods,
                        client,
                        new ServiceEvents(events),
                        deployer,
                        records,
                        new ServiceModelBuilder(settings)),
                WORKERS);
        ServiceController controller = new ServiceController(services, deployer, queue);
        services.onChange((key, before, after) -> queue.add(key));
        replicaSets.onChange((key, before, after) -> controller.workloadChanged(key, before, after));
        pods.onChange((key, before, after) -> controller.workloadChanged(key, before, after));
        // A Service that was deleted just before the server ended is in no informer, but in the records.
        records.list().stream()
                .map(StackRecord::id)
                .filter(ServiceController::isServiceStack)
                .forEach(id -> queue.add(keyOf(id)));
        return controller;
    }

    private static String loadBalancer(ServiceView service, ResourceNames names) {
        return names.loadBalancer(service.key().namespace(), service.key().name(), service.uid());
    }

    static boolean isServiceStack(StackId id) {
        return id.kind().equals(KIND);
    }

    static ObjectKey keyOf(StackId id) {
        return new ObjectKey(SERVICES, id.namespace(), id.name());
    }

    /** Takes the names that a notice of the cloud carries; an empty set means that anything may have changed. */
    public void cloudChanged(Set<String> names) {
        if (names.isEmpty()) {
            deployer.loadBalancers().invalidateAll();
            services.all().forEach(service -> queue.add(service.key()));
        }
        for (String name : names) {
            for (ServiceView service : services.byIndex(BY_LOAD_BALANCER, name)) {
                deployer.loadBalancers().invalidate(name);
                queue.add(service.key());
            }
        }
    }

    /** A workload concerns the Services that select it now, and those that did before. */
    private void workloadChanged(ObjectKey key, @Nullable WorkloadView before, @Nullable WorkloadView after) {
        for (ServiceView service : services.in(key.namespace())) {
            if (before != null && service.selects(before.labels())
                    || after != null && service.selects(after.labels())) {
                queue.add(service.key());
            }
        }
    }
}
