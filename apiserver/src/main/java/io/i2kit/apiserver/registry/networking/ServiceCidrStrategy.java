package io.i2kit.apiserver.registry.networking;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.StatusStrategy;
import io.i2kit.apiserver.registry.core.FieldChecks;
import io.i2kit.apiserver.registry.core.NetworkRules;
import io.i2kit.apiserver.registry.core.ServiceAddresses;
import io.i2kit.apiserver.registry.core.ServiceAllocator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** ServiceCIDRs: {@code pkg/registry/networking/servicecidr/strategy.go} and {@code pkg/apis/networking/validation}. */
final class ServiceCidrStrategy extends StatusStrategy {
    private static final String PATH = "spec.cidrs";

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        JsonNode ranges = object.path("spec").path("cidrs");
        if (ranges.isEmpty()) {
            checks.required(PATH, "at least one CIDR required");
            return;
        }
        if (ranges.size() > 2) {
            checks.invalid(PATH, Json.object().set("CIDRs", ranges), "may only hold up to 2 values");
            return;
        }
        for (int i = 0; i < ranges.size(); i++) {
            NetworkRules.canonicalRange(checks, ranges.path(i).asString(""), PATH + "[" + i + "]");
        }
        if (ranges.size() == 2 && family(ranges.path(0)).equals(family(ranges.path(1)))) {
            checks.invalid(
                    PATH,
                    ranges,
                    "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64");
        }
    }

    /** Ranges of no family are two of their own. */
    private static String family(JsonNode range) {
        String text = range.asString("");
        return !NetworkRules.isRange(text) ? text : text.contains(":") ? "IPv6" : "IPv4";
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        JsonNode ranges = object.path("spec").path("cidrs");
        JsonNode before = old.path("spec").path("cidrs");
        boolean second = before.size() == 1 && ranges.size() == 2;
        if (before.size() != ranges.size() && !second) {
            checks.invalid(PATH, ranges, "field is immutable");
            return;
        }
        for (int i = 0; i < before.size(); i++) {
            checks.immutable(ranges.path(i), before.path(i), PATH + "[" + i + "]");
        }
        if (second) {
            validate(object, errors);
        }
    }

    @Override
    public void warnings(ObjectNode object, @Nullable ObjectNode old, Consumer<String> warnings) {
        JsonNode ranges = object.path("spec").path("cidrs");
        for (int i = 0; i < ranges.size(); i++) {
            String range = ranges.path(i).asString("");
            if (!ServiceAddresses.isServed(range)) {
                warnings.accept(PATH + "[" + i + "]: Services get addresses of " + ServiceAllocator.addressRange()
                        + " only, none of " + range);
            }
        }
    }
}
