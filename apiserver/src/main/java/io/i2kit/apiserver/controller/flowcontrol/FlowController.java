package io.i2kit.apiserver.controller.flowcontrol;

import io.i2kit.apiserver.controller.ControllerManager;
import io.i2kit.apiserver.controller.Reconciler;
import io.i2kit.apiserver.controller.Result;
import io.i2kit.apiserver.controller.WorkQueue;
import io.i2kit.apiserver.informer.Informer;
import io.i2kit.apiserver.informer.InformerFactory;
import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.registry.StatusConditions;
import io.i2kit.apiserver.registry.flowcontrol.FlowBootstrap;
import io.i2kit.apiserver.registry.flowcontrol.FlowControlResources;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.StoredObject;
import java.time.Clock;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code pkg/registry/flowcontrol/ensurer} for the objects that every cluster has, and the condition {@code Dangling} of
 * {@code k8s.io/apiserver/pkg/util/flowcontrol/apf_controller.go}.
 */
public final class FlowController implements Reconciler {
    private static final int WORKERS = 1;

    private final ObjectClient client;
    private final Clock clock;

    FlowController(ObjectClient client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    /** Registers the controller; it runs when the manager and the informers are started. */
    public static void register(
            ControllerManager manager, InformerFactory informers, ObjectClient client, Clock clock) {
        WorkQueue queue = manager.register(new FlowController(client, clock), WORKERS);
        Informer<Flow> schemas = informers.create(FlowControlResources.SCHEMAS, Flow::of, Map.of());
        schemas.onChange((key, before, after) -> queue.add(key));
        informers
                .create(FlowControlResources.LEVELS, StoredObject::revision, Map.of())
                .onChange((key, before, after) -> {
                    queue.add(key);
                    if (before == null || after == null) {
                        schemas.in("").stream()
                                .filter(schema -> schema.level().equals(key.name()))
                                .forEach(schema -> queue.add(schema.key()));
                    }
                });
    }

    /** A FlowSchema and the level that it names. */
    private record Flow(ObjectKey key, String level, long revision) {
        static Flow of(StoredObject stored) {
            return new Flow(stored.key(), levelOf(Json.parse(stored.json())), stored.revision());
        }
    }

    private static String levelOf(JsonNode schema) {
        return FieldPaths.text(schema, "spec.priorityLevelConfiguration.name");
    }

    @Override
    public String name() {
        return "flowcontrol";
    }

    @Override
    public Result reconcile(ObjectKey key) {
        ObjectNode object = client.get(key);
        if (object == null) {
            restore(key);
            return Result.DONE;
        }
        if (Meta.isDeleting(object)) {
            return Result.DONE;
        }
        client.modify(key, "", current -> {
            if (current != null) {
                FlowBootstrap.revise(key.resource(), current);
            }
            return current;
        });
        if (key.resource().equals(FlowControlResources.SCHEMAS)) {
            client.modify(key, "status", current -> {
                if (current != null) {
                    dangling(current);
                }
                return current;
            });
        }
        return Result.DONE;
    }

    private void restore(ObjectKey key) {
        ObjectNode wanted = FlowBootstrap.find(key.resource(), key.name());
        if (wanted != null) {
            client.createUnlessThere(key.resource(), "", wanted);
        }
    }

    private void dangling(ObjectNode schema) {
        String level = levelOf(schema);
        boolean found = client.get(new ObjectKey(FlowControlResources.LEVELS, "", level)) != null;
        String names = "This FlowSchema references the PriorityLevelConfiguration object named \"" + level + "\"";
        String message = names + (found ? " and it exists" : " but there is no such object");
        StatusConditions.set(schema, "Dangling", !found, found ? "Found" : "NotFound", message, clock.instant());
    }
}
