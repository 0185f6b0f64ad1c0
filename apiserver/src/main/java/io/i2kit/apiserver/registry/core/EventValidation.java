package io.i2kit.apiserver.registry.core;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Meta;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code pkg/apis/core/validation/events.go}, over the stored form; strictly for {@code events.k8s.io/v1}. */
final class EventValidation {
    private static final String ABOUT = "involvedObject.namespace";
    private static final int MAX_TEXT = 128;
    private static final int MAX_NOTE = 1024;

    private final JsonNode event;
    private final boolean strict;
    private final FieldChecks checks;

    EventValidation(JsonNode event, boolean strict, FieldChecks checks) {
        this.event = event;
        this.strict = strict;
        this.checks = checks;
    }

    void validate() {
        legacy();
        if (!strict) {
            return;
        }
        series();
        if (text(event, "eventTime").isEmpty()) {
            checks.required("eventTime", "");
        }
        String type = text(event, "type");
        if (!type.equals("Normal") && !type.equals("Warning")) {
            checks.invalid("type", "", "has invalid value: " + type);
        }
        unset("firstTimestamp", text(event, "firstTimestamp").isEmpty());
        unset("lastTimestamp", text(event, "lastTimestamp").isEmpty());
        unset("count", event.path("count").asInt(0) == 0);
        JsonNode source = event.path("source");
        unset(
                "source",
                text(source, "component").isEmpty() && text(source, "host").isEmpty());
    }

    private void unset(String field, boolean isUnset) {
        if (!isUnset) {
            checks.invalid(field, "", "needs to be unset");
        }
    }

    private void series() {
        JsonNode series = event.path("series");
        if (!series.isObject()) {
            return;
        }
        if (series.path("count").asInt(0) < 2) {
            checks.invalid("series.count", "", "should be at least 2");
        }
        if (text(series, "lastObservedTime").isEmpty()) {
            checks.required("series.lastObservedTime", "");
        }
    }

    /** {@code legacyValidateEvent}: an Event without a time is of the old kind. */
    private void legacy() {
        String about = text(event.path("involvedObject"), "namespace");
        String namespace = Meta.namespace(event);
        boolean isDefault = namespace.equals("default");
        boolean old = text(event, "eventTime").isEmpty();
        boolean fits = about.isEmpty()
                ? isDefault || !old && namespace.equals("kube-system")
                : !old || about.equals(namespace);
        if (!fits) {
            checks.invalid(ABOUT, about, "does not match event.namespace");
        }
        if (!old) {
            reporter();
            needed("action");
            needed("reason");
            atMost("message", MAX_NOTE);
        }
    }

    private void reporter() {
        String field = strict ? "reportingController" : "reportingComponent";
        String controller = text(event, "reportingComponent");
        if (controller.isEmpty()) {
            checks.required(field, "");
        }
        checks.qualified(controller, field);
        needed("reportingInstance");
    }

    private void needed(String field) {
        if (text(event, field).isEmpty()) {
            checks.required(field, "");
        }
        atMost(field, MAX_TEXT);
    }

    private void atMost(String field, int most) {
        if (text(event, field).length() > most) {
            checks.invalid(field, "", "can have at most " + most + " characters");
        }
    }

    void validateUpdate(JsonNode old) {
        legacy();
        if (!strict) {
            return;
        }
        if (!Json.same(event.path("series"), old.path("series"))) {
            series();
        }
        checks.immutable(reference(event, "involvedObject"), reference(old, "involvedObject"), "involvedObject");
        textStays(old, "reason", "reason");
        textStays(old, "message", "message");
        checks.immutable(source(event), source(old), "source");
        for (String field : new String[] {"firstTimestamp", "lastTimestamp"}) {
            checks.immutable(event.path(field), old.path(field), field);
        }
        checks.immutable(count(event), count(old), "count");
        textStays(old, "type", "type");
        checks.immutable(event.path("eventTime"), old.path("eventTime"), "eventTime");
        textStays(old, "action", "action");
        checks.immutable(related(event), related(old), "related");
        textStays(old, "reportingComponent", "reportingController");
        textStays(old, "reportingInstance", "reportingInstance");
    }

    private void textStays(JsonNode old, String field, String path) {
        if (!text(event, field).equals(text(old, field))) {
            checks.invalid(path, text(event, field), "field is immutable");
        }
    }

    private static JsonNode count(JsonNode event) {
        return Json.MAPPER.getNodeFactory().numberNode(event.path("count").asInt(0));
    }

    /** As upstream shows it: its internal types have no JSON names. */
    private static ObjectNode source(JsonNode event) {
        JsonNode source = event.path("source");
        return Json.object().put("Component", text(source, "component")).put("Host", text(source, "host"));
    }

    private static JsonNode related(JsonNode event) {
        return event.path("related").isObject() ? reference(event, "related") : event.path("related");
    }

    private static ObjectNode reference(JsonNode event, String field) {
        JsonNode reference = event.path(field);
        return Json.object()
                .put("Kind", text(reference, "kind"))
                .put("Namespace", text(reference, "namespace"))
                .put("Name", text(reference, "name"))
                .put("UID", text(reference, "uid"))
                .put("APIVersion", text(reference, "apiVersion"))
                .put("ResourceVersion", text(reference, "resourceVersion"))
                .put("FieldPath", text(reference, "fieldPath"));
    }
}
