package io.i2kit.apiserver.manifest;

import io.fabric8.kubernetes.api.model.Pod;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.typed.TypedObjects;
import io.i2kit.translator.Workload;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What machines would be made of.
 *
 * @param kind of the object that has the template, or {@code Pod}
 * @param name of that object
 * @param workload its Pod
 */
public record PodTemplate(String kind, String namespace, String name, Workload workload) {
    private static final List<List<String>> PLACES =
            List.of(List.of("spec", "template"), List.of("spec", "jobTemplate", "spec", "template"));

    /** For messages. */
    public String title() {
        return kind + " " + namespace + "/" + name;
    }

    /** For files: unique within a manifest. */
    public String fileName() {
        return kind.toLowerCase(Locale.ROOT) + "-" + (namespace.equals("default") ? "" : namespace + "-") + name;
    }

    /** The template of an object, when it is a Pod or has one where Kubernetes' workloads have it. */
    static Optional<PodTemplate> in(Manifest.Entry entry) {
        ObjectNode object = entry.object();
        if (entry.names().kind().equals("Pod")) {
            return Optional.of(of(entry, object));
        }
        for (List<String> place : PLACES) {
            JsonNode template = object;
            for (String step : place) {
                template = template.path(step);
            }
            if (template.path("spec").path("containers").isArray()) {
                return Optional.of(of(entry, podOf(object, template)));
            }
        }
        return Optional.empty();
    }

    private static ObjectNode podOf(ObjectNode owner, JsonNode template) {
        ObjectNode pod = Json.object();
        ObjectNode metadata = template.path("metadata") instanceof ObjectNode given ? given.deepCopy() : Json.object();
        for (String field : List.of("name", "namespace", "uid")) {
            metadata.put(field, Meta.text(owner, field));
        }
        pod.set("metadata", metadata);
        pod.set("spec", template.path("spec"));
        return pod;
    }

    private static PodTemplate of(Manifest.Entry entry, ObjectNode pod) {
        Workload workload = Workload.of(TypedObjects.read(pod, Pod.class));
        return new PodTemplate(
                entry.names().kind(), Meta.namespace(entry.object()), Meta.name(entry.object()), workload);
    }
}
