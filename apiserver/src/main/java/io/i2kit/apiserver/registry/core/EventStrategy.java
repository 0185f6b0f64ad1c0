package io.i2kit.apiserver.registry.core;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.RestStrategy;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/** {@code pkg/registry/core/event/strategy.go}; Events live for an hour. */
final class EventStrategy implements RestStrategy {
    private static final Duration TIME_TO_LIVE = Duration.ofHours(1);

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        String about = object.path("involvedObject").path("namespace").asString("");
        String namespace = Meta.namespace(object);
        boolean clusterScoped = about.isEmpty() && (namespace.equals("default") || namespace.equals("kube-system"));
        if (!about.equals(namespace) && !clusterScoped) {
            errors.accept(FieldError.invalid(
                    "involvedObject.namespace",
                    Json.MAPPER.writeValueAsString(about),
                    "does not match event.namespace"));
        }
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
