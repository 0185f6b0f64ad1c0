package io.i2kit.apiserver.http.rest;

import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.NodeProxy;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
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

    private final NodeProxy nodes;

    PodLogs(NodeProxy nodes) {
        this.nodes = nodes;
    }

    Answer handle(ObjectNode pod, ApiRequest request) {
        PodLogOptions options = PodLogOptions.of(Meta.name(pod), request);
        String container = PodContainers.choose(pod, options.container());
        if (pod.path("spec").path("nodeName").asString("").isEmpty()) {
            return new Answer.Whole(200, CONTENT_TYPE, new byte[0]);
        }
        requireStarted(pod, container, options.previous());
        return MessageStream.isAskedFor(request)
                ? MessageStream.ofBytes(request, () -> open(pod, container, options))
                : open(pod, container, options);
    }

    private Answer.Stream open(ObjectNode pod, String container, PodLogOptions options) {
        InputStream log = nodes.containerLogs(pod, container, options.parameters());
        return new Answer.Stream(CONTENT_TYPE, sink -> copy(log, sink));
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
        String why = switch (reason) {
            case "ErrImagePull" -> "image can't be pulled";
            case "ImagePullBackOff" -> "trying and failing to pull image";
            default -> reason;
        };
        throw ApiException.badRequest(what + " is waiting to start: " + why);
    }

    private static JsonNode status(ObjectNode pod, String container) {
        for (String field : List.of("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses")) {
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
            sink.end();
        } catch (IOException e) {
            // The machine went away, or the client did, to whom nothing more is said.
            LOG.debug("a container's log broke off", e);
            sink.abort();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            sink.abort();
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
