package io.i2kit.apiserver.registry.admission;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.openapi.Quantity;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** One limit of a LimitRange against one object, in the words of {@code plugin/pkg/admission/limitranger/admission.go}. */
final class LimitCheck {
    private final JsonNode limit;
    private final String type;
    private final Consumer<String> faults;

    LimitCheck(JsonNode limit, Consumer<String> faults) {
        this.limit = limit;
        this.type = text(limit, "type");
        this.faults = faults;
    }

    void pod(JsonNode spec) {
        if (type.equals("Container")) {
            for (String list : List.of("containers", "initContainers")) {
                for (JsonNode container : spec.path(list)) {
                    JsonNode resources = container.path("resources");
                    bounds(Amounts.of(resources.path("requests")), Amounts.of(resources.path("limits")));
                }
            }
        } else if (type.equals("Pod")) {
            bounds(PodAmounts.of(spec, "requests"), PodAmounts.of(spec, "limits"));
        }
    }

    void claim(JsonNode spec) {
        if (!type.equals("PersistentVolumeClaim")) {
            return;
        }
        Amounts requests = Amounts.of(spec.path("resources").path("requests"));
        bound("min").values().forEach((name, value) -> least(name, value, requests, new Amounts()));
        bound("max").values().forEach((name, value) -> {
            String head = head("maximum", name, value);
            if (!requests.has(name)) {
                faults.accept(head + ".  No request is specified");
            } else if (requests.get(name).compareTo(value) > 0) {
                faults.accept(head + ", but request is " + requests.get(name).canonical());
            }
        });
    }

    private Amounts bound(String field) {
        return Amounts.of(limit.path(field));
    }

    private String head(String what, String name, Quantity value) {
        return what + " " + name + " usage per " + type + " is " + value.canonical();
    }

    private void bounds(Amounts requests, Amounts limits) {
        bound("min").values().forEach((name, value) -> least(name, value, requests, limits));
        bound("max").values().forEach((name, value) -> most(name, value, requests, limits));
        bound("maxLimitRequestRatio").values().forEach((name, value) -> ratio(name, value, requests, limits));
    }

    private void least(String name, Quantity value, Amounts requests, Amounts limits) {
        String head = head("minimum", name, value);
        if (!requests.has(name)) {
            faults.accept(head + ".  No request is specified");
        } else if (requests.get(name).compareTo(value) < 0) {
            faults.accept(head + ", but request is " + requests.get(name).canonical());
        } else if (limits.has(name) && limits.get(name).compareTo(value) < 0) {
            faults.accept(head + ", but limit is " + limits.get(name).canonical());
        }
    }

    private void most(String name, Quantity value, Amounts requests, Amounts limits) {
        String head = head("maximum", name, value);
        if (!limits.has(name)) {
            faults.accept(head + ".  No limit is specified");
        } else if (limits.get(name).compareTo(value) > 0) {
            faults.accept(head + ", but limit is " + limits.get(name).canonical());
        } else if (requests.has(name) && requests.get(name).compareTo(value) > 0) {
            faults.accept(head + ", but request is " + requests.get(name).canonical());
        }
    }

    private void ratio(String name, Quantity value, Amounts requests, Amounts limits) {
        String head = name + " max limit to request ratio per " + type + " is " + value.canonical();
        BigDecimal request = requests.get(name).amount();
        BigDecimal most = limits.get(name).amount();
        if (request.signum() == 0) {
            faults.accept(head + ", but no request is specified or request is 0");
        } else if (most.signum() == 0) {
            faults.accept(head + ", but no limit is specified or limit is 0");
        } else {
            BigDecimal observed = most.divide(request, MathContext.DECIMAL64);
            if (observed.compareTo(value.amount()) > 0) {
                faults.accept(head + String.format(Locale.ROOT, ", but provided ratio is %f", observed.doubleValue()));
            }
        }
    }
}
