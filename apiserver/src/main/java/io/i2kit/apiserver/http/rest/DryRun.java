package io.i2kit.apiserver.http.rest;

import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.FieldError;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** The {@code dryRun} option: {@code All} or nothing (rule 18). */
final class DryRun {
    private DryRun() {}

    /** @param optionsKind {@code CreateOptions} … for the error */
    static boolean of(String parameter, String optionsKind) {
        if (parameter.isEmpty()) {
            return false;
        }
        if (!parameter.equals("All")) {
            throw ApiException.invalid(
                    "meta.k8s.io",
                    optionsKind,
                    "",
                    List.of(FieldError.notSupported("dryRun", "\"" + parameter + "\"", "\"All\"")));
        }
        return true;
    }

    static boolean of(JsonNode values, String optionsKind) {
        boolean dry = false;
        for (JsonNode value : values) {
            dry |= of(value.asString(""), optionsKind);
        }
        return dry;
    }
}
