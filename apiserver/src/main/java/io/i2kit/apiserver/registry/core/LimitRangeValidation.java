package io.i2kit.apiserver.registry.core;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.openapi.Quantity;
import io.i2kit.apiserver.registry.Names;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** {@code ValidateLimitRange} of {@code pkg/apis/core/validation/validation.go}. */
final class LimitRangeValidation {
    private static final Set<String> TYPES = Set.of("Pod", "Container", "PersistentVolumeClaim");
    private static final BigInteger MAX_MILLI = BigInteger.valueOf(Long.MAX_VALUE / 1000);

    private final FieldChecks checks;

    LimitRangeValidation(FieldChecks checks) {
        this.checks = checks;
    }

    void validate(JsonNode limits) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < limits.size(); i++) {
            JsonNode limit = limits.path(i);
            String path = "spec.limits[" + i + "]";
            String type = text(limit, "type");
            List<String> problems = new ArrayList<>();
            Names.qualified(type, problems::add);
            problems.forEach(problem -> checks.invalid(path + ".type", type, problem));
            if (problems.isEmpty() && !type.contains("/") && !TYPES.contains(type)) {
                checks.invalid(path + ".type", type, "must be a standard limit type or fully qualified");
            }
            if (!seen.add(type)) {
                checks.duplicate(path + ".type", type);
            }
            limit(limit, type, path);
        }
    }

    private void limit(JsonNode limit, String type, String path) {
        Set<String> keys = new TreeSet<>();
        names(limit, "max", type, path, keys);
        names(limit, "min", type, path, keys);
        boolean pod = type.equals("Pod");
        for (String field : List.of("default", "defaultRequest")) {
            if (!pod) {
                names(limit, field, type, path, keys);
            } else if (!limit.path(field).isEmpty()) {
                checks.forbidden(path + "." + field, "may not be specified when `type` is 'Pod'");
            }
        }
        if (type.equals("PersistentVolumeClaim")
                && !limit.path("min").has("storage")
                && !limit.path("max").has("storage")) {
            checks.required(
                    path + ".limits", "either minimum or maximum storage value is required, but neither was provided");
        }
        names(limit, "maxLimitRequestRatio", type, path, keys);
        for (String key : keys) {
            new Amounts(limit, key, pod, path).compare(checks);
        }
    }

    private void names(JsonNode limit, String field, String type, String path, Set<String> keys) {
        for (Map.Entry<String, JsonNode> amount : limit.path(field).properties()) {
            String here = path + "." + field + "[" + amount.getKey() + "]";
            if (type.equals("Pod") || type.equals("Container")) {
                ResourceNameRules.container(checks, amount.getKey(), here);
            } else {
                ResourceNameRules.any(checks, amount.getKey(), here);
            }
            keys.add(amount.getKey());
        }
    }

    /** The amounts of one resource in one limit. */
    private static final class Amounts {
        private final String key;
        private final String path;
        private final @Nullable Quantity least;
        private final @Nullable Quantity most;
        private final @Nullable Quantity limit;
        private final @Nullable Quantity request;
        private final @Nullable Quantity ratio;

        Amounts(JsonNode item, String key, boolean pod, String path) {
            this.key = key;
            this.path = path;
            this.least = amount(item, "min", key);
            this.most = amount(item, "max", key);
            this.limit = pod ? null : amount(item, "default", key);
            this.request = pod ? null : amount(item, "defaultRequest", key);
            this.ratio = amount(item, "maxLimitRequestRatio", key);
        }

        private static @Nullable Quantity amount(JsonNode item, String field, String key) {
            JsonNode value = item.path(field).path(key);
            return value.isString() ? Quantity.parse(value.asString()) : null;
        }

        void compare(FieldChecks checks) {
            above(checks, least, most, "min", least, "min value %s is greater than max value %s");
            above(
                    checks,
                    least,
                    request,
                    "defaultRequest",
                    request,
                    "min value %s is greater than default request value %s");
            above(
                    checks,
                    request,
                    most,
                    "defaultRequest",
                    request,
                    "default request value %s is greater than max value %s");
            above(
                    checks,
                    request,
                    limit,
                    "defaultRequest",
                    request,
                    "default request value %s is greater than default limit value %s");
            above(checks, least, limit, "default", least, "min value %s is greater than default value %s");
            above(checks, limit, most, "default", most, "default value %s is greater than max value %s");
            ratio(checks);
            if (!ResourceNameRules.mayOvercommit(key)
                    && limit != null
                    && request != null
                    && limit.compareTo(request) != 0) {
                invalid(
                        checks,
                        "defaultRequest",
                        request,
                        "default value " + limit.canonical() + " must equal to defaultRequest value "
                                + request.canonical() + " in " + key);
            }
        }

        private void above(
                FieldChecks checks,
                @Nullable Quantity low,
                @Nullable Quantity high,
                String field,
                @Nullable Quantity shown,
                String text) {
            if (low != null && high != null && shown != null && low.compareTo(high) > 0) {
                invalid(checks, field, shown, String.format(Locale.ROOT, text, low.canonical(), high.canonical()));
            }
        }

        private void invalid(FieldChecks checks, String field, Quantity shown, String detail) {
            checks.invalid(path + "." + field + "[" + key + "]", shown.canonical(), detail);
        }

        private void ratio(FieldChecks checks) {
            if (ratio == null) {
                return;
            }
            if (ratio.amount().compareTo(BigDecimal.ONE) < 0) {
                invalid(checks, "maxLimitRequestRatio", ratio, "ratio " + ratio.canonical() + " is less than 1");
            }
            if (least == null || most == null) {
                return;
            }
            boolean milli = ratio.value().compareTo(MAX_MILLI) < 0
                    && least.value().compareTo(MAX_MILLI) < 0
                    && most.value().compareTo(MAX_MILLI) < 0;
            double wanted = milli
                    ? ratio.milliValue().doubleValue() / 1000
                    : ratio.value().doubleValue();
            double possible = milli
                    ? most.milliValue().doubleValue() / least.milliValue().doubleValue()
                    : most.value().doubleValue() / least.value().doubleValue();
            if (wanted > possible) {
                invalid(
                        checks,
                        "maxLimitRequestRatio",
                        ratio,
                        String.format(
                                Locale.ROOT, "ratio %s is greater than max/min = %f", ratio.canonical(), possible));
            }
        }
    }
}
