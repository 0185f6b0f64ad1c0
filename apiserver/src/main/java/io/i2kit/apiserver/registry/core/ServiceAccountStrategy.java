package io.i2kit.apiserver.registry.core;

import io.i2kit.apiserver.registry.RestStrategy;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** {@code pkg/registry/core/serviceaccount/strategy.go}. */
final class ServiceAccountStrategy implements RestStrategy {
    @Override
    public void prepareForCreate(ObjectNode object) {
        if (object.path("secrets").isEmpty()) {
            object.remove("secrets");
        }
    }

    @Override
    public void warnings(ObjectNode object, @Nullable ObjectNode old, Consumer<String> warnings) {
        PodTemplates.warnOfDifferences(object, warnings);
    }

    @Override
    public boolean returnsDeletedObject() {
        return true;
    }
}
