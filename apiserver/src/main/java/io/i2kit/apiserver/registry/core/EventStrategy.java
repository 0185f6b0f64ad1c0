package io.i2kit.apiserver.registry.core;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.RestStrategy;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/** {@code pkg/registry/core/event/strategy.go}; Events live for an hour. */
public final class EventStrategy implements RestStrategy {
    private static final Duration TIME_TO_LIVE = Duration.ofHours(1);

    private final boolean strict;

    private EventStrategy(boolean strict) {
        this.strict = strict;
    }

    /** Of {@code v1}, whose clients always could write what they liked. */
    static EventStrategy lenient() {
        return new EventStrategy(false);
    }

    /** Of {@code events.k8s.io/v1}. */
    public static EventStrategy strict() {
        return new EventStrategy(true);
    }

    @Override
    public void validateName(String name, boolean prefix, Consumer<String> problems) {
        if (strict) {
            RestStrategy.super.validateName(name, prefix, problems);
        } else {
            ReferenceRules.pathSegment(name, problems);
        }
    }

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        new EventValidation(object, strict, new FieldChecks(errors)).validate();
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        new EventValidation(object, strict, new FieldChecks(errors)).validateUpdate(old);
    }

    @Override
    public boolean allowCreateOnUpdate() {
        return true;
    }

    @Override
    public Duration timeToLive() {
        return TIME_TO_LIVE;
    }

    @Override
    public List<String> selectableFields() {
        return List.of(
                "involvedObject.kind",
                "involvedObject.namespace",
                "involvedObject.name",
                "involvedObject.uid",
                "involvedObject.apiVersion",
                "involvedObject.resourceVersion",
                "involvedObject.fieldPath",
                "reason",
                "reportingComponent",
                "source",
                "type");
    }

    @Override
    public List<String> indexedFields() {
        return List.of("involvedObject.uid", "involvedObject.name");
    }

    @Override
    public String fieldValue(ObjectNode object, String path) {
        if (!path.equals("source")) {
            return RestStrategy.super.fieldValue(object, path);
        }
        String source = RestStrategy.super.fieldValue(object, "source.component");
        return source.isEmpty() ? RestStrategy.super.fieldValue(object, "reportingComponent") : source;
    }
}
