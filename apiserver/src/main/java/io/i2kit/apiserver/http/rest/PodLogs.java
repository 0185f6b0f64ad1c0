package io.i2kit.apiserver.http.rest;

import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.NodeProxy;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code pods/log}: {@code k8s.io/kubernetes/pkg/registry/core/pod/strategy.go} LogLocation, then the guest's own log. */
final class PodLogs {
    private static final Logger LOG = LoggerFactory.getLogger(PodLogs.class);
    private static final String CONTENT_TYPE = "text/plain";
    private static final int CHUNK_BYTES = 16 * 1024;
    private static final Set<String> PARAMETERS = Set.of(
            "follow", "previous", "sinceSeconds", "sinceTime", "timestamps", "tailLines", "limitBytes", "stream");

    private final NodeProxy nodes;

    PodLogs(NodeProxy nodes) {
        this.nodes = nodes;
    }

    Answer handle(ObjectNode pod, ApiRequest request) {
        String container = PodContainers.choose(pod, request.parameter("container"));
        if (pod.path("spec").path("nodeName").asString("").isEmpty()) {
            return new Answer.Whole(200, CONTENT_TYPE, new byte[0]);
        }
        requireStarted(pod, container, request.flag("previous"));
        Map<String, String> parameters = new HashMap<>();
        PARAMETERS.stream()
                .filter(request.query()::containsKey)
                .forEach(name -> parameters.put(name, request.parameter(name)));
        InputStream log = nodes.containerLogs(pod, container, parameters);
        return new Answer.Stream(CONTENT_TYPE, List.of(), sink -> copy(log, sink));
    }

    /** The kubelet's texts ({@code pkg/kubelet/kubelet_pods.go}, validateContainerLogStatus). */
    private static void requireStarted(ObjectNode pod, String container, boolean previous) {
        String what = "container \"" + container + "\" in pod \"" + Meta.name(pod) + "\"";
        JsonNode status = status(pod, container);
        boolean terminatedBefore = status.path("lastState").path("terminated").isObject();
        if (previous) {
            if (!terminatedBefore) {
                throw ApiException.badRequest("previous terminated container \"" + container + "\" in pod \""
                        + Meta.name(pod) + "\" not found");
            }
            return;
        }
        JsonNode state = status.path("state");
        if (state.path("running").isObject() || state.path("terminated").isObject() || terminatedBefore) {
            return;
        }
        String reason = state.path("waiting").path("reason").asString("ContainerCreating");
        boolean image = reason.equals("ErrImagePull") || reason.equals("ImagePullBackOff");
        throw ApiException.badRequest(
                image
                        ? what + " is waiting to start: trying and failing to pull image"
                        : what + " is waiting to start: " + reason);
    }

    private static JsonNode status(ObjectNode pod, String container) {
        for (String field : List.of("containerStatuses", "initContainerStatuses")) {
            for (JsonNode status : pod.path("status").path(field)) {
                if (status.path("name").asString("").equals(container)) {
                    return status;
                }
            }
        }
        return pod.path("status").path("containerStatuses").path("none");
    }

    /** Copies until the log ends or the client goes away; waits while the client reads slowly. */
    private static void copy(InputStream log, Answer.Sink sink) {
        byte[] chunk = new byte[CHUNK_BYTES];
        Semaphore room = new Semaphore(0);
        sink.onClose(() -> {
            close(log);
            room.release();
        });
        try (log) {
            for (int read = log.read(chunk); read >= 0; read = log.read(chunk)) {
                sink.write(Arrays.copyOf(chunk, read));
                if (sink.isFull()) {
                    sink.onDrain(room::release);
                    room.acquire();
                }
            }
        } catch (IOException e) {
            LOG.debug("a container's log ended", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sink.end();
        }
    }

    private static void close(InputStream log) {
        try {
            log.close();
        } catch (IOException e) {
            LOG.debug("a container's log did not close", e);
        }
    }
}
