package io.i2kit.apiserver.registry.core;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.Names;
import io.i2kit.apiserver.registry.RestStrategy;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code pkg/registry/core/namespace/strategy.go}: {@code spec.finalizers} keeps a namespace until it is empty (rule 37). */
final class NamespaceStrategy implements RestStrategy {
    private static final String NAME_LABEL = "kubernetes.io/metadata.name";
    private static final String FINALIZER = "kubernetes";
    /** {@code plugin/namespace/lifecycle}: the admission plugin's immortal namespaces. */
    private static final Set<String> IMMORTAL = Set.of("default", "kube-system", "kube-public");

    @Override
    public void setDefaults(ObjectNode object) {
        // The name is not known yet when it is generated: the store calls this with the final name.
        if (!Meta.name(object).isEmpty()) {
            Meta.of(object).withObjectProperty("labels").put(NAME_LABEL, Meta.name(object));
        }
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        object.putObject("status").put("phase", "Active");
        ArrayNode finalizers = object.withObjectProperty("spec").withArrayProperty("finalizers");
        if (finalizers
                .valueStream()
                .noneMatch(finalizer -> finalizer.asString("").equals(FINALIZER))) {
            finalizers.add(FINALIZER);
        }
    }

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        for (JsonNode finalizer : object.path("spec").path("finalizers")) {
            FieldChecks checks = new FieldChecks(errors);
            String name = finalizer.asString("");
            checks.qualified(name, "spec.finalizers");
            Names.kubernetesFinalizer(name, problem -> checks.invalid("spec.finalizers", name, problem));
        }
    }

    @Override
    public void prepareForUpdate(ObjectNode object, ObjectNode old) {
        keep(object, old, "spec");
        keep(object, old, "status");
    }

    @Override
    public void prepareForSubresourceUpdate(String subresource, ObjectNode object, ObjectNode old) {
        if (!subresource.equals("finalize")) {
            prepareForUpdate(object, old);
            return;
        }
        JsonNode finalizers = object.path("spec").path("finalizers").deepCopy();
        for (String field : List.copyOf(object.propertyNames())) {
            object.remove(field);
        }
        object.setAll(old.deepCopy());
        ObjectNode spec = object.putObject("spec");
        if (finalizers.isArray() && !finalizers.isEmpty()) {
            spec.set("finalizers", finalizers);
        }
    }

    private static void keep(ObjectNode object, ObjectNode old, String field) {
        JsonNode stored = old.get(field);
        if (stored == null) {
            object.remove(field);
        } else {
            object.set(field, stored.deepCopy());
        }
    }

    @Override
    public @Nullable String refusesDeletion(String name) {
        return IMMORTAL.contains(name) ? "this namespace may not be deleted" : null;
    }

    @Override
    public boolean allowsCollectionDeletion() {
        return false;
    }

    @Override
    public boolean isKeptFromRemoval(ObjectNode object) {
        return !object.path("spec").path("finalizers").isEmpty();
    }

    @Override
    public void prepareForDelete(ObjectNode object) {
        object.withObjectProperty("status").put("phase", "Terminating");
    }

    @Override
    public void validateName(String name, boolean prefix, Consumer<String> problems) {
        Names.dns1123Label(name, prefix, problems);
    }

    @Override
    public List<String> selectableFields() {
        return List.of("status.phase");
    }
}
