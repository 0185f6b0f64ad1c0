package io.i2kit.apiserver.registry.core;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

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
            JsonNode terms = node.path(REQUIRED).path("nodeSelectorTerms");
            String here = path + ".nodeAffinity." + REQUIRED + ".nodeSelectorTerms";
            if (terms.isEmpty()) {
                checks.required(here, "must have at least one node selector term");
            }
            for (int i = 0; i < terms.size(); i++) {
                nodeTerm(terms.path(i), here + "[" + i + "]");
            }
        }
        for (int i = 0; i < node.path(PREFERRED).size(); i++) {
            String here = path + ".nodeAffinity." + PREFERRED + "[" + i + "]";
            weight(node.path(PREFERRED).path(i), here);
            nodeTerm(node.path(PREFERRED).path(i).path("preference"), here + ".preference");
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

    private void weight(JsonNode term, String path) {
        int weight = term.path("weight").asInt(0);
        if (weight < 1 || weight > 100) {
            checks.invalid(path + ".weight", term.path("weight"), "must be in the range 1-100");
        }
    }

    private void nodeTerm(JsonNode term, String path) {
        JsonNode expressions = term.path("matchExpressions");
        for (int i = 0; i < expressions.size(); i++) {
            JsonNode expression = expressions.path(i);
            String here = path + ".matchExpressions[" + i + "]";
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
            checks.qualified(text(expression, "key"), here + ".key");
        }
    }

    private void podTerm(JsonNode term, String path) {
        checks.selector(term.path("labelSelector"), path + ".labelSelector");
        for (JsonNode namespace : term.path("namespaces")) {
            checks.label(namespace.asString(""), path + ".namespace");
        }
        if (text(term, "topologyKey").isEmpty()) {
            checks.required(path + ".topologyKey", "can not be empty");
        }
        checks.qualified(text(term, "topologyKey"), path + ".topologyKey");
    }

    void spread(JsonNode constraints, String path) {
        for (int i = 0; i < constraints.size(); i++) {
            JsonNode constraint = constraints.path(i);
            String here = path + "[" + i + "]";
            if (constraint.path("maxSkew").asInt(0) <= 0) {
                checks.invalid(here + ".maxSkew", constraint.path("maxSkew"), "must be greater than zero");
            }
            if (text(constraint, "topologyKey").isEmpty()) {
                checks.required(here + ".topologyKey", "can not be empty");
            } else {
                checks.qualified(text(constraint, "topologyKey"), here + ".topologyKey");
            }
            List<String> actions = List.of("DoNotSchedule", "ScheduleAnyway");
            if (!actions.contains(text(constraint, "whenUnsatisfiable"))) {
                checks.notSupported(here + ".whenUnsatisfiable", constraint.path("whenUnsatisfiable"), actions);
            }
            checks.selector(constraint.path("labelSelector"), here + ".labelSelector");
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
            default -> checks.notSupported(path + ".operator", toleration.path("operator"), List.of("Equal", "Exists"));
        }
        if (!effect.isEmpty() && !EFFECTS.contains(effect)) {
            checks.notSupported(path + ".effect", toleration.path("effect"), EFFECTS);
        }
    }
}
