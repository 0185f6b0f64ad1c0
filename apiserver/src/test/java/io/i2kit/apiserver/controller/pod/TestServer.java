package io.i2kit.apiserver.controller.pod;

import io.i2kit.apiserver.controller.ControllerManager;
import io.i2kit.apiserver.controller.EventRecorder;
import io.i2kit.apiserver.controller.deployment.DeploymentController;
import io.i2kit.apiserver.controller.replicaset.ReplicaSetController;
import io.i2kit.apiserver.informer.InformerFactory;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.registry.StandardRegistry;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.Storage;
import io.i2kit.cloud.agent.GuestClient;
import io.i2kit.cloud.model.Architecture;
import io.i2kit.cloud.provider.Cloud;
import io.i2kit.translator.ClusterSettings;
import io.i2kit.translator.ClusterSettings.Footprint;
import io.i2kit.translator.ClusterSettings.MachineBase;
import io.i2kit.translator.ContainerImage;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.KeyManager;
import tools.jackson.databind.node.ObjectNode;

/** One life of a server over a store and a cloud that outlive it: Deployment, ReplicaSet, machine and status controllers. */
final class TestServer implements AutoCloseable, EventRecorder {
    /** Every image is there and small. */
    static final ImageLookup IMAGES = (container, image, policy, secrets, architecture) -> new ContainerImage(
            container, image, image + "@sha256:1", List.of(), List.of("run"), List.of(), "", "", "", 1 << 20);

    private final ControllerManager manager = new ControllerManager(Duration.ofSeconds(10));
    private final InformerFactory informers;
    private final PodControllers controllers;
    private final Cloud cloud;
    private final GuestClient noGuests;
    final ObjectClient client;
    /** {@code kind/name reason: message}. */
    final Queue<String> events = new ConcurrentLinkedQueue<>();

    TestServer(Storage storage, Cloud cloud, GuestWatches.StatusSource guests, ImageLookup images)
            throws GeneralSecurityException {
        this.cloud = cloud;
        client = StandardRegistry.open(storage, Clock.systemUTC()).objects();
        informers = new InformerFactory(storage);
        noGuests = new GuestClient(new KeyManager[0]);
        ClusterSettings settings = new ClusterSettings(
                "c1",
                "cluster.local",
                List.of(),
                Architecture.AMD64,
                "ca",
                Map.of(Architecture.AMD64, new MachineBase("kernel", "", List.of(), "1", Footprint.BUILTIN)));
        Clock clock = Clock.systemUTC();
        DeploymentController.register(manager, informers, client, this, clock);
        ReplicaSetController.register(manager, informers, client, this, clock);
        controllers = new PodControllers(
                new PodControllers.Frame(manager, informers, client, this, clock),
                new PodControllers.CloudSide(
                        cloud, new StoredStackRecords(storage), images, noGuests, AgentSecrets.of(storage), settings),
                guests);
        informers.start();
        manager.start();
    }

    /** Dies: nothing is ended in order. */
    @Override
    public void close() {
        if (cloud instanceof FakeCloud fake) {
            fake.forgetListeners();
        }
        manager.close();
        controllers.close();
        informers.close();
        noGuests.close();
    }

    @Override
    public void event(ObjectKey key, ObjectNode about, String type, String reason, String message, String component) {
        events.add(key.resource() + "/" + key.name() + " " + reason + ": " + message);
    }
}
