package io.i2kit.apiserver.controller.namespace;

import io.i2kit.apiserver.controller.ControllerManager;
import io.i2kit.apiserver.controller.ManagedResource;
import io.i2kit.apiserver.controller.Reconciler;
import io.i2kit.apiserver.controller.Result;
import io.i2kit.apiserver.controller.WorkQueue;
import io.i2kit.apiserver.informer.InformerFactory;
import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.registry.ObjectClient.DeleteOptions;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.StoredObject;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Gives each namespace its {@code default} ServiceAccount and the ConfigMap {@code kube-root-ca.crt}; empties one that is being
 * deleted, Pods first, and then takes its finalizer ({@code pkg/controller/namespace}, {@code serviceaccount}, {@code
 * certificates/rootcacertpublisher}).
 */
public final class NamespaceController implements Reconciler {
    private static final String NAMESPACES = "namespaces";
    private static final String SERVICE_ACCOUNTS = "serviceaccounts";
    private static final String CONFIG_MAPS = "configmaps";
    private static final String PODS = "pods";
    private static final String DEFAULT_ACCOUNT = "default";
    private static final String ROOT_CA = "kube-root-ca.crt";
    private static final String FINALIZER = "kubernetes";
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final int WORKERS = 2;

    private final ObjectClient client;
    private final InstantSource clock;
    private final String rootCertificate;
    private final List<ManagedResource> resources;

    private NamespaceController(
            ObjectClient client, InstantSource clock, String rootCertificate, List<ManagedResource> resources) {
        this.client = client;
        this.clock = clock;
        this.rootCertificate = rootCertificate;
        this.resources = resources.stream().filter(ManagedResource::namespaced).toList();
    }

    /**
     * Registers the controller; it runs when the manager and the informers are started.
     *
     * @param rootCertificate of the server's certificate authority, in PEM
     * @param resources all that a namespace may hold; others are passed over
     */
    public static NamespaceController register(
            ControllerManager manager,
            InformerFactory informers,
            ObjectClient client,
            InstantSource clock,
            String rootCertificate,
            List<ManagedResource> resources) {
        NamespaceController controller = new NamespaceController(client, clock, rootCertificate, resources);
        WorkQueue queue = manager.register(controller, WORKERS);
        informers.create(NAMESPACES, StoredObject::revision, Map.of()).onChange((key, before, after) -> queue.add(key));
        enqueueWhenTouched(informers, SERVICE_ACCOUNTS, DEFAULT_ACCOUNT, queue);
        enqueueWhenTouched(informers, CONFIG_MAPS, ROOT_CA, queue);
        informers.create(PODS, StoredObject::key, Map.of()).onChange((key, before, after) -> {
            if (after == null) {
                queue.add(namespace(key.namespace()));
            }
        });
        return controller;
    }

    private static void enqueueWhenTouched(InformerFactory informers, String resource, String name, WorkQueue queue) {
        informers
                .create(resource, object -> object.key().name().equals(name) ? object.revision() : 0L, Map.of())
                .onChange((key, before, after) -> {
                    if (before != null && key.name().equals(name)) {
                        queue.add(namespace(key.namespace()));
                    }
                });
    }

    private static ObjectKey namespace(String name) {
        return new ObjectKey(NAMESPACES, "", name);
    }

    @Override
    public String name() {
        return "namespace";
    }

    @Override
    public Result reconcile(ObjectKey key) {
        ObjectNode namespace = client.get(key);
        if (namespace == null) {
            return Result.DONE;
        }
        if (FieldPaths.text(namespace, "metadata.deletionTimestamp").isEmpty()) {
            fill(key.name());
            return Result.DONE;
        }
        return hasFinalizer(namespace) ? empty(key) : Result.DONE;
    }

    private void fill(String namespace) {
        ObjectKey account = new ObjectKey(SERVICE_ACCOUNTS, namespace, DEFAULT_ACCOUNT);
        if (client.get(account) == null) {
            create(account, "v1", "ServiceAccount", object -> {});
        }
        ObjectKey certificate = new ObjectKey(CONFIG_MAPS, namespace, ROOT_CA);
        ObjectNode present = client.get(certificate);
        if (present == null) {
            create(certificate, "v1", "ConfigMap", this::putCertificate);
        } else if (!present.path("data").path("ca.crt").asString("").equals(rootCertificate)) {
            client.modify(certificate, "", object -> {
                if (object != null) {
                    putCertificate(object);
                }
                return object;
            });
        }
    }

