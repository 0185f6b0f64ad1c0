package io.i2kit.apiserver.app;

import io.i2kit.apiserver.controller.ControllerManager;
import io.i2kit.apiserver.controller.EventRecorder;
import io.i2kit.apiserver.controller.ManagedResource;
import io.i2kit.apiserver.controller.StoredEventRecorder;
import io.i2kit.apiserver.controller.certificates.SigningController;
import io.i2kit.apiserver.controller.clusterrole.AggregationController;
import io.i2kit.apiserver.controller.deployment.DeploymentController;
import io.i2kit.apiserver.controller.disruption.DisruptionController;
import io.i2kit.apiserver.controller.endpoints.EndpointsControllers;
import io.i2kit.apiserver.controller.flowcontrol.FlowController;
import io.i2kit.apiserver.controller.garbagecollector.GarbageCollector;
import io.i2kit.apiserver.controller.namespace.NamespaceController;
import io.i2kit.apiserver.controller.quota.QuotaController;
import io.i2kit.apiserver.controller.replicaset.ReplicaSetController;
import io.i2kit.apiserver.controller.serviceaccount.TokenSecretsController;
import io.i2kit.apiserver.controller.servicecidr.ServiceCidrController;
import io.i2kit.apiserver.informer.InformerFactory;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.Support;
import io.i2kit.apiserver.registry.flowcontrol.FlowControlResources;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The controllers that know objects only, and the frame that all controllers of a server run in. */
final class ObjectControllers implements AutoCloseable {
    private static final Duration STOP = Duration.ofSeconds(5);

    private final ControllerManager manager = new ControllerManager(STOP);
    private final InformerFactory informers;
    private final ObjectClient client;
    private final StoredEventRecorder events;

    /** What a controller is registered with. */
    record Frame(ControllerManager manager, InformerFactory informers, ObjectClient client, EventRecorder events) {}

    /** Registers them; nothing runs until {@link #start}. */
    ObjectControllers(ApiFront front) {
        client = front.registry().objects();
        informers = new InformerFactory(front.storage());
        events = new StoredEventRecorder(client, Clock.systemUTC());
        register(front);
    }

    private void register(ApiFront front) {
        Clock clock = Clock.systemUTC();
        String authority = front.authority().certificatePem();
        List<ManagedResource> resources = managedResources(front);
        DeploymentController.register(manager, informers, client, events, clock);
        ReplicaSetController.register(manager, informers, client, events, clock);
        DisruptionController.register(manager, informers, client, events, clock);
        EndpointsControllers.register(manager, informers, client);
        GarbageCollector.register(manager, informers, client, events, resources);
        AggregationController.register(manager, informers, client);
        QuotaController.register(manager, informers, client, clock);
        ServiceCidrController.register(manager, informers, client, clock);
        TokenSecretsController.register(
                manager, informers, client, front.server().accountTokens()::legacy, authority);
        SigningController.register(manager, informers, client, front.authority()::sign);
        if (front.registry().table().stored(FlowControlResources.SCHEMAS).support() != Support.LISTED) {
            FlowController.register(manager, informers, client, clock);
        }
        NamespaceController.register(manager, informers, client, clock, authority, resources);
    }

    private static List<ManagedResource> managedResources(ApiFront front) {
        List<ManagedResource> resources = new ArrayList<>();
        for (ResourceDefinition definition : front.registry().table().all()) {
            if (definition.view() == null && definition.isStored()) {
                resources.add(new ManagedResource(
                        definition.storedResource(),
                        definition.names().apiVersion(),
                        definition.names().kind(),
                        definition.namespaced()));
            }
        }
        return resources;
    }

    /** Where further controllers are registered, before {@link #start}. */
    Frame frame() {
        return new Frame(manager, informers, client, events);
    }

    /** Runs all that are registered. */
    void start() {
        informers.start();
        manager.start();
    }

    /** How each controller fares. */
    List<ControllerManager.Metrics> metrics() {
        return manager.metrics();
    }

    /** From here on nothing is reconciled; what the controllers read and write with is still open. */
    void endReconciling() {
        manager.close();
    }

    @Override
    public void close() {
        manager.close();
        informers.close();
        events.close();
    }
}
