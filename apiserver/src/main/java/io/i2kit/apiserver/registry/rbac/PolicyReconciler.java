package io.i2kit.apiserver.registry.rbac;

import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.registry.ObjectClient.DeleteOptions;
import io.i2kit.apiserver.registry.rbac.BootstrapPolicy.Item;
import io.i2kit.apiserver.storage.ObjectKey;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Creates the default roles and bindings, and gives those that are there back what they lack, unless their annotation
 * {@code rbac.authorization.kubernetes.io/autoupdate} is {@code false}. What an administrator added stays
 * ({@code pkg/registry/rbac/rest/storage_rbac.go}, {@code k8s.io/component-helpers/auth/rbac/reconciliation}).
 */
public final class PolicyReconciler {
    private static final Logger LOG = LoggerFactory.getLogger(PolicyReconciler.class);

    private final ObjectClient objects;

    public PolicyReconciler(ObjectClient objects) {
        this.objects = objects;
    }

    /** Whether the store has had the policy once. */
    public boolean isPresent() {
        Item last = BootstrapPolicy.items().getLast();
        return objects.get(last.key()) != null;
    }

    /** Brings all objects up to date; those that cannot be are logged. The last one is written when the others are there. */
    public void run() {
        List<Item> items = BootstrapPolicy.items();
        List<Thread> threads = items.subList(0, items.size() - 1).stream()
                .map(item -> Thread.ofVirtual().name("rbac-policy").start(() -> reconcile(item)))
                .toList();
        try {
            for (Thread thread : threads) {
                thread.join();
            }
            reconcile(items.getLast());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void reconcile(Item item) {
        ObjectKey key = item.key();
        try {
            ObjectNode present = objects.get(key);
            if (present != null && isAnotherRole(present, item.object())) {
                // A binding's role cannot be changed: the binding is made again.
                objects.delete(key, DeleteOptions.DEFAULT, List.of());
                present = null;
            }
            if (present == null) {
                objects.create(key.resource(), key.namespace(), item.object());
            } else if (!Json.same(completed(present.deepCopy(), item.object()), present)) {
                objects.modify(key, "", current -> current == null ? null : completed(current, item.object()));
            }
        } catch (ApiException e) {
            if (!e.reason().equals("AlreadyExists")) {
                LOG.warn("The default {} cannot be brought up to date", key, e);
            }
        }
    }

    private static boolean isProtected(JsonNode present) {
        return present.path("metadata")
                .path("annotations")
                .path(BootstrapPolicy.AUTO_UPDATE)
                .asString("")
                .equals("false");
    }

    private static boolean isAnotherRole(ObjectNode present, ObjectNode expected) {
        return !isProtected(present)
                && expected.has("roleRef")
                && !Json.same(present.path("roleRef"), expected.path("roleRef"));
    }

    /** The object with all that is expected of it. */
    private static ObjectNode completed(ObjectNode object, ObjectNode expected) {
        if (isProtected(object)) {
            return object;
        }
        addTexts(object, expected, "labels");
        addTexts(object, expected, "annotations");
        if (expected.has("subjects")) {
            addMissing(object, expected, "/subjects");
        } else {
            addRules(object, expected);
        }
        return object;
    }

    private static void addTexts(ObjectNode object, ObjectNode expected, String field) {
        JsonNode texts = object.path("metadata").path(field);
        for (Map.Entry<String, JsonNode> entry :
                expected.path("metadata").path(field).properties()) {
            if (!texts.has(entry.getKey())) {
                object.withObject("/metadata/" + field).set(entry.getKey(), entry.getValue());
            }
        }
    }

    private static void addRules(ObjectNode role, ObjectNode expected) {
        if (expected.has("aggregationRule")) {
            addMissing(role, expected, "/aggregationRule/clusterRoleSelectors");
            return;
        }
        role.remove("aggregationRule");
        List<PolicyRule> missing = Coverage.missing(PolicyRule.allOf(role), PolicyRule.allOf(expected));
        if (!missing.isEmpty()) {
            array(role, "/rules").addAll(PolicyRule.toJson(missing));
        }
    }

    private static void addMissing(ObjectNode object, ObjectNode expected, String pointer) {
        for (JsonNode wanted : expected.at(pointer)) {
            if (object.at(pointer).valueStream().noneMatch(there -> Json.same(there, wanted))) {
                array(object, pointer).add(wanted.deepCopy());
            }
        }
    }

    private static ArrayNode array(ObjectNode object, String pointer) {
        return object.withArray(pointer);
    }
}
