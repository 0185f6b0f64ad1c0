package io.i2kit.apiserver.registry.storage;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Names;
import io.i2kit.apiserver.registry.RestStrategy;
import io.i2kit.apiserver.registry.core.FieldChecks;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** VolumeAttachments: {@code pkg/registry/storage/volumeattachment/strategy.go} and {@code pkg/apis/storage/validation}. */
final class VolumeAttachmentStrategy implements RestStrategy {
    private static final String VOLUME = "persistentVolumeName";
    private static final int MAX_DRIVER = 63;
    private static final int MAX_METADATA_BYTES = 256 * 1024;
    private static final int MAX_MESSAGE = 1024;

    /** Unlike with most kinds, a status without content is there. */
    @Override
    public void prepareForCreate(ObjectNode object) {
        object.putObject("status").put("attached", false);
    }

    @Override
    public void prepareForUpdate(ObjectNode object, ObjectNode old) {
        object.set("status", old.path("status").deepCopy());
    }

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        handwritten(object.path("spec"), checks);
        attacher(FieldChecks.text(object.path("spec"), "attacher"), checks);
    }

    /** Declarative rules of upstream's, which come last. */
    private static void attacher(String name, FieldChecks checks) {
        if (name.isEmpty()) {
            checks.required("spec.attacher", "");
            return;
        }
        Names.caselessSubdomain(name, problem -> checks.invalid("spec.attacher", name, problem));
        if (name.length() > MAX_DRIVER) {
            checks.add(new FieldError(
                    "FieldValueTooLong",
                    "spec.attacher",
                    "Too long: may not be more than " + MAX_DRIVER + " characters"));
        }
    }

    private static void handwritten(JsonNode spec, FieldChecks checks) {
        source(spec.path("source"), checks);
        String node = FieldChecks.text(spec, "nodeName");
        Names.dns1123Subdomain(node, false, problem -> checks.invalid("spec.nodeName", node, problem));
        if (spec.path("source").has(VOLUME)) {
            String name = FieldChecks.text(spec.path("source"), VOLUME);
            Names.dns1123Subdomain(name, false, problem -> checks.invalid("spec.source." + VOLUME, name, problem));
        }
    }

    private static void source(JsonNode source, FieldChecks checks) {
        boolean named = source.has(VOLUME);
        if (named == source.has("inlineVolumeSpec")) {
            String detail = "must specify exactly one of inlineVolumeSpec and persistentVolumeName";
            if (named) {
                checks.forbidden("spec.source", detail);
            } else {
                checks.required("spec.source", detail);
            }
        } else if (named && FieldChecks.text(source, VOLUME).isEmpty()) {
            checks.required("spec.source." + VOLUME, "must specify non empty persistentVolumeName");
        }
    }

    /** Of a spec that changed the declarative rules say no more. */
    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        AttachmentRules.driverName(FieldChecks.text(object.path("spec"), "attacher"), "spec.attacher", checks);
        handwritten(object.path("spec"), checks);
        checks.frozen(object.path("spec"), old.path("spec"), "spec");
    }

    @Override
    public void validateStatusUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        JsonNode status = object.path("status");
        long size = 0;
        for (Map.Entry<String, JsonNode> entry :
                status.path("attachmentMetadata").properties()) {
            size += entry.getKey().getBytes(StandardCharsets.UTF_8).length
                    + entry.getValue().asString("").getBytes(StandardCharsets.UTF_8).length;
        }
        if (size > MAX_METADATA_BYTES) {
            checks.tooLong("status.attachmentMetadata", MAX_METADATA_BYTES);
        }
        for (String error : List.of("attachError", "detachError")) {
            if (FieldChecks.text(status.path(error), "message").length() > MAX_MESSAGE) {
                checks.tooLong("status." + error + ".message", MAX_MESSAGE);
            }
            checks.between(
                    status.path(error).path("errorCode"), "status." + error + ".errorCode", 0, Integer.MAX_VALUE);
        }
    }

    @Override
    public boolean allowUnconditionalUpdate() {
        return false;
    }
}
