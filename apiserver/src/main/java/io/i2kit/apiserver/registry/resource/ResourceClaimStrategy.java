package io.i2kit.apiserver.registry.resource;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.StatusStrategy;
import io.i2kit.apiserver.registry.core.FieldChecks;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** ResourceClaims: {@code pkg/registry/resource/resourceclaim/strategy.go} and {@code pkg/apis/resource/validation}. */
final class ResourceClaimStrategy extends StatusStrategy {
    private static final int MAX_CONSUMERS = 256;

    /** Of each request: {@code SetDefaults_ExactDeviceRequest}. */
    static void defaults(JsonNode spec) {
        List<JsonNode> requests = new ArrayList<>();
        for (JsonNode request : spec.path("devices").path("requests")) {
            requests.add(request.path("exactly"));
            request.path("firstAvailable").forEach(requests::add);
        }
        for (JsonNode request : requests) {
            if (request instanceof ObjectNode exact) {
                if (text(exact, "allocationMode").isEmpty()) {
                    exact.put("allocationMode", "ExactCount");
                }
                boolean counted = text(exact, "allocationMode").equals("ExactCount");
                if (counted
                        && exact.path("count").asLong(0) == 0
                        && !exact.path("count").isString()) {
                    exact.put("count", 1);
                }
            }
        }
    }

    @Override
    public void setDefaults(ObjectNode object) {
        defaults(object.path("spec"));
    }

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        new DeviceRules(new FieldChecks(errors)).claim(object.path("spec").path("devices"), "spec.devices");
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        if (!Json.same(object.path("spec"), old.path("spec"))) {
            new FieldChecks(errors).invalid("spec", Json.MAPPER.nullNode(), "field is immutable");
        }
    }

    @Override
    public void validateStatusUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        JsonNode status = object.path("status");
        JsonNode before = old.path("status").path("allocation");
        JsonNode allocation = status.path("allocation");
        consumers(status.path("reservedFor"), checks);
        if (!status.path("reservedFor").isEmpty()) {
            if (!allocation.isObject()) {
                checks.forbidden("status.reservedFor", "may not be specified when `allocated` is not set");
            } else if (Meta.isDeleting(object)
                    && addsTo(status.path("reservedFor"), old.path("status").path("reservedFor"))) {
                checks.forbidden(
                        "status.reservedFor",
                        "new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set");
            }
        }
        if (before.isObject() && allocation.isObject()) {
            checks.immutable(allocation, before, "status.allocation");
        } else if (allocation.isObject()) {
            DeviceRules rules = new DeviceRules(checks);
            Set<String> names = DeviceRules.requestNames(object.path("spec").path("devices"));
            rules.results(allocation.path("devices").path("results"), "status.allocation.devices.results", names);
        }
    }

    private static void consumers(JsonNode consumers, FieldChecks checks) {
        String path = "status.reservedFor";
        if (consumers.size() > MAX_CONSUMERS) {
            checks.tooMany(path, consumers.size(), MAX_CONSUMERS);
            return;
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < consumers.size(); i++) {
            String here = path + "[" + i + "]";
            for (String field : List.of("resource", "name", "uid")) {
                if (text(consumers.path(i), field).isEmpty()) {
                    checks.required(here + "." + field, "");
                }
            }
            if (!seen.add(text(consumers.path(i), "uid"))) {
                checks.duplicate(here, text(consumers.path(i), "uid"));
            }
        }
    }

    private static boolean addsTo(JsonNode consumers, JsonNode before) {
        return consumers
                .valueStream()
                .anyMatch(consumer -> before.valueStream().noneMatch(known -> Json.same(known, consumer)));
    }
}
