package io.i2kit.apiserver.registry.core;

import io.i2kit.apiserver.openapi.Quantity;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** {@code ComputePodQOS} of {@code pkg/apis/core/v1/helper/qos}. */
final class QosClass {
    private QosClass() {}

    /** {@code Guaranteed}, {@code Burstable} or {@code BestEffort}. */
    static String of(JsonNode spec) {
        boolean any = false;
        boolean guaranteed = true;
        for (String list : List.of("containers", "initContainers")) {
            for (JsonNode container : spec.path(list)) {
                for (String resource : List.of("cpu", "memory")) {
                    JsonNode request =
                            container.path("resources").path("requests").path(resource);
                    JsonNode limit = container.path("resources").path("limits").path(resource);
                    any |= isSet(request) || isSet(limit);
                    guaranteed &= isSet(limit)
                            && (!isSet(request)
                                    || Quantity.parse(request.asString()).compareTo(Quantity.parse(limit.asString()))
                                            == 0);
                }
            }
        }
        return !any ? "BestEffort" : guaranteed ? "Guaranteed" : "Burstable";
    }

    private static boolean isSet(JsonNode quantity) {
        return quantity.isString() && Quantity.parse(quantity.asString()).sign() > 0;
    }
}
