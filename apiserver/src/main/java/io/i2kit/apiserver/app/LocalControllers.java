package io.i2kit.apiserver.app;

import io.i2kit.apiserver.controller.ControllerManager;
import io.i2kit.apiserver.controller.ManagedResource;
import io.i2kit.apiserver.controller.StoredEventRecorder;
import io.i2kit.apiserver.controller.clusterrole.AggregationController;
import io.i2kit.apiserver.controller.deployment.DeploymentController;
import io.i2kit.apiserver.controller.endpoints.EndpointsControllers;
import io.i2kit.apiserver.controller.garbagecollector.GarbageCollector;
import io.i2kit.apiserver.controller.namespace.NamespaceController;
import io.i2kit.apiserver.controller.pod.AgentSecrets;
import io.i2kit.apiserver.controller.pod.PodControllers;
import io.i2kit.apiserver.controller.pod.RegistryImages;
import io.i2kit.apiserver.controller.pod.StoredStackRecords;
import io.i2kit.apiserver.controller.quota.QuotaController;
import io.i2kit.apiserver.controller.replicaset.ReplicaSetController;
import io.i2kit.apiserver.controller.service.ServiceController;
import io.i2kit.apiserver.controller.serviceaccount.TokenSecretsController;
import io.i2kit.apiserver.informer.InformerFactory;
import io.i2kit.apiserver.registry.NodeProxy;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.Support;
import io.i2kit.apiserver.storage.Storage;
import io.i2kit.cloud.agent.GuestClient;
import io.i2kit.cloud.deploy.StackDeployer;
import io.i2kit.cloud.deploy.StackRecords;
import io.i2kit.cloud.image.Images;
import io.i2kit.cloud.local.DaemonCommand;
import io.i2kit.cloud.local.LocalCloud;
import io.i2kit.cloud.local.LocalCloudOptions;
import io.i2kit.cloud.model.Architecture;
import io.i2kit.translator.ClusterSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The embedded cloud, the image builder and the controllers of one server. */
final class LocalControllers implements AutoCloseable {
    private static final Duration CLOUD_START = Duration.ofSeconds(30);
    private static final Duration STOP = Duration.ofSeconds(5);
    private static final String DOMAIN = "cluster.local";
    private static final String NAMESERVER = "10.96.0.10";

    private final Images images;
    private final LocalCloud cloud;
    private final GuestClient guests;
    private final ControllerManager manager = new ControllerManager(STOP);
    private final InformerFactory informers;
    private final StoredEventRecorder events;
    private final PodControllers pods;
    private final ImageCollection collection;

    private LocalControllers(LocalServer.Options options, ApiFront front) throws IOException, GeneralSecurityException {
        Storage storage = front.storage();
        ObjectClient client = front.registry().objects();
        AtomicReference<@Nullable LocalCloud> notified = new AtomicReference<>();
        images = Images.open(options.images(), names -> {
            LocalCloud target = notified.get();
            if (target != null) {
                names.forEach(target::imageChanged);
            }
        });
        cloud = new LocalCloud(cloudOptions(options), images.builder());
        notified.set(cloud);
        guests = new GuestClient(GuestIdentity.of(front.authority()));
        informers = new InformerFactory(storage);
        events = new StoredEventRecorder(client, Clock.systemUTC());
        registerKubernetes(front, client);
        pods = registerCloud(front, client);
        collection = new ImageCollection(images, new StoredStackRecords(storage), options.data());
    }

    /** Returns once the cloud answers and the controllers run. */
    static LocalControllers start(LocalServer.Options options, ApiFront front) {
        try {
            LocalControllers controllers = new LocalControllers(options, front);
            controllers.cloud.start();
            controllers.informers.start();
            controllers.manager.start();
            controllers.collection.start();
            return controllers;
        } catch (IOException | GeneralSecurityException e) {
            throw new UserError(e.getMessage() == null ? e.toString() : e.getMessage(), e);
        }
    }

    NodeProxy nodes() {
        return pods.nodeProxy();
    }

    /** Controllers that know objects only. */
    private void registerKubernetes(ApiFront front, ObjectClient client) {
        Clock clock = Clock.systemUTC();
        List<ManagedResource> resources = managedResources(front);
        DeploymentController.register(manager, informers, client, events, clock);
        ReplicaSetController.register(manager, informers, client, events, clock);
        EndpointsControllers.register(manager, informers, client);
        GarbageCollector.register(manager, informers, client, events, resources);
        AggregationController.register(manager, informers, client);
        QuotaController.register(manager, informers, client, clock);
        TokenSecretsController.register(
                manager,
                informers,
                client,
                front.server().accountTokens()::legacy,
                front.authority().certificatePem());
        NamespaceController.register(
                manager, informers, client, clock, front.authority().certificatePem(), resources);
    }

    /** Controllers that drive the cloud. */
    private PodControllers registerCloud(ApiFront front, ObjectClient client) {
        StackRecords records = new StoredStackRecords(front.storage());
        ClusterSettings settings = new ClusterSettings(
                ClusterIdentity.of(front.storage()),
                DOMAIN,
                List.of(NAMESERVER),
                Architecture.AMD64,
                front.authority().certificatePem(),
                MachineBases.of(images));
        ServiceController services = ServiceController.register(
                manager, informers, client, events, new StackDeployer(cloud, records), records, settings);
        cloud.onChange(services::cloudChanged);
        return PodControllers.register(
                new PodControllers.Frame(manager, informers, client, events, Clock.systemUTC()),
                new PodControllers.CloudSide(
                        cloud,
                        records,
                        new RegistryImages(images.resolver()),
                        guests,
                        AgentSecrets.of(front.storage()),
                        settings));
    }

    private static LocalCloudOptions cloudOptions(LocalServer.Options options) {
        Path data = options.data().root();
        List<String> more = options.machineMemoryMebibytes() == 0
                ? List.of()
                : List.of("--memory", Long.toString(options.machineMemoryMebibytes()));
        return new LocalCloudOptions(
                data, DaemonCommand.java(data, DataFolder.cache().resolve("images"), more), CLOUD_START);
    }

    private static List<ManagedResource> managedResources(ApiFront front) {
        List<ManagedResource> resources = new ArrayList<>();
        for (ResourceDefinition definition : front.registry().table().all()) {
            if (definition.view() == null && definition.support() != Support.REVIEW) {
                String group = definition.names().group();
                String version = definition.names().version();
                resources.add(new ManagedResource(
                        definition.storedResource(),
                        group.isEmpty() ? version : group + "/" + version,
                        definition.names().kind(),
                        definition.namespaced()));
            }
        }
        return resources;
    }

    /** Ends the controllers; the cloud and its machines run on. */
    /** How each controller fares. */
    List<ControllerManager.Metrics> metrics() {
        return manager.metrics();
    }

    @Override
    public void close() {
        collection.close();
        manager.close();
        pods.close();
        informers.close();
        events.close();
        cloud.close();
        guests.close();
        images.close();
    }
}
