package io.i2kit.apiserver.registry.core;

import io.i2kit.apiserver.registry.RestStrategy;
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
    public boolean returnsDeletedObject() {
        return true;
    }
}
