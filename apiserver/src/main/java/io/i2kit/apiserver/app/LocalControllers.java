package io.i2kit.apiserver.app;

import io.i2kit.apiserver.controller.ControllerManager;
import io.i2kit.apiserver.controller.pod.AgentSecrets;
import io.i2kit.apiserver.controller.pod.PodControllers;
import io.i2kit.apiserver.controller.pod.RegistryImages;
import io.i2kit.apiserver.controller.pod.StoredStackRecords;
import io.i2kit.apiserver.controller.service.ServiceController;
import io.i2kit.apiserver.registry.NodeProxy;
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
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The embedded cloud, the image builder and the controllers of one server. */
final class LocalControllers implements AutoCloseable {
    private static final Duration CLOUD_START = Duration.ofSeconds(30);
    private static final String DOMAIN = "cluster.local";
    private static final String NAMESERVER = "10.96.0.10";

    private final Images images;
    private final LocalCloud cloud;
    private final GuestClient guests;
    private final ObjectControllers objects;
    private final PodControllers pods;
    private final ImageCollection collection;

    private LocalControllers(LocalServer.Options options, ApiFront front) throws IOException, GeneralSecurityException {
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
        objects = new ObjectControllers(front);
        pods = registerCloud(front, objects);
        collection = new ImageCollection(images, new StoredStackRecords(front.storage()), options.data());
    }

    /** Returns once the cloud answers and the controllers run. */
    static LocalControllers start(LocalServer.Options options, ApiFront front) {
        try {
            LocalControllers controllers = new LocalControllers(options, front);
            controllers.cloud.start();
            controllers.objects.start();
            controllers.collection.start();
            return controllers;
        } catch (IOException | GeneralSecurityException e) {
            throw new UserError(e.getMessage() == null ? e.toString() : e.getMessage(), e);
        }
    }

    NodeProxy nodes() {
        return pods.nodeProxy();
    }

    /** Controllers that drive the cloud. */
    private PodControllers registerCloud(ApiFront front, ObjectControllers objects) {
        ObjectControllers.Frame frame = objects.frame();
        StackRecords records = new StoredStackRecords(front.storage());
        ClusterSettings settings = new ClusterSettings(
                ClusterIdentity.of(front.storage()),
                DOMAIN,
                List.of(NAMESERVER),
                Architecture.AMD64,
                front.authority().certificatePem(),
                MachineBases.of(images));
        ServiceController services = ServiceController.register(
                frame.manager(),
                frame.informers(),
                frame.client(),
                frame.events(),
                new StackDeployer(cloud, records),
                records,
                settings);
        cloud.onChange(services::cloudChanged);
        return PodControllers.register(
                new PodControllers.Frame(
                        frame.manager(), frame.informers(), frame.client(), frame.events(), Clock.systemUTC()),
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

    /** How each controller fares. */
    List<ControllerManager.Metrics> metrics() {
        return objects.metrics();
    }

    /** Ends the controllers; the cloud and its machines run on. */
    @Override
    public void close() {
        collection.close();
        objects.endReconciling();
        pods.close();
        objects.close();
        cloud.close();
        guests.close();
        images.close();
    }
}
