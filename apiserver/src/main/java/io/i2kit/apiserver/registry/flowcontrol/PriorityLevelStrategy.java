package io.i2kit.apiserver.registry.flowcontrol;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.core.FieldChecks;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * PriorityLevelConfigurations: {@code pkg/registry/flowcontrol/prioritylevelconfiguration/strategy.go} and
 * {@code pkg/apis/flowcontrol/validation}, with the faults that upstream declares on the types after those.
 */
final class PriorityLevelStrategy extends FlowStrategy {
    private static final String EXEMPT = "exempt";
    private static final String ZERO_SHARES = "flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares";
    private static final int MAX_QUEUES = 10_000_000;
    private static final int MAX_HASH_BITS = 60;

    @Override
    public void setDefaults(ObjectNode object) {
        ObjectNode spec = object.withObject("spec");
        if (spec.get(EXEMPT) instanceof ObjectNode exempt) {
            fill(exempt, "nominalConcurrencyShares", 0, false);
            fill(exempt, "lendablePercent", 0, false);
        }
        if (spec.get("limited") instanceof ObjectNode limited) {
            fill(limited, "nominalConcurrencyShares", 30, false);
            fill(limited, "lendablePercent", 0, false);
            if (limited.path("limitResponse").get("queuing") instanceof ObjectNode queuing) {
                fill(queuing, "handSize", 8, true);
                fill(queuing, "queues", 64, true);
                fill(queuing, "queueLengthLimit", 50, true);
            }
        }
    }

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        if (object.path("metadata").path("annotations").has(ZERO_SHARES)) {
            checks.forbidden("metadata.annotations", "annotation '" + ZERO_SHARES + "' is forbidden");
        }
        String name = Meta.name(object);
        JsonNode spec = object.path("spec");
        if (name.equals(EXEMPT) != text(spec, "type").equals("Exempt")) {
            checks.invalid("spec.type", text(spec, "type"), "must be 'Exempt' if and only if `name` is 'exempt'");
        }
        switch (text(spec, "type")) {
            case "Exempt" -> shares(spec.path(EXEMPT), "spec.exempt", checks);
            case "Limited" -> limited(spec.path("limited"), checks);
            case "" -> {} // required, below
            default -> checks.notSupported("spec.type", spec.path("type"), List.of("Exempt", "Limited"));
        }
        mandatory(name, spec, checks);
        conditions(object, checks);
        declared(spec, checks);
    }

    private static void shares(JsonNode level, String path, FieldChecks checks) {
        if (level.path("nominalConcurrencyShares").asLong(0) < 0) {
            checks.invalid(
                    path + ".nominalConcurrencyShares",
                    level.path("nominalConcurrencyShares"),
                    "must be a non-negative integer");
        }
        if (path.endsWith("limited")) {
            response(level.path("limitResponse"), checks);
        }
        checks.between(level.path("lendablePercent"), path + ".lendablePercent", 0, 100);
    }

    private static void limited(JsonNode limited, FieldChecks checks) {
        shares(limited, "spec.limited", checks);
        if (limited.path("borrowingLimitPercent").asLong(0) < 0) {
            checks.invalid(
                    "spec.limited.borrowingLimitPercent",
                    limited.path("borrowingLimitPercent"),
                    "if specified, must be a non-negative integer");
        }
    }

    private static void response(JsonNode response, FieldChecks checks) {
        String path = "spec.limited.limitResponse";
        switch (text(response, "type")) {
            case "Queue" -> {
                if (isGiven(response, "queuing")) {
                    queuing(response.path("queuing"), path + ".queuing", checks);
                }
            }
            case "Reject", "" -> {} // what is declared, below
            default -> checks.notSupported(path + ".type", response.path("type"), List.of("Queue", "Reject"));
        }
    }

    /** {@code ValidatePriorityLevelQueuingConfiguration}, with the entropy that shuffle sharding needs. */
    private static void queuing(JsonNode queuing, String path, FieldChecks checks) {
        if (queuing.path("queueLengthLimit").asLong(0) <= 0) {
            checks.invalid(path + ".queueLengthLimit", queuing.path("queueLengthLimit"), "must be positive");
        }
        long queues = queuing.path("queues").asLong(0);
        if (queues <= 0) {
            checks.invalid(path + ".queues", queuing.path("queues"), "must be positive");
        } else if (queues > MAX_QUEUES) {
            checks.invalid(path + ".queues", queuing.path("queues"), "must not be greater than " + MAX_QUEUES);
        }
        long hand = queuing.path("handSize").asLong(0);
        String here = path + ".handSize";
        if (hand <= 0) {
            checks.invalid(here, queuing.path("handSize"), "must be positive");
        } else if (hand > queues) {
            checks.invalid(here, queuing.path("handSize"), "should not be greater than queues (" + queues + ")");
        } else if (Math.ceil(logarithm(queues) * hand) > MAX_HASH_BITS) {
            checks.invalid(
                    here,
                    queuing.path("handSize"),
                    "required entropy bits of deckSize " + queues + " and handSize " + hand
                            + " should not be greater than " + MAX_HASH_BITS);
        }
    }

    /** Of base 2, and exact for powers of it. */
    private static double logarithm(long number) {
        int exponent = Math.getExponent((double) number);
        return exponent + Math.log(number / Math.scalb(1.0, exponent)) / Math.log(2);
    }

    private static void mandatory(String name, JsonNode spec, FieldChecks checks) {
        ObjectNode fixed = FlowBootstrap.mandatoryLevel(name);
        if (fixed == null) {
            return;
        }
        boolean free = name.equals(EXEMPT);
        JsonNode have = spec.deepCopy();
        if (free && have instanceof ObjectNode changed) {
            changed.set(EXEMPT, fixed.path("spec").path(EXEMPT));
        }
        if (!Json.same(have, fixed.path("spec"))) {
            checks.invalid(
                    "spec",
                    spec,
                    "spec of '" + name + "'" + (free ? " except the 'spec.exempt' field" : "")
                            + " must equal the fixed value");
        }
    }

    /** What upstream declares on the types: {@code pkg/apis/flowcontrol/v1/zz_generated.validations.go}. */
    private static void declared(JsonNode spec, FieldChecks checks) {
        String type = text(spec, "type");
        if (isGiven(spec, EXEMPT) && !type.equals("Exempt")) {
            checks.forbidden("spec.exempt", "");
        }
        if (isGiven(spec, "limited") && !type.equals("Limited")) {
            checks.forbidden("spec.limited", "");
        } else if (!isGiven(spec, "limited") && type.equals("Limited")) {
            checks.required("spec.limited", "");
        }
        if (type.isEmpty()) {
            checks.required("spec.type", "");
        }
        if (isGiven(spec, "limited")) {
            declaredResponse(spec.path("limited").path("limitResponse"), checks);
        }
    }

    private static void declaredResponse(JsonNode response, FieldChecks checks) {
        String path = "spec.limited.limitResponse";
        String type = text(response, "type");
        if (isGiven(response, "queuing") && !type.equals("Queue")) {
            checks.forbidden(path + ".queuing", "");
        } else if (!isGiven(response, "queuing") && type.equals("Queue")) {
            checks.required(path + ".queuing", "");
        }
        if (type.isEmpty()) {
            checks.required(path + ".type", "");
        }
    }

    private static boolean isGiven(JsonNode owner, String field) {
        return !owner.path(field).isMissingNode() && !owner.path(field).isNull();
    }
}
