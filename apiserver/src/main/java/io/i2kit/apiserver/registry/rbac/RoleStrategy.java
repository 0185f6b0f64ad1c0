package io.i2kit.apiserver.registry.rbac;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.PathSegments;
import io.i2kit.apiserver.registry.RestStrategy;
import io.i2kit.apiserver.registry.core.FieldChecks;
import io.i2kit.apiserver.registry.core.SelectorMatch;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code pkg/registry/rbac/role} and {@code clusterrole}, with the rules of {@code pkg/apis/rbac/validation}. */
final class RoleStrategy implements RestStrategy {
    private final boolean namespaced;

    RoleStrategy(boolean namespaced) {
        this.namespaced = namespaced;
    }

    /** JSON shows a role without rules as {@code rules: null}, since Go's field has no omitempty. */
    @Override
    public void setDefaults(ObjectNode object) {
        if (!object.has("rules")) {
            object.putNull("rules");
        }
    }

    @Override
    public void validateName(String name, boolean prefix, Consumer<String> problems) {
        PathSegments.name(name, problems);
    }

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        for (int i = 0; i < object.path("rules").size(); i++) {
            rule(object.path("rules").path(i), "rules[" + i + "]", checks);
        }
        if (!namespaced && object.path("aggregationRule").isObject()) {
            aggregation(object.path("aggregationRule").path("clusterRoleSelectors"), checks);
        }
        // A declarative rule of upstream's: those come last.
        for (int i = 0; i < object.path("rules").size(); i++) {
            if (object.path("rules").path(i).path("verbs").isEmpty()) {
                checks.required("rules[" + i + "].verbs", "");
            }
        }
    }

    private void rule(JsonNode rule, String path, FieldChecks checks) {
        JsonNode urls = rule.path("nonResourceURLs");
        if (!urls.isEmpty()) {
            if (namespaced) {
                checks.invalid(path + ".nonResourceURLs", urls, "namespaced rules cannot apply to non-resource URLs");
            }
            boolean resources = !rule.path("apiGroups").isEmpty()
                    || !rule.path("resources").isEmpty()
                    || !rule.path("resourceNames").isEmpty();
            if (resources) {
                checks.invalid(
                        path + ".nonResourceURLs",
                        urls,
                        "rules cannot apply to both regular resources and non-resource URLs");
            }
            return;
        }
        if (rule.path("apiGroups").isEmpty()) {
            checks.required(path + ".apiGroups", "resource rules must supply at least one api group");
        }
        if (rule.path("resources").isEmpty()) {
            checks.required(path + ".resources", "resource rules must supply at least one resource");
        }
    }

    private static void aggregation(JsonNode selectors, FieldChecks checks) {
        String path = "aggregationRule.clusterRoleSelectors";
        if (selectors.isEmpty()) {
            checks.required(path, "at least one clusterRoleSelector required if aggregationRule is non-nil");
        }
        for (int i = 0; i < selectors.size(); i++) {
            checks.selector(selectors.path(i), path + "[" + i + "]");
            if (!SelectorMatch.isValid(selectors.path(i))) {
                checks.add(FieldError.invalid(path + "[" + i + "]", "null", "invalid label selector."));
            }
        }
    }

    @Override
    public boolean allowCreateOnUpdate() {
        return true;
    }
}