    private void putCertificate(ObjectNode configMap) {
        configMap
                .withObject("metadata")
                .withObject("annotations")
                .put(
                        "kubernetes.io/description",
                        "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints"
                                + " such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed"
                                + " across distributions of Kubernetes clusters.");
        configMap.putObject("data").put("ca.crt", rootCertificate);
    }

    private void create(ObjectKey key, String apiVersion, String kind, Consumer<ObjectNode> filling) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("apiVersion", apiVersion).put("kind", kind);
        object.putObject("metadata").put("name", key.name()).put("namespace", key.namespace());
        filling.accept(object);
        try {
            client.create(key.resource(), key.namespace(), object);
        } catch (ApiException e) {
            boolean ends = e.reason().equals("Forbidden") || e.reason().equals("NotFound");
            if (!ends && !e.reason().equals("AlreadyExists")) {
                throw e;
            }
        }
    }

    /** {@code deleteAllContent}: nothing else goes while Pods are left, as they may need it to end well. */
    private Result empty(ObjectKey key) {
        Content content = new Content();
        resources.stream()
                .filter(resource -> resource.resource().equals(PODS))
                .forEach(pods -> delete(pods, key, content));
        if (content.isEmpty()) {
            resources.stream()
                    .filter(resource -> !resource.resource().equals(PODS))
                    .forEach(resource -> delete(resource, key, content));
        }
        report(key, content);
        if (!content.isEmpty()) {
            return Result.after(LOOK_AGAIN);
        }
        client.modify(key, "finalize", NamespaceController::withoutFinalizer);
        return Result.DONE;
    }

    private void delete(ManagedResource resource, ObjectKey namespace, Content content) {
        for (ObjectNode object : client.list(resource.resource(), namespace.name())) {
            ObjectKey key =
                    new ObjectKey(resource.resource(), namespace.name(), FieldPaths.text(object, "metadata.name"));
            try {
                client.delete(key, new DeleteOptions(null, "Background", "", ""), List.of());
            } catch (ApiException e) {
                content.failed(e.getMessage() == null ? e.reason() : e.getMessage());
            }
        }
        for (ObjectNode object : client.list(resource.resource(), namespace.name())) {
            List<String> finalizers = new ArrayList<>();
            object.path("metadata").path("finalizers").forEach(name -> finalizers.add(name.asString("")));
            content.remains(resource.plural() + "." + resource.group(), finalizers);
        }
    }

    private void report(ObjectKey key, Content content) {
        client.modify(key, "status", namespace -> {
            if (namespace != null) {
                ObjectNode status = namespace.withObject("status");
                content.conditions().forEach(condition -> set(status, condition));
            }
            return namespace;
        });
    }

    private void set(ObjectNode status, Content.Condition condition) {
        String value = condition.bad() ? "True" : "False";
        ArrayNode conditions =
                status.get("conditions") instanceof ArrayNode present ? present : status.putArray("conditions");
        ObjectNode old = null;
        for (JsonNode candidate : conditions) {
            if (candidate instanceof ObjectNode object
                    && candidate.path("type").asString("").equals(condition.type())) {
                old = object;
            }
        }
        if (old == null) {
            old = conditions.addObject().put("type", condition.type());
        }
        if (!old.path("status").asString("").equals(value)) {
            old.put("status", value);
            old.put(
                    "lastTransitionTime",
                    clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
        }
        old.put("reason", condition.reason()).put("message", condition.message());
    }

    private static boolean hasFinalizer(JsonNode namespace) {
        for (JsonNode finalizer : namespace.path("spec").path("finalizers")) {
            if (finalizer.asString("").equals(FINALIZER)) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable ObjectNode withoutFinalizer(@Nullable ObjectNode namespace) {
        if (namespace != null && namespace.path("spec").get("finalizers") instanceof ArrayNode finalizers) {
            finalizers.removeIf(name -> name.asString("").equals(FINALIZER));
        }
        return namespace;
    }
}
