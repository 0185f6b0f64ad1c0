package io.i2kit.apiserver.http.rest;

import io.i2kit.apiserver.http.proxy.ProxyName;
import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.ResourceTable;
import io.i2kit.apiserver.registry.Store;
import io.i2kit.apiserver.storage.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which Pod's port a proxied URL means: {@code pkg/registry/core/pod/strategy.go} and {@code pkg/registry/core/service/storage} of
 * Kubernetes, ResourceLocation.
 */
final class ProxyTargets {
    private static final int PLAIN_PORT = 80;
    private static final int SECURE_PORT = 443;
    private static final int MAX_PORT = 65535;

    private final Store store;
    private final ResourceTable table;

    ProxyTargets(Store store, ResourceTable table) {
        this.store = store;
        this.table = table;
    }

    /** @param host the Pod's address and port, for the request's head */
    record Found(ProxyName name, ObjectNode pod, int port, String host) {}

    /** @throws ApiException BadRequest, NotFound, or ServiceUnavailable when nothing is behind a Service */
    Found find(RequestInfo.Target target) {
        boolean service = target.resource().equals("services");
        ProxyName name = ProxyName.parse(target.name())
                .orElseThrow(() -> ApiException.badRequest(
                        "invalid " + (service ? "service" : "pod") + " request \"" + target.name() + "\""));
        return service ? behindService(target, name) : ofPod(target, name);
    }

    private Found ofPod(RequestInfo.Target target, ProxyName name) {
        ObjectNode pod = get("pods", target.namespace(), name.name());
        int port = name.port().isEmpty() ? firstPort(pod, name) : number(name.port());
        if (port < 1 || port > MAX_PORT) {
            throw ApiException.badRequest("invalid pod request \"" + target.name() + "\"");
        }
        return found(name, pod, port);
    }

    private static Found found(ProxyName name, ObjectNode pod, int port) {
        return new Found(name, pod, port, pod.path("status").path("podIP").asString("") + ":" + port);
    }

    private static int firstPort(ObjectNode pod, ProxyName name) {
        for (JsonNode container : pod.path("spec").path("containers")) {
            JsonNode ports = container.path("ports");
            if (!ports.isEmpty()) {
                return ports.path(0).path("containerPort").asInt(0);
            }
        }
        return name.secure() ? SECURE_PORT : PLAIN_PORT;
    }

    private Found behindService(RequestInfo.Target target, ProxyName name) {
        ObjectNode service = get("services", target.namespace(), name.name());
        String port = portName(service, name);
        List<Found> ready = new ArrayList<>();
        for (JsonNode subset : get("endpoints", target.namespace(), name.name()).path("subsets")) {
            int number = portOf(subset, port);
            for (JsonNode address : subset.path("addresses")) {
                JsonNode pod = address.path("targetRef");
                if (number > 0 && pod.path("kind").asString("").equals("Pod")) {
                    ready.add(found(
                            name,
                            get("pods", target.namespace(), pod.path("name").asString("")),
                            number));
                }
            }
        }
        if (ready.isEmpty()) {
            throw ApiException.unavailable("no endpoints available for service \"" + target.name() + "\"");
        }
        return ready.get(ThreadLocalRandom.current().nextInt(ready.size()));
    }

    /** Of a port that was asked for by its number; a name is one already. */
    private static String portName(ObjectNode service, ProxyName name) {
        int number = number(name.port());
        if (number < 0) {
            return name.port();
        }
        for (JsonNode port : service.path("spec").path("ports")) {
            if (port.path("port").asInt() == number) {
                return port.path("name").asString("");
            }
        }
        throw ApiException.unavailable("no service port " + number + " found for service \"" + name.name() + "\"");
    }

    private static int portOf(JsonNode subset, String name) {
        for (JsonNode port : subset.path("ports")) {
            if (port.path("name").asString("").equals(name)) {
                return port.path("port").asInt(0);
            }
        }
        return 0;
    }

    private ObjectNode get(String plural, String namespace, String name) {
        ResourceDefinition definition = table.stored(plural);
        return Json.parse(
                store.get(definition, new ObjectKey(plural, namespace, name)).json());
    }

    private static int number(String text) {
        return text.matches("\\d{1,5}") ? Integer.parseInt(text) : -1;
    }
}
