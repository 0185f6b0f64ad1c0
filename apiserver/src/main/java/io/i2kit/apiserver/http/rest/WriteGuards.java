package io.i2kit.apiserver.http.rest;

import io.i2kit.apiserver.registry.ResourceDefinition;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Several guards as one. */
public record WriteGuards(List<WriteGuard> guards) implements WriteGuard {
    public WriteGuards {
        guards = List.copyOf(guards);
    }

    @Override
    public boolean concerns(ResourceDefinition definition) {
        return guards.stream().anyMatch(guard -> guard.concerns(definition));
    }

    @Override
    public void check(
            RequestInfo info,
            ApiRequest request,
            ResourceDefinition definition,
            ObjectNode object,
            @Nullable ObjectNode old) {
        for (WriteGuard guard : guards) {
            if (guard.concerns(definition)) {
                guard.check(info, request, definition, object, old);
            }
        }
    }
}
