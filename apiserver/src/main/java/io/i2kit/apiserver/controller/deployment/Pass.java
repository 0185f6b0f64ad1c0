package io.i2kit.apiserver.controller.deployment;

import io.i2kit.apiserver.controller.EventRecorder;
import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.registry.ObjectClient;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/** One pass over a Deployment: the Deployment as last read or written, and the ways to write it. */
final class Pass {
    private static final String COMPONENT = "deployment-controller";

    private final ObjectClient client;
    private final EventRecorder recorder;
    private final InstantSource clock;
    private DeploymentView deployment;

    Pass(ObjectClient client, EventRecorder recorder, InstantSource clock, DeploymentView deployment) {
        this.client = client;
        this.recorder = recorder;
        this.clock = clock;
        this.deployment = deployment;
    }

    ObjectClient client() {
        return client;
    }

    DeploymentView deployment() {
        return deployment;
    }

    Instant now() {
        return clock.instant();
    }

    /** @param type {@code Normal} or {@code Warning} */
    void event(String type, String reason, String message) {
        recorder.event(deployment.key(), deployment.tree(), type, reason, message, COMPONENT);
    }

    /** Writes status, and annotations with it, as upstream's UpdateStatus does. */
    void updateStatus(Consumer<ObjectNode> change) {
        update("status", change);
    }

    /**
     * Writes the Deployment.
     *
     * @param subresource empty or {@code status}
     * @throws ApiException Conflict when it is no longer the one that this pass judged
     */
    void update(String subresource, Consumer<ObjectNode> change) {
        ObjectNode stored = client.modify(deployment.key(), subresource, fresh -> {
            if (fresh == null
                    || !FieldPaths.text(fresh, "metadata.resourceVersion").equals(deployment.resourceVersion())) {
                return null;
            }
            change.accept(fresh);
            return fresh;
        });
        if (stored == null) {
            throw ApiException.conflict("apps", "deployments", deployment.name(), ApiException.MODIFIED);
        }
        deployment = new DeploymentView(deployment.key(), stored);
    }
}
