package io.i2kit.apiserver.registry.core;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Affinity, tolerations and topology spread of a Pod: kept for clients, nothing is scheduled by them. */
public final class SchedulingValidation {
    private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
    private static final String PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";
    private static final List<String> EFFECTS = List.of("NoSchedule", "PreferNoSchedule", "NoExecute");
    private static final List<String> ACTIONS = List.of("DoNotSchedule", "ScheduleAnyway");
    private static final Pattern SET_OPERATORS = Pattern.compile("In|NotIn");
    private static final Pattern EXISTS_OPERATORS = Pattern.compile("Exists|DoesNotExist");
    private static final Pattern ORDER_OPERATORS = Pattern.compile("Gt|Lt");

    private final FieldChecks checks;

    public SchedulingValidation(FieldChecks checks) {
        this.checks = checks;
    }

    void affinity(JsonNode affinity, String path) {
        JsonNode node = affinity.path("nodeAffinity");
        if (node.has(REQUIRED)) {
            nodeSelector(node.path(REQUIRED), path + ".nodeAffinity." + REQUIRED);
        }
        for (int i = 0; i < node.path(PREFERRED).size(); i++) {
            String here = path + ".nodeAffinity." + PREFERRED + "[" + i + "]";
            weight(node.path(PREFERRED).path(i), here);
            nodeTerm(node.path(PREFERRED).path(i).path("preference"), here + ".preference", false);
        }
        for (String kind : List.of("podAffinity", "podAntiAffinity")) {
            JsonNode pods = affinity.path(kind);
            for (int i = 0; i < pods.path(REQUIRED).size(); i++) {
                podTerm(pods.path(REQUIRED).path(i), path + "." + kind + "." + REQUIRED + "[" + i + "]");
            }
            for (int i = 0; i < pods.path(PREFERRED).size(); i++) {
                String here = path + "." + kind + "." + PREFERRED + "[" + i + "]";
                weight(pods.path(PREFERRED).path(i), here);
                podTerm(pods.path(PREFERRED).path(i).path("podAffinityTerm"), here + ".podAffinityTerm");
            }
        }
    }

    /** {@code ValidateNodeSelector}. */
    void nodeSelector(JsonNode selector, String path) {
        JsonNode terms = selector.path("nodeSelectorTerms");
        String here = path + ".nodeSelectorTerms";
        if (terms.isEmpty()) {
            checks.required(here, "must have at least one node selector term");
        }
        for (int i = 0; i < terms.size(); i++) {
            nodeTerm(terms.path(i), here + "[" + i + "]", true);
        }
    }

    private void weight(JsonNode term, String path) {
        int weight = term.path("weight").asInt(0);
        if (weight < 1 || weight > 100) {
            checks.invalid(path + ".weight", term.path("weight"), "must be in the range 1-100");
        }
    }

    /** @param required whether the values must be labels': what is only preferred may find no node */
    private void nodeTerm(JsonNode term, String path, boolean required) {
        JsonNode expressions = term.path("matchExpressions");
        for (int i = 0; i < expressions.size(); i++) {
            JsonNode expression = expressions.path(i);
            String here = path + ".matchExpressions[" + i + "]";
            operator(expression, here);
            checks.qualified(text(expression, "key"), here + ".key");
            for (int v = 0; required && v < expression.path("values").size(); v++) {
                String value = expression.path("values").path(v).asString("");
                String where = here + ".values[" + v + "]";
                Names.labelValue(value, problem -> checks.invalid(where, value, problem));
            }
        }
        for (int i = 0; i < term.path("matchFields").size(); i++) {
            fieldRequirement(term.path("matchFields").path(i), path + ".matchFields[" + i + "]");
        }
    }

