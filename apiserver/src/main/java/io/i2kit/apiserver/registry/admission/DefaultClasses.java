package io.i2kit.apiserver.registry.admission;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.Admission;
import io.i2kit.apiserver.registry.AdmissionRequest;
import io.i2kit.apiserver.registry.Meta;
import java.util.Comparator;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code plugin/pkg/admission/storage/storageclass/setdefault} and {@code …/network/defaultingressclass}: a claim or an Ingress
 * that names no class gets the one that is marked as the default, the newest of several.
 */
final class DefaultClasses implements Admission {
    /**
     * A kind whose objects name a class.
     *
     * @param marks annotations that make a class the default
     * @param old the annotation that named the class before there was a field
     */
    private record Classed(String resource, String classes, String field, List<String> marks, String old) {}

    private static final List<Classed> KINDS = List.of(
            new Classed(
                    "persistentvolumeclaims",
                    "storage.k8s.io/storageclasses",
                    "storageClassName",
                    List.of(
                            "storageclass.kubernetes.io/is-default-class",
                            "storageclass.beta.kubernetes.io/is-default-class"),
                    "volume.beta.kubernetes.io/storage-class"),
            new Classed(
                    "networking.k8s.io/ingresses",
                    "networking.k8s.io/ingressclasses",
                    "ingressClassName",
                    List.of("ingressclass.kubernetes.io/is-default-class"),
                    "kubernetes.io/ingress.class"));

    private final StoredObjects objects;

    DefaultClasses(StoredObjects objects) {
        this.objects = objects;
    }

    @Override
    public void admit(AdmissionRequest request) {
        for (Classed kind : KINDS) {
            if (request.creates(kind.resource()) && request.state().get("spec") instanceof ObjectNode spec) {
                fillIn(kind, request.state(), spec);
            }
        }
    }

    private void fillIn(Classed kind, JsonNode object, ObjectNode spec) {
        if (spec.has(kind.field()) || annotations(object).has(kind.old())) {
            return;
        }
        objects.list(kind.classes(), "").stream()
                .filter(type -> kind.marks().stream()
                        .anyMatch(mark -> text(annotations(type), mark).equals("true")))
                .min(Comparator.<ObjectNode, String>comparing(type -> Meta.text(type, "creationTimestamp"))
                        .reversed()
                        .thenComparing(Meta::name))
                .ifPresent(type -> spec.put(kind.field(), Meta.name(type)));
    }

    private static JsonNode annotations(JsonNode object) {
        return object.path("metadata").path("annotations");
    }
}
