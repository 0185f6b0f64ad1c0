package io.i2kit.apiserver.registry.admission;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.Admission;
import io.i2kit.apiserver.registry.AdmissionRequest;
import io.i2kit.apiserver.registry.Meta;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code plugin/pkg/admission/limitranger}: LimitRanges fill in and bound what containers, Pods and claims ask for. */
final class LimitRanger implements Admission {
    private static final String ANNOTATION = "kubernetes.io/limit-ranger";
    private static final String CLAIMS = "persistentvolumeclaims";

    private final StoredObjects objects;

    LimitRanger(StoredObjects objects) {
        this.objects = objects;
    }

    private List<ObjectNode> ranges(AdmissionRequest request) {
        return objects.list("limitranges", request.namespace());
    }

    @Override
    public void admit(AdmissionRequest request) {
        if (request.creates("pods") && request.state().get("spec") instanceof ObjectNode spec) {
            ranges(request).forEach(range -> fillIn(request.state(), spec, range));
        }
    }

    private static void fillIn(ObjectNode pod, ObjectNode spec, JsonNode range) {
        Amounts requests = new Amounts();
        Amounts limits = new Amounts();
        for (JsonNode limit : range.path("spec").path("limits")) {
            if (text(limit, "type").equals("Container")) {
                Amounts.of(limit.path("defaultRequest")).values().forEach(requests::put);
                Amounts.of(limit.path("default")).values().forEach(limits::put);
            }
        }
        List<String> done = new ArrayList<>();
        for (JsonNode container : spec.path("containers")) {
            merge((ObjectNode) container, requests, limits, "container", done);
        }
        for (JsonNode container : spec.path("initContainers")) {
            merge((ObjectNode) container, requests, limits, "init container", done);
        }
        if (!done.isEmpty()) {
            Meta.of(pod)
                    .withObjectProperty("annotations")
                    .put(ANNOTATION, "LimitRanger plugin set: " + String.join("; ", done));
        }
    }

    private static void merge(ObjectNode container, Amounts requests, Amounts limits, String what, List<String> done) {
        String name = what + " " + text(container, "name");
        ObjectNode resources = container.withObjectProperty("resources");
        List<String> limited = fill(resources, "limits", limits);
        List<String> requested = fill(resources, "requests", requests);
        if (!requested.isEmpty()) {
            done.add(String.join(", ", requested) + " request for " + name);
        }
        if (!limited.isEmpty()) {
            done.add(String.join(", ", limited) + " limit for " + name);
        }
    }

    private static List<String> fill(ObjectNode resources, String kind, Amounts defaults) {
        List<String> set = new ArrayList<>();
        defaults.values().forEach((name, value) -> {
            if (!resources.path(kind).has(name)) {
                resources.withObjectProperty(kind).put(name, value.canonical());
                set.add(name);
            }
        });
        return set;
    }

    @Override
    public void validate(AdmissionRequest request) {
        boolean pod = request.creates("pods")
                || request.isOf("pods") && request.subresource().equals("resize");
        if (!pod && !request.writes(CLAIMS) || request.object() == null || Meta.isDeleting(request.state())) {
            return;
        }
        for (ObjectNode range : ranges(request)) {
            Set<String> faults = new LinkedHashSet<>();
            for (JsonNode limit : range.path("spec").path("limits")) {
                LimitCheck check = new LimitCheck(limit, faults::add);
                if (pod) {
                    check.pod(request.state().path("spec"));
                } else {
                    check.claim(request.state().path("spec"));
                }
            }
            if (faults.size() == 1) {
                throw request.forbidden(faults.iterator().next());
            } else if (!faults.isEmpty()) {
                throw request.forbidden("[" + String.join(", ", faults) + "]");
            }
        }
    }
}
