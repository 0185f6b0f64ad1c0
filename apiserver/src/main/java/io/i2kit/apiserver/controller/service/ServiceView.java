package io.i2kit.apiserver.controller.service;

import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.StoredObject;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What of a Service leads to another pass when it changes.
 *
 * @param spec compared as a whole
 * @param loadBalancer {@code status.loadBalancer}
 */
record ServiceView(
        ObjectKey key,
        String uid,
        Map<String, String> selector,
        JsonNode spec,
        JsonNode loadBalancer,
        boolean terminating) {
    ServiceView {
        selector = Map.copyOf(selector);
    }

    static ServiceView of(StoredObject object) {
        JsonNode service = JsonMapper.shared().readTree(object.json());
        return new ServiceView(
                object.key(),
                FieldPaths.text(service, "metadata.uid"),
                strings(service.path("spec").path("selector")),
                service.path("spec"),
                service.path("status").path("loadBalancer"),
                !FieldPaths.text(service, "metadata.deletionTimestamp").isEmpty());
    }

    static Map<String, String> strings(JsonNode object) {
        Map<String, String> strings = new TreeMap<>();
        object.properties()
                .forEach(field -> strings.put(field.getKey(), field.getValue().asString("")));
        return strings;
    }

    boolean selects(Map<String, String> labels) {
        return !selector.isEmpty() && labels.entrySet().containsAll(selector.entrySet());
    }
}
