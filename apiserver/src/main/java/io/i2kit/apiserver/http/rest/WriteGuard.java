package io.i2kit.apiserver.http.rest;

import io.i2kit.apiserver.registry.ResourceDefinition;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Refuses writes for what they write, where the verb alone does not decide, or writes into them who makes them. */
public interface WriteGuard {
    /** Whether objects of this kind are looked at. */
    boolean concerns(ResourceDefinition definition);

    /**
     * Called before a client's object is stored.
     *
     * @param object as the client wants it; a guard may complete it
     * @param old as it is stored, or null for a new one
     * @throws io.i2kit.apiserver.registry.ApiException to refuse
     */
    void check(
            RequestInfo info,
            ApiRequest request,
            ResourceDefinition definition,
            ObjectNode object,
            @Nullable ObjectNode old);
}
