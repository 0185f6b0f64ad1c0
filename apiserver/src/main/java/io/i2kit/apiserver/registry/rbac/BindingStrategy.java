package io.i2kit.apiserver.registry.rbac;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Names;
import io.i2kit.apiserver.registry.PathSegments;
import io.i2kit.apiserver.registry.RestStrategy;
import io.i2kit.apiserver.registry.core.FieldChecks;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code pkg/registry/rbac/rolebinding} and {@code clusterrolebinding}, with the rules of {@code pkg/apis/rbac}. */
final class BindingStrategy implements RestStrategy {
    private static final List<String> GROUP = List.of(RbacResources.GROUP);

    private final boolean namespaced;

    BindingStrategy(boolean namespaced) {
        this.namespaced = namespaced;
    }

    @Override
    public void setDefaults(ObjectNode object) {
        setGroup(object.withObjectProperty("roleRef"));
        for (JsonNode subject : object.path("subjects")) {
            String kind = subject.path("kind").asString("");
            if (subject instanceof ObjectNode named && (kind.equals("User") || kind.equals("Group"))) {
                setGroup(named);
            }
        }
    }

    private static void setGroup(ObjectNode reference) {
        if (reference.path("apiGroup").asString("").isEmpty()) {
            reference.put("apiGroup", RbacResources.GROUP);
        }
    }

    @Override
    public void validateName(String name, boolean prefix, Consumer<String> problems) {
        PathSegments.name(name, problems);
    }

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        handwritten(object, checks);
        namesOfSubjects(object.path("subjects"), checks);
        needsName(object.path("roleRef"), checks);
    }

    /** A declarative rule of upstream's, as the next one: those come last. */
    private static void namesOfSubjects(JsonNode subjects, FieldChecks checks) {
        for (int i = 0; i < subjects.size(); i++) {
            if (FieldChecks.text(subjects.path(i), "name").isEmpty()) {
                checks.required("subjects[" + i + "].name", "");
            }
        }
    }

    private static void needsName(JsonNode reference, FieldChecks checks) {
        if (FieldChecks.text(reference, "name").isEmpty()) {
            checks.required("roleRef.name", "");
        }
    }

    private void handwritten(ObjectNode object, FieldChecks checks) {
        JsonNode reference = object.path("roleRef");
        if (!FieldChecks.text(reference, "apiGroup").equals(RbacResources.GROUP)) {
            checks.notSupported("roleRef.apiGroup", reference.path("apiGroup"), GROUP);
        }
        List<String> kinds = namespaced ? List.of("Role", "ClusterRole") : List.of("ClusterRole");
        if (!kinds.contains(FieldChecks.text(reference, "kind"))) {
            checks.notSupported("roleRef.kind", reference.path("kind"), kinds);
        }
        String name = FieldChecks.text(reference, "name");
        if (!name.isEmpty()) {
            PathSegments.name(name, problem -> checks.invalid("roleRef.name", name, problem));
        }
        for (int i = 0; i < object.path("subjects").size(); i++) {
            subject(object.path("subjects").path(i), "subjects[" + i + "]", checks);
        }
    }

    private void subject(JsonNode subject, String path, FieldChecks checks) {
        String name = FieldChecks.text(subject, "name");
        switch (FieldChecks.text(subject, "kind")) {
            case "ServiceAccount" -> serviceAccount(subject, name, path, checks);
            case "User", "Group" -> {
                if (!FieldChecks.text(subject, "apiGroup").equals(RbacResources.GROUP)) {
                    checks.notSupported(path + ".apiGroup", subject.path("apiGroup"), GROUP);
                }
            }
            default ->
                checks.notSupported(path + ".kind", subject.path("kind"), List.of("ServiceAccount", "User", "Group"));
        }
    }

    private void serviceAccount(JsonNode subject, String name, String path, FieldChecks checks) {
        if (!name.isEmpty()) {
            Names.dns1123Subdomain(name, false, problem -> checks.invalid(path + ".name", name, problem));
        }
        if (!FieldChecks.text(subject, "apiGroup").isEmpty()) {
            checks.notSupported(path + ".apiGroup", subject.path("apiGroup"), List.of(""));
        }
        if (!namespaced && FieldChecks.text(subject, "namespace").isEmpty()) {
            checks.required(path + ".namespace", "");
        }
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        JsonNode reference = object.path("roleRef");
        handwritten(object, checks);
        needsName(reference, checks);
        if (!Json.same(reference, old.path("roleRef"))) {
            // Upstream shows the internal type, whose fields have no JSON names.
            ObjectNode shown = Json.object();
            shown.put("APIGroup", FieldChecks.text(reference, "apiGroup"));
            shown.put("Kind", FieldChecks.text(reference, "kind"));
            shown.put("Name", FieldChecks.text(reference, "name"));
            checks.invalid("roleRef", shown, "field is immutable");
        }
        namesOfSubjects(object.path("subjects"), checks);
    }

    @Override
    public boolean allowCreateOnUpdate() {
        return true;
    }
}
