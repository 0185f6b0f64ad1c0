package io.i2kit.apiserver.registry;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** The faults of an object's metadata; the model is {@code k8s.io/apimachinery/pkg/api/validation/objectmeta.go}. */
final class MetadataValidation {
    private static final Pattern GROUP_VERSION = Pattern.compile("([^/]*/)?[^/]+");
    private static final int MAX_ANNOTATIONS_BYTES = 256 * 1024;

    private MetadataValidation() {}

    /** Faults of a new or changed object. */
    static void validate(JsonNode object, RestStrategy strategy, Consumer<FieldError> errors) {
        JsonNode metadata = object.path("metadata");
        String generateName = metadata.path("generateName").asString("");
        if (!generateName.isEmpty()) {
            strategy.validateName(
                    generateName,
                    true,
                    problem ->
                            errors.accept(FieldError.invalid("metadata.generateName", quoted(generateName), problem)));
        }
        String name = metadata.path("name").asString("");
        if (name.isEmpty()) {
            errors.accept(FieldError.required("metadata.name", "name or generateName is required"));
        } else {
            strategy.validateName(
                    name, false, problem -> errors.accept(FieldError.invalid("metadata.name", quoted(name), problem)));
        }
        labels(metadata.path("labels"), "metadata.labels", errors);
        annotations(metadata.path("annotations"), errors);
        ownerReferences(metadata.path("ownerReferences"), errors);
        finalizers(metadata.path("finalizers"), errors);
    }

    private static void finalizers(JsonNode finalizers, Consumer<FieldError> errors) {
        String path = "metadata.finalizers";
        for (JsonNode finalizer : finalizers) {
            String text = finalizer.asString("");
            Names.qualified(text, problem -> errors.accept(FieldError.invalid(path, quoted(text), problem)));
        }
        for (int i = 0; i < finalizers.size(); i++) {
            String text = finalizers.path(i).asString("");
            String here = path + "[" + i + "]";
            Names.kubernetesFinalizer(text, problem -> errors.accept(FieldError.invalid(here, quoted(text), problem)));
        }
    }

    /** Faults of the change. */
    static void validateUpdate(JsonNode object, JsonNode old, Consumer<FieldError> errors) {
        if (!Meta.isDeleting(old)) {
            return;
        }
        List<String> added = new ArrayList<>(Meta.finalizers(object));
        added.removeAll(Meta.finalizers(old));
        if (!added.isEmpty()) {
            errors.accept(FieldError.forbidden(
                    "metadata.finalizers",
                    "no new finalizers can be added if the object is being deleted, found new finalizers []string{"
                            + String.join(
                                    ", ",
                                    added.stream()
                                            .map(MetadataValidation::quoted)
                                            .toList()) + "}"));
        }
    }

    /** Faults of a set of labels, also in selectors and templates. */
    static void labels(JsonNode labels, String field, Consumer<FieldError> errors) {
        for (Map.Entry<String, JsonNode> label : labels.properties()) {
            Names.qualified(
                    label.getKey(),
                    problem -> errors.accept(FieldError.invalid(field, quoted(label.getKey()), problem)));
            String value = label.getValue().asString("");
            Names.labelValue(value, problem -> errors.accept(FieldError.invalid(field, quoted(value), problem)));
        }
    }

    private static void annotations(JsonNode annotations, Consumer<FieldError> errors) {
        long total = 0;
        for (Map.Entry<String, JsonNode> annotation : annotations.properties()) {
            Names.qualified(
                    annotation.getKey().toLowerCase(Locale.ROOT),
                    problem -> errors.accept(
                            FieldError.invalid("metadata.annotations", quoted(annotation.getKey()), problem)));
            total += annotation.getKey().getBytes(StandardCharsets.UTF_8).length
                    + annotation.getValue().asString("").getBytes(StandardCharsets.UTF_8).length;
        }
        if (total > MAX_ANNOTATIONS_BYTES) {
            errors.accept(FieldError.tooLong("metadata.annotations", MAX_ANNOTATIONS_BYTES));
        }
    }

    private static void ownerReferences(JsonNode references, Consumer<FieldError> errors) {
        String controller = "";
        for (int i = 0; i < references.size(); i++) {
            JsonNode reference = references.get(i);
            ownerReference(reference, "metadata.ownerReferences[" + i + "]", errors);
            if (!reference.path("controller").asBoolean(false)) {
                continue;
            }
            String name = reference.path("kind").asString("") + "/"
                    + reference.path("name").asString("");
            if (controller.isEmpty()) {
                controller = name;
            } else {
                errors.accept(FieldError.invalid(
                        "metadata.ownerReferences",
                        Json.MAPPER.writeValueAsString(references),
                        "Only one reference can have Controller set to true. Found \"true\" in references for "
                                + controller + " and " + name));
            }
        }
    }

    private static void ownerReference(JsonNode reference, String path, Consumer<FieldError> errors) {
        String version = reference.path("apiVersion").asString("");
        if (!version.isEmpty() && !GROUP_VERSION.matcher(version).matches()) {
            errors.accept(FieldError.invalid(
                    path + ".apiVersion", quoted(version), "must be <group>/<version> or <version>"));
        }
        for (String part : List.of("apiVersion", "kind", "name", "uid")) {
            if (reference.path(part).asString("").isEmpty()) {
                errors.accept(FieldError.required(path + "." + part, "must not be empty"));
            }
        }
        if (version.equals("v1") && reference.path("kind").asString("").equals("Event")) {
            errors.accept(FieldError.invalid(
                    path,
                    Json.MAPPER.writeValueAsString(reference),
                    "/v1, Kind=Event is disallowed from being an owner"));
        }
    }

    private static String quoted(String text) {
        return Json.MAPPER.writeValueAsString(text);
    }
}
