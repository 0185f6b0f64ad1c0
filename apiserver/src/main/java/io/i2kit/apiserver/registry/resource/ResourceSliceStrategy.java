package io.i2kit.apiserver.registry.resource;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.SpecStrategy;
import io.i2kit.apiserver.registry.core.FieldChecks;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * ResourceSlices: {@code pkg/registry/resource/resourceslice/strategy.go} and {@code pkg/apis/resource/validation}, without the rules
 * of counters, taints and request policies.
 */
final class ResourceSliceStrategy extends SpecStrategy {
    private static final List<String> PLACES =
            List.of("nodeName", "nodeSelector", "allNodes", "perDeviceNodeSelection");
    private static final List<String> DEVICE_PLACES = List.of("nodeName", "nodeSelector", "allNodes");
    private static final List<String> VALUES =
            List.of("int", "bool", "string", "version", "ints", "bools", "strings", "versions");
    private static final String ONE_PLACE =
            "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required";
    private static final int MAX_DEVICES = 128;
    private static final int MAX_ADVANCED_DEVICES = 64;
    private static final int MAX_ATTRIBUTES = 32;
    private static final int MAX_VALUE = 64;
    private static final Pattern VERSION = Pattern.compile("(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)"
            + "(-(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)(\\.(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?"
            + "(\\+[0-9a-zA-Z-]+(\\.[0-9a-zA-Z-]+)*)?");

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        validate(object.path("spec"), null, new FieldChecks(errors));
    }

    private static void validate(JsonNode spec, @Nullable JsonNode old, FieldChecks checks) {
        DeviceRules rules = new DeviceRules(checks);
        rules.driver(text(spec, "driver"), "spec.driver");
        JsonNode pool = spec.path("pool");
        rules.pool(text(pool, "name"), "spec.pool.name");
        if (pool.path("resourceSliceCount").asLong(0) <= 0) {
            checks.add(FieldError.invalid(
                    "spec.pool.resourceSliceCount",
                    Long.toString(pool.path("resourceSliceCount").asLong(0)),
                    "must be greater than zero"));
        }
        if (pool.path("generation").asLong(0) < 0) {
            checks.invalid("spec.pool.generation", pool.path("generation"), "must be greater than or equal to zero");
        }
        if (old != null) {
            checks.sameText(pool, old.path("pool"), "name", "spec.pool");
            checks.sameText(spec, old, "driver", "spec");
            checks.immutable(spec.path("nodeName"), old.path("nodeName"), "spec.nodeName");
        }
        place(spec, checks);
        if (spec.has("sharedCounters") && spec.has("devices")) {
            checks.invalid("spec", "", "only one of `sharedCounters` or `devices` is allowed");
        }
        devices(spec, checks, rules);
        oneValueEach(spec.path("devices"), checks);
    }

    private static void place(JsonNode spec, FieldChecks checks) {
        List<String> set = places(spec, "spec.", PLACES, checks, "must be either unset or set to a non-empty string");
        if (spec.has("nodeSelector")
                && spec.path("nodeSelector").path("nodeSelectorTerms").size() != 1) {
            checks.invalid(
                    "spec.nodeSelector.nodeSelectorTerms",
                    spec.path("nodeSelector").path("nodeSelectorTerms"),
                    "must have exactly one node selector term");
        }
        if (set.isEmpty()) {
            checks.required("spec", ONE_PLACE);
        } else if (set.size() > 1) {
            checks.invalid("spec", "{" + String.join(", ", set) + "}", ONE_PLACE + ", but multiple fields are set");
        }
    }

    private static List<String> places(
            JsonNode owner, String prefix, List<String> fields, FieldChecks checks, String empty) {
        List<String> set = new ArrayList<>();
        for (String field : fields) {
            JsonNode value = owner.path(field);
            if (!owner.has(field) || value.isNull()) {
                continue;
            }
            if (field.equals("nodeName") && value.asString("").isEmpty()) {
                checks.invalid(prefix + field, value, empty);
            } else if (value.isBoolean() && !value.booleanValue()) {
                checks.invalid(prefix + field, value, "must be either unset or set to true");
            } else {
                set.add("`" + field + "`");
            }
            if (field.equals("nodeName") && !value.asString("").isEmpty()) {
                checks.subdomain(value.asString(""), prefix + field);
            }
        }
        return set;
    }

    private static void devices(JsonNode spec, FieldChecks checks, DeviceRules rules) {
        JsonNode devices = spec.path("devices");
        boolean advanced = devices.valueStream()
                .anyMatch(device -> !device.path("taints").isEmpty()
                        || !device.path("consumesCounters").isEmpty());
        int most = advanced ? MAX_ADVANCED_DEVICES : MAX_DEVICES;
        if (devices.size() > most) {
            checks.tooMany("spec.devices", devices.size(), most);
            return;
        }
        Set<String> names = new HashSet<>();
        boolean each = spec.path("perDeviceNodeSelection").asBoolean(false);
        for (int i = 0; i < devices.size(); i++) {
            String path = "spec.devices[" + i + "]";
            device(devices.path(i), path, checks, rules);
            placeOf(devices.path(i), path, each, checks);
            if (!names.add(text(devices.path(i), "name"))) {
                checks.duplicate(path, text(devices.path(i), "name"));
            }
        }
    }

    private static void device(JsonNode device, String path, FieldChecks checks, DeviceRules rules) {
        checks.label(text(device, "name"), path + ".name");
        JsonNode attributes = device.path("attributes");
        JsonNode capacity = device.path("capacity");
        int size = attributes.size() + capacity.size();
        if (size > MAX_ATTRIBUTES) {
            checks.add(FieldError.invalid(
                    path,
                    Integer.toString(size),
                    "the total number of attributes and capacities must not exceed " + MAX_ATTRIBUTES));
        }
        attributes.properties().forEach(attribute -> {
            rules.qualified(attribute.getKey(), path + ".attributes");
            attribute(attribute.getValue(), path + ".attributes[" + attribute.getKey() + "]", checks);
        });
        boolean shared = device.path("allowMultipleAllocations").asBoolean(false);
        capacity.properties().forEach(entry -> {
            rules.qualified(entry.getKey(), path + ".capacity");
            if (entry.getValue().has("requestPolicy") && !shared) {
                checks.forbidden(
                        path + ".capacity[" + entry.getKey() + "].requestPolicy",
                        "allowMultipleAllocations must be true");
            }
        });
    }

    private static void attribute(JsonNode attribute, String path, FieldChecks checks) {
        if (attribute.has("string") && text(attribute, "string").length() > MAX_VALUE) {
            checks.tooLong(path + ".string", MAX_VALUE);
        }
        if (attribute.has("version")
                && !VERSION.matcher(text(attribute, "version")).matches()) {
            checks.invalid(
                    path + ".version",
                    text(attribute, "version"),
                    "must be a string compatible with semver.org spec 2.0.0");
        }
    }

    /** A declarative rule of upstream's: those come last. */
    private static void oneValueEach(JsonNode devices, FieldChecks checks) {
        for (int i = 0; i < devices.size(); i++) {
            String path = "spec.devices[" + i + "].attributes[";
            devices.path(i).path("attributes").properties().forEach(attribute -> {
                List<String> set =
                        VALUES.stream().filter(attribute.getValue()::has).toList();
                String here = path + attribute.getKey() + "]";
                if (set.isEmpty()) {
                    checks.invalid(here, "", "must specify one of: " + ticked(VALUES));
                } else if (set.size() > 1) {
                    checks.invalid(here, "{" + ticked(set) + "}", "must specify exactly one of: " + ticked(VALUES));
                }
            });
        }
    }

    private static String ticked(List<String> names) {
        return "`" + String.join("`, `", names) + "`";
    }

    private static void placeOf(JsonNode device, String path, boolean each, FieldChecks checks) {
        List<String> set = DEVICE_PLACES.stream().filter(device::has).toList();
        if (each) {
            List<String> good = places(device, path + ".", DEVICE_PLACES, checks, "must not be empty");
            String rule =
                    "exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection`"
                            + " is set to true in the ResourceSlice spec";
            if (good.isEmpty()) {
                checks.required(path, rule);
            } else if (good.size() > 1) {
                checks.invalid(path, "{" + String.join(", ", good) + "}", rule);
            }
        } else if (!set.isEmpty()) {
            checks.invalid(
                    path,
                    device.path("none"),
                    "`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in"
                            + " the ResourceSlice spec");
        }
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        validate(object.path("spec"), old.path("spec"), new FieldChecks(errors));
    }

    @Override
    public List<String> selectableFields() {
        return List.of("spec.nodeName", "spec.driver");
    }
}
