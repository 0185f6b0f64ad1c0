package io.i2kit.apiserver.registry.core;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.openapi.Quantity;
import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Names;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** {@code ValidateNode} and {@code ValidateNodeUpdate} of {@code pkg/apis/core/validation/validation.go}. */
final class NodeValidation {
    private static final List<String> EFFECTS = List.of("NoSchedule", "PreferNoSchedule", "NoExecute");

    private final JsonNode node;
    private final JsonNode spec;
    private final FieldChecks checks;

    NodeValidation(JsonNode node, FieldChecks checks) {
        this.node = node;
        this.spec = node.path("spec");
        this.checks = checks;
    }

    void validate() {
        taints();
        resources();
        JsonNode ranges = spec.path("podCIDRs");
        for (int i = 0; i < ranges.size(); i++) {
            NetworkRules.range(checks, ranges.path(i).asString(""), "spec.podCIDRs[" + i + "]");
        }
        boolean six = ranges.valueStream().anyMatch(range -> range.asString("").contains(":"));
        boolean four =
                ranges.valueStream().anyMatch(range -> !range.asString("").contains(":"));
        if (ranges.size() > 2 || ranges.size() == 2 && !(four && six)) {
            checks.invalid("spec.podCIDRs", ranges, "may specify no more than one CIDR for each IP family");
        }
    }

    /** Upstream says that they are of the metadata. */
    private void taints() {
        Set<List<String>> seen = new HashSet<>();
        for (int i = 0; i < spec.path("taints").size(); i++) {
            JsonNode taint = spec.path("taints").path(i);
            String path = "metadata.taints[" + i + "]";
            checks.qualified(text(taint, "key"), path + ".key");
            List<String> problems = new ArrayList<>();
            Names.labelValue(text(taint, "value"), problems::add);
            if (!problems.isEmpty()) {
                checks.invalid(path + ".value", text(taint, "value"), String.join(";", problems));
            }
            checks.oneOf(taint, "effect", path, EFFECTS);
            if (!seen.add(List.of(text(taint, "key"), text(taint, "effect")))) {
                checks.add(new FieldError(
                        "FieldValueDuplicate",
                        path,
                        "Duplicate value: " + goStyle(taint) + ": taints must be unique by key and effect pair"));
            }
        }
    }

    /** As upstream shows it: its internal types have no JSON names. */
    private static JsonNode goStyle(JsonNode taint) {
        return Json.object()
                .put("Key", text(taint, "key"))
                .put("Value", text(taint, "value"))
                .put("Effect", text(taint, "effect"))
                .set("TimeAdded", taint.get("timeAdded"));
    }

    private void resources() {
        for (String field : List.of("capacity", "allocatable")) {
            for (Map.Entry<String, JsonNode> resource :
                    node.path("status").path(field).properties()) {
                String path = "status." + field + "." + resource.getKey();
                Quantity quantity = Quantity.parse(resource.getValue().asString());
                if (quantity.sign() < 0) {
                    checks.invalid(path, resource.getValue(), "must be greater than or equal to 0");
                }
                boolean whole = quantity.amount().remainder(BigDecimal.ONE).signum() == 0;
                if (!whole && ResourceNameRules.isWhole(resource.getKey())) {
                    checks.invalid(path, resource.getValue(), "must be an integer");
                }
            }
        }
    }

    void validateUpdate(JsonNode old) {
        resources();
        JsonNode addresses = node.path("status").path("addresses");
        Set<JsonNode> seen = new HashSet<>();
        for (int i = 0; i < addresses.size(); i++) {
            if (!seen.add(addresses.path(i))) {
                JsonNode shown = Json.object()
                        .put("Type", text(addresses.path(i), "type"))
                        .put("Address", text(addresses.path(i), "address"));
                checks.duplicate("status.addresses[" + i + "]", shown);
            }
        }
        JsonNode before = old.path("spec");
        if (!before.path("podCIDRs").isEmpty() && !Json.same(before.path("podCIDRs"), spec.path("podCIDRs"))) {
            checks.forbidden("spec.podCIDRs", "node updates may not change podCIDR except from \"\" to valid");
        }
        taints();
        if (!text(spec, "externalID").equals(text(before, "externalID"))) {
            checks.forbidden("spec.externalID", "may not be updated");
        }
        String provider = text(before, "providerID");
        if (!provider.isEmpty() && !text(spec, "providerID").equals(provider)) {
            String what = text(spec, "providerID").isEmpty() ? "cleared" : "modified";
            checks.add(FieldError.invalid("spec.providerID", "null", "field cannot be " + what + " once set"));
        }
    }
}
