package io.i2kit.apiserver.controller.service;

import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.i2kit.apiserver.controller.EventRecorder;
import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.storage.ObjectKey;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is said about a Service, once for each thing that happens: passes are many, since every ReplicaSet of its Pods causes some.
 */
final class ServiceEvents {
    private static final String COMPONENT = "service-controller";
    private static final String NORMAL = "Normal";
    private static final String WARNING = "Warning";

    private final EventRecorder recorder;
    private final Map<ObjectKey, JsonNode> ensuredSpecs = new ConcurrentHashMap<>();
    private final Map<ObjectKey, String> problems = new ConcurrentHashMap<>();
    private final Map<ObjectKey, List<String>> unpublished = new ConcurrentHashMap<>();

    ServiceEvents(EventRecorder recorder) {
        this.recorder = recorder;
    }

    static boolean isLoadBalancer(ObjectNode service) {
        return FieldPaths.text(service, "spec.type").equals("LoadBalancer");
    }

    /** A pass begins. */
    void ensuring(ObjectKey key, ObjectNode service) {
        if (isLoadBalancer(service) && isNews(key, service)) {
            recorder.event(key, service, NORMAL, "EnsuringLoadBalancer", "Ensuring load balancer", COMPONENT);
        }
    }

    /** After a restart nothing is known: a Service that has its ingress already is no news. */
    private boolean isNews(ObjectKey key, ObjectNode service) {
        JsonNode known = ensuredSpecs.get(key);
        return known == null ? ingressOf(service).isEmpty() : !known.equals(service.path("spec"));
    }

    private static JsonNode ingressOf(ObjectNode service) {
        return service.at("/status/loadBalancer/ingress");
    }

    /**
     * A pass has ended well.
     *
     * @param service as it was before the pass
     * @param ingress what its status says now
     * @param problem what is not as the manifest says, or empty
     */
    void ensured(ObjectKey key, ObjectNode service, List<LoadBalancerIngress> ingress, String problem) {
        if (!isLoadBalancer(service)) {
            if (!ingressOf(service).isEmpty()) {
                recorder.event(key, service, NORMAL, "DeletedLoadBalancer", "Deleted load balancer", COMPONENT);
            }
            ensuredSpecs.remove(key);
        } else if (!ingress.isEmpty()) {
            if (isNews(key, service)) {
                recorder.event(key, service, NORMAL, "EnsuredLoadBalancer", "Ensured load balancer", COMPONENT);
            }
            ensuredSpecs.put(key, service.path("spec"));
        }
        String former = problems.put(key, problem);
        if (!problem.isEmpty() && !problem.equals(former)) {
            recorder.event(key, service, WARNING, "PortNotAvailable", problem, COMPONENT);
        }
    }

    /**
     * Public names, after a pass, with the reason that external-dns gives its events ({@code pkg/events/types.go}).
     *
     * @param problems why some are not published
     */
    void published(ObjectKey key, ObjectNode service, List<String> problems) {
        List<String> former = problems.isEmpty() ? unpublished.remove(key) : unpublished.put(key, problems);
        for (String problem : problems) {
            if (former == null || !former.contains(problem)) {
                recorder.event(key, service, WARNING, "RecordError", problem, COMPONENT);
            }
        }
    }

    void failed(ObjectKey key, ObjectNode service, String message) {
        String text = "Error syncing load balancer: failed to ensure load balancer: " + message;
        recorder.event(key, service, WARNING, "SyncLoadBalancerFailed", text, COMPONENT);
    }

    /** The Service is gone. */
    void forget(ObjectKey key) {
        ensuredSpecs.remove(key);
        problems.remove(key);
        unpublished.remove(key);
    }
}
