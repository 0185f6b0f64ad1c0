package io.i2kit.apiserver.http.rest;

import io.i2kit.apiserver.openapi.GroupVersionKind;
import io.i2kit.apiserver.patch.StrictDecoder.Decoded;
import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.Change;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.NodeProxy;
import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.ResourceTable;
import io.i2kit.apiserver.registry.Store;
import io.i2kit.apiserver.registry.WriteOptions;
import io.i2kit.apiserver.storage.ObjectKey;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Subresources that act instead of showing a part of an object: {@code log}, {@code eviction}, {@code binding} … */
public final class PodSubresources {
    /** What is known and refused, with the reason. */
    private static final Map<String, String> UNSERVED =
            Map.of("proxy", "is not served: a node is a zone and a machine type here, and has no server of its own");

    private static final Set<String> PROXIED = Set.of("pods", "services");
    private static final Set<String> SERVED = Set.of("log", "eviction", "binding", "exec", "attach", "portforward");

    private final Store store;
    private final WriteBodies bodies;
    private final PodLogs logs;
    private final Evictions evictions;
    private final PodStreams streams;
    private final PortProxy proxy;

    public PodSubresources(Store store, ResourceTable table, WriteBodies bodies, NodeProxy nodes) {
        this.store = store;
        this.bodies = bodies;
        this.logs = new PodLogs(nodes);
        this.evictions = new Evictions(store);
        this.streams = new PodStreams(nodes);
        this.proxy = new PortProxy(nodes, new ProxyTargets(store, table));
    }

    boolean serves(ResourceDefinition definition, String subresource) {
        return UNSERVED.containsKey(subresource)
                || definition.names().plural().equals("pods") && SERVED.contains(subresource);
    }

    Answer handle(ResourceDefinition definition, RequestInfo info, ApiRequest request) {
        RequestInfo.Target target = info.target();
        ObjectKey key = definition.key(target.namespace(), target.name());
        String subresource = target.subresource();
        boolean allowed = Objects.requireNonNull(definition.subresource(subresource))
                .verbs()
                .contains(info.verb());
        if (!allowed) {
            throw new ApiException(
                    405, "MethodNotAllowed", "the server does not allow this method on the requested resource", null);
        }
        if (info.isProxied() && PROXIED.contains(target.resource())) {
            return proxy.handle(target, request);
        }
        return switch (subresource) {
            case "log" -> logs.handle(pod(definition, key), request);
            case "exec" -> streams.exec(pod(definition, key), request);
            case "attach" -> streams.attach(pod(definition, key), request);
            case "portforward" -> streams.portForward(pod(definition, key), request);
            case "eviction" -> evict(definition, key, request);
            case "binding" -> bind(definition, key, request);
            default ->
                throw new ApiException(
                        501,
                        "NotImplemented",
                        definition.names().plural() + "/" + subresource + " "
                                + Objects.requireNonNull(UNSERVED.get(subresource)),
                        null);
        };
    }

    private ObjectNode pod(ResourceDefinition definition, ObjectKey key) {
        return Json.parse(store.get(definition, key).json());
    }

    private Answer evict(ResourceDefinition definition, ObjectKey key, ApiRequest request) {
        Decoded body = bodies.object(request, new GroupVersionKind("policy", "v1", "Eviction"), "CreateOptions");
        Deletions.Request deletion = Deletions.of(body.object().path("deleteOptions"));
        boolean dryRun = deletion.dryRun()
                || WriteBodies.options(request, "CreateOptions").dryRun();
        evictions.take(Json.parse(store.get(definition, key).json()), dryRun);
        store.delete(definition, key, deletion.options(), dryRun, List.of());
        return new Answer.Whole(
                201, "application/json", List.of(Json.bytes(Statuses.created())), Map.of(), body.warnings());
    }

    private Answer bind(ResourceDefinition definition, ObjectKey key, ApiRequest request) {
        Decoded body = bodies.object(request, new GroupVersionKind("", "v1", "Binding"), "CreateOptions");
        String node = body.object().path("target").path("name").asString("");
        if (node.isEmpty()) {
            throw ApiException.badRequest("a binding names its node in target.name");
        }
        WriteOptions options = WriteBodies.options(request, "CreateOptions");
        Change change = current -> bound(Objects.requireNonNull(current), node, body.object());
        store.update(definition, key, "binding", change, options);
        return new Answer.Whole(
                201, "application/json", List.of(Json.bytes(Statuses.created())), Map.of(), body.warnings());
    }

    private static ObjectNode bound(ObjectNode pod, String node, ObjectNode binding) {
        String present = pod.path("spec").path("nodeName").asString("");
        if (!present.isEmpty()) {
            throw ApiException.conflict(
                    "",
                    "pods/binding",
                    Meta.name(pod),
                    "pod " + Meta.name(pod) + " is already assigned to node \"" + present + "\"");
        }
        if (pod.get("spec") instanceof ObjectNode spec) {
            spec.put("nodeName", node);
        }
        JsonNode annotations = binding.path("metadata").path("annotations");
        if (annotations instanceof ObjectNode more && !more.isEmpty()) {
            Meta.of(pod).withObjectProperty("annotations").setAll(more);
        }
        return pod;
    }
}
