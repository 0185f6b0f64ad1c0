package io.i2kit.apiserver.controller.endpoints;

import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The pieces that Endpoints and EndpointSlices have in common. */
final class ObjectReferences {
    static final String HEADLESS_LABEL = "service.kubernetes.io/headless";

    private ObjectReferences() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ObjectNode targetOf(PodView pod) {
        return object().put("kind", "Pod")
                .put("namespace", pod.namespace())
                .put("name", pod.name())
                .put("uid", pod.uid());
    }

    /** Adds a field unless it is empty. */
    static void putUnlessEmpty(ObjectNode target, String field, String value) {
        if (!value.isEmpty()) {
            target.put(field, value);
        }
    }

    /** {@code discovery.v1.EndpointPort}, which {@code v1.EndpointPort} is like but for an empty name. */
    static ObjectNode port(ServiceView.Port port, int number) {
        ObjectNode node = object();
        node.put("name", port.name()).put("port", number).put("protocol", port.protocol());
        putUnlessEmpty(node, "appProtocol", port.appProtocol());
        return node;
    }
}
