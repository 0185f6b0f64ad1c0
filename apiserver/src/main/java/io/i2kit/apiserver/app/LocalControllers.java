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
import io.i2kit.translator.ClusterSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The cloud, the image builder and the controllers of one server. */
final class LocalControllers implements AutoCloseable {
    private static final String DOMAIN = "cluster.local";

    private final ArchitectureImages images;
    private final MachineCloud machines;
    private final GuestClient guests;
    private final ObjectControllers objects;
    private final PodControllers pods;
    private final ImageCollection collection;
    private final Optional<BackupSchedule> backups;

    private LocalControllers(LocalServer.Options options, ApiFront front) throws IOException, GeneralSecurityException {
        AtomicReference<@Nullable MachineCloud> notified = new AtomicReference<>();
        images = new ArchitectureImages(options.images(), names -> {
            MachineCloud target = notified.get();
            if (target != null) {
                names.forEach(target::imageChanged);
            }
        });
        machines = options.machines().open(options.data(), images, ClusterIdentity.of(front.storage()));
        notified.set(machines);
        guests = new GuestClient(GuestIdentity.of(front.authority()));
        objects = new ObjectControllers(front);
        pods = registerCloud(front, objects);
        String cluster = ClusterIdentity.of(front.storage());
        backups =
                machines.backups().map(target -> new BackupSchedule(front.storage(), cluster, options.data(), target));
        collection =
                new ImageCollection(images.usual(), machines, new StoredStackRecords(front.storage()), options.data());
    }

    /** Returns once the cloud answers and the controllers run. */
    static LocalControllers start(LocalServer.Options options, ApiFront front) {
        try {
            LocalControllers controllers = new LocalControllers(options, front);
            controllers.machines.start();
            controllers.objects.start();
            controllers.collection.start();
            controllers.backups.ifPresent(BackupSchedule::start);
            List.of("controller-manager", "scheduler")
                    .forEach(name -> front.server().components().add(name, () -> {}));
            return controllers;
        } catch (IOException | UncheckedIOException | GeneralSecurityException e) {
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
                machines.nameservers(),
                images.architecture(),
                front.authority().certificatePem(),
                MachineBases.of(images, machines.architectures()));
        ServiceController services = ServiceController.register(
                frame.manager(),
                frame.informers(),
                frame.client(),
                frame.events(),
                new StackDeployer(machines.cloud(), records),
                records,
                settings);
        machines.cloud().onChange(services::cloudChanged);
        return PodControllers.register(
                new PodControllers.Frame(
                        frame.manager(), frame.informers(), frame.client(), frame.events(), Clock.systemUTC()),
                new PodControllers.CloudSide(
                        machines.cloud(),
                        records,
                        new RegistryImages(images.usual().resolver()),
                        guests,
                        AgentSecrets.of(front.storage()),
                        settings));
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
        backups.ifPresent(BackupSchedule::close);
        machines.close();
        guests.close();
        images.close();
    }
}
