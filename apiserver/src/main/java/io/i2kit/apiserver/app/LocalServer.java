package io.i2kit.apiserver.app;

import io.i2kit.apiserver.registry.NodeProxy;
import io.i2kit.apiserver.registry.NodeStream;
import io.i2kit.cloud.image.Images;
import java.io.InputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The server over its cloud: first the API, which is quick, then the controllers and the cloud, which take longer. */
final class LocalServer implements AutoCloseable {
    private final Options options;
    private final ApiFront front;
    private final LateNodes nodes;
    private @Nullable LocalControllers controllers;
    private @Nullable ObjectControllers objectControllers;

    private LocalServer(Options options, ApiFront front, LateNodes nodes) {
        this.options = options;
        this.front = front;
        this.nodes = nodes;
    }

    /**
     * What {@code up} was told.
     *
     * @param images where they come from and what builds machines of them
     * @param refuseUnsupported whether kinds that nothing acts on cannot be made
     * @param machines where they run
     */
    record Options(
            DataFolder data,
            ListenAddress listen,
            AccessFlags access,
            Images.Settings images,
            boolean refuseUnsupported,
            MachineCloud.Factory machines) {}

    /** Serves the API when it returns. */
    static LocalServer start(Options options) {
        LateNodes nodes = new LateNodes();
        ApiFront front =
                ApiFront.start(options.data(), options.listen(), options.access(), options.refuseUnsupported(), nodes);
        return new LocalServer(options, front, nodes);
    }

    /** Starts the cloud when it does not run, and everything that makes machines of objects. */
    synchronized void startControllers() {
        LocalControllers started = LocalControllers.start(options, front);
        controllers = started;
        front.server().metrics().addSource(text -> WorkQueueMetrics.write(started.metrics(), text));
        nodes.bind(started.nodes());
    }

    /** Starts what Kubernetes' controllers make of objects, but no cloud: Pods are made and stay Pending. */
    synchronized void startObjectControllers() {
        ObjectControllers started = new ObjectControllers(front);
        started.start();
        objectControllers = started;
        front.server().components().add("controller-manager", () -> {});
        front.server().metrics().addSource(text -> WorkQueueMetrics.write(started.metrics(), text));
    }

    Kubeconfig kubeconfig() {
        return front.kubeconfig();
    }

    String url() {
        return front.address().url();
    }

    /** From here on {@code /readyz} fails; the server serves still. */
    void announceEnd() {
        front.server().announceEnd();
    }

    @Override
    public synchronized void close() {
        if (controllers != null) {
            controllers.close();
        }
        if (objectControllers != null) {
            objectControllers.close();
        }
        front.close();
    }

    /** The API serves before the way to the machines is open. */
    private static final class LateNodes implements NodeProxy {
        private volatile NodeProxy target =
                NodeProxy.none("the server has just started and does not reach the machines yet");

        void bind(NodeProxy nodes) {
            target = nodes;
        }

        @Override
        public InputStream containerLogs(ObjectNode pod, String container, Map<String, String> parameters) {
            return target.containerLogs(pod, container, parameters);
        }

        @Override
        public NodeStream stream(ObjectNode pod, NodeStream.Target to) {
            return target.stream(pod, to);
        }
    }
}