    private void operator(JsonNode expression, String here) {
        String operator = text(expression, "operator");
        int values = expression.path("values").size();
        if (SET_OPERATORS.matcher(operator).matches()) {
            if (values == 0) {
                checks.required(here + ".values", "must be specified when `operator` is 'In' or 'NotIn'");
            }
        } else if (EXISTS_OPERATORS.matcher(operator).matches()) {
            if (values > 0) {
                checks.forbidden(
                        here + ".values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
            }
        } else if (ORDER_OPERATORS.matcher(operator).matches()) {
            if (values != 1) {
                checks.required(here + ".values", "must be specified single value when `operator` is 'Lt' or 'Gt'");
            }
        } else {
            checks.invalid(here + ".operator", operator, "not a valid selector operator");
        }
    }

    /** {@code ValidateNodeFieldSelectorRequirement}: the one field is the name. */
    private void fieldRequirement(JsonNode requirement, String path) {
        JsonNode values = requirement.path("values");
        if (!SET_OPERATORS.matcher(text(requirement, "operator")).matches()) {
            checks.invalid(path + ".operator", text(requirement, "operator"), "not a valid selector operator");
        } else if (values.size() != 1) {
            checks.required(
                    path + ".values",
                    "must be only one value when `operator` is 'In' or 'NotIn' for node field selector");
        }
        if (!text(requirement, "key").equals("metadata.name")) {
            checks.invalid(path + ".key", text(requirement, "key"), "not a valid field selector key");
            return;
        }
        for (int i = 0; i < values.size(); i++) {
            checks.subdomain(values.path(i).asString(""), path + ".values[" + i + "]");
        }
    }

    private void podTerm(JsonNode term, String path) {
        checks.selector(term.path("labelSelector"), path + ".labelSelector");
        for (JsonNode namespace : term.path("namespaces")) {
            checks.label(namespace.asString(""), path + ".namespace");
        }
        labelKeys(term, path);
        if (text(term, "topologyKey").isEmpty()) {
            checks.required(path + ".topologyKey", "can not be empty");
        }
        checks.qualified(text(term, "topologyKey"), path + ".topologyKey");
    }

    /** {@code ValidateMatchLabelKeysAndMismatchLabelKeys}. */
    private void labelKeys(JsonNode owner, String path) {
        JsonNode keys = owner.path("matchLabelKeys");
        for (String field : List.of("matchLabelKeys", "mismatchLabelKeys")) {
            JsonNode all = owner.path(field);
            if (!all.isEmpty() && !owner.has("labelSelector")) {
                checks.forbidden(path + "." + field, "must not be specified when labelSelector is not set");
                continue;
            }
            for (int i = 0; i < all.size(); i++) {
                checks.qualified(all.path(i).asString(""), path + "." + field + "[" + i + "]");
            }
        }
        for (int i = 0; i < keys.size(); i++) {
            JsonNode key = keys.path(i);
            if (owner.path("mismatchLabelKeys").valueStream().anyMatch(key::equals)) {
                checks.invalid(
                        path + ".matchLabelKeys[" + i + "]",
                        key,
                        "exists in both matchLabelKeys and mismatchLabelKeys");
            }
        }
    }

    void spread(JsonNode constraints, String path) {
        for (int i = 0; i < constraints.size(); i++) {
            JsonNode constraint = constraints.path(i);
            String here = path + "[" + i + "]";
            positive(constraint.path("maxSkew"), here + ".maxSkew");
            String key = text(constraint, "topologyKey");
            String action = text(constraint, "whenUnsatisfiable");
            if (key.isEmpty()) {
                checks.required(here + ".topologyKey", "can not be empty");
            }
            if (!ACTIONS.contains(action)) {
                checks.notSupported(here + ".whenUnsatisfiable", constraint.path("whenUnsatisfiable"), ACTIONS);
            }
            boolean again = constraints
                    .valueStream()
                    .skip(i + 1L)
                    .anyMatch(other -> text(other, "topologyKey").equals(key)
                            && text(other, "whenUnsatisfiable").equals(action));
            if (again) {
                checks.duplicate(here + ".{topologyKey, whenUnsatisfiable}", "{" + key + ", " + action + "}");
            }
            domains(constraint, action, here);
            labelKeys(constraint, here);
            checks.selector(constraint.path("labelSelector"), here + ".labelSelector");
        }
    }

    private void positive(JsonNode value, String path) {
        if (value.asInt(0) <= 0) {
            checks.add(FieldError.invalid(path, Integer.toString(value.asInt(0)), "must be greater than zero"));
        }
    }

    private void domains(JsonNode constraint, String action, String path) {
        JsonNode least = constraint.path("minDomains");
        if (least.isNumber()) {
            positive(least, path + ".minDomains");
            if (!action.equals("DoNotSchedule")) {
                checks.invalid(
                        path + ".minDomains",
                        least,
                        "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not " + action);
            }
        }
        for (String field : List.of("nodeAffinityPolicy", "nodeTaintsPolicy")) {
            if (constraint.has(field) && !List.of("Honor", "Ignore").contains(text(constraint, field))) {
                checks.notSupported(path + "." + field, constraint.path(field), List.of("Honor", "Ignore"));
            }
        }
    }

    /** {@code ValidateTolerations}. */
    public void tolerations(JsonNode tolerations, String path) {
        for (int i = 0; i < tolerations.size(); i++) {
            toleration(tolerations.path(i), path + "[" + i + "]");
        }
    }

    private void toleration(JsonNode toleration, String path) {
        String key = text(toleration, "key");
        String operator = text(toleration, "operator");
        if (!key.isEmpty()) {
            checks.qualified(key, path + ".key");
        } else if (!operator.equals("Exists")) {
            checks.invalid(
                    path + ".operator",
                    operator,
                    "operator must be Exists when `key` is empty, which means \"match all values and all keys\"");
        }
        String effect = text(toleration, "effect");
        if (toleration.has("tolerationSeconds") && !effect.equals("NoExecute")) {
            checks.invalid(path + ".effect", effect, "effect must be 'NoExecute' when `tolerationSeconds` is set");
        }
        switch (operator) {
            case "", "Equal" -> {
                List<String> problems = new ArrayList<>();
                Names.labelValue(text(toleration, "value"), problems::add);
                if (!problems.isEmpty()) {
                    checks.invalid(path + ".operator", text(toleration, "value"), String.join(";", problems));
                }
            }
            case "Exists" -> {
                if (!text(toleration, "value").isEmpty()) {
                    checks.invalid(
                            path + ".operator",
                            text(toleration, "value"),
                            "value must be empty when `operator` is 'Exists'");
                }
            }
            case "Lt", "Gt" ->
                checks.notSupported(
                        path + ".operator", toleration.path("operator"), List.of("Equal", "Exists", "Lt", "Gt"));
            default -> checks.notSupported(path + ".operator", toleration.path("operator"), List.of("Equal", "Exists"));
        }
        if (!effect.isEmpty() && !EFFECTS.contains(effect)) {
            checks.notSupported(path + ".effect", toleration.path("effect"), EFFECTS);
        }
    }
}
