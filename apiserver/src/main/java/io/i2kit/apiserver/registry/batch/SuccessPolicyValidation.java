package io.i2kit.apiserver.registry.batch;

import io.i2kit.apiserver.registry.core.FieldChecks;
import tools.jackson.databind.JsonNode;

/** {@code validateSuccessPolicy} of {@code pkg/apis/batch/validation/validation.go}. */
final class SuccessPolicyValidation {
    private static final int MAX_RULES = 20;
    private static final int MAX_INDEXES_LENGTH = 64 * 1024;

    private final JsonNode spec;
    private final String path;
    private final FieldChecks checks;

    SuccessPolicyValidation(JsonNode spec, String path, FieldChecks checks) {
        this.spec = spec;
        this.path = path + ".rules";
        this.checks = checks;
    }

    void validate() {
        JsonNode rules = spec.path("successPolicy").path("rules");
        if (rules.isEmpty()) {
            checks.required(path, "at least one rules must be specified when the successPolicy is specified");
        }
        if (rules.size() > MAX_RULES) {
            checks.tooMany(path, rules.size(), MAX_RULES);
        }
        for (int i = 0; i < rules.size(); i++) {
            rule(rules.path(i), path + "[" + i + "]");
        }
    }

    private void rule(JsonNode rule, String here) {
        JsonNode count = rule.path("succeededCount");
        JsonNode indexes = rule.path("succeededIndexes");
        if (!count.isNumber() && !indexes.isString()) {
            checks.required(here, "at least one of succeededCount or succeededIndexes must be specified");
        }
        int completions = spec.path("completions").asInt(0);
        int total = 0;
        if (indexes.isString()) {
            String text = indexes.asString();
            if (text.length() > MAX_INDEXES_LENGTH) {
                checks.tooLong(here + ".succeededIndexes", MAX_INDEXES_LENGTH);
            }
            try {
                total = JobIndexes.count(text, completions);
            } catch (IllegalArgumentException e) {
                checks.invalid(
                        here + ".succeededIndexes", indexes, "error parsing succeededIndexes: " + e.getMessage());
            }
        }
        if (count.isNumber()) {
            checks.nonNegative(rule, "succeededCount", here);
            count(count, here, completions, indexes.isString() ? total : Integer.MAX_VALUE);
        }
    }

    private void count(JsonNode count, String here, int completions, int indexes) {
        String field = here + ".succeededCount";
        if (count.asInt() > completions) {
            checks.invalid(
                    field,
                    count,
                    "must be less than or equal to " + completions + " (the number of specified completions)");
        }
        if (count.asInt() > indexes) {
            checks.invalid(
                    field,
                    count,
                    "must be less than or equal to " + indexes
                            + " (the number of indexes in the specified succeededIndexes field)");
        }
    }
}
