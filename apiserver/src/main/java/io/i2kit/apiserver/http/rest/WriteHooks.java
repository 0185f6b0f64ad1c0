package io.i2kit.apiserver.http.rest;

import java.util.Map;

/**
 * What goes beyond storing in the writes of resources.
 *
 * @param actions by {@code plural.group}, with {@code /subresource}
 */
public record WriteHooks(WriteGuard guard, Map<String, PostAction> actions) {
    public WriteHooks {
        actions = Map.copyOf(actions);
    }
}
