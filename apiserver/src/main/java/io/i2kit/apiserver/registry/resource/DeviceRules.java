package io.i2kit.apiserver.registry.resource;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.Names;
import io.i2kit.apiserver.registry.core.FieldChecks;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What is asked of devices: {@code pkg/apis/resource/validation/validation.go}. Expressions of CEL are kept and not compiled, since
 * nothing here evaluates them.
 */
final class DeviceRules {
    private static final int MAX_REQUESTS = 32;
    private static final int MAX_ALTERNATIVES = 8;
    private static final int MAX_EXPRESSION = 10 * 1024;
    private static final int MAX_PARAMETERS = 10 * 1024;
    private static final int MAX_DRIVER = 63;
    private static final int MAX_IDENTIFIER = 32;
    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final List<String> EFFECTS = List.of("NoExecute", "NoSchedule", "None");
    private static final String ONE_OF = "exactly one of `exactly` or `firstAvailable` is required";
    private static final String NO_REQUEST =
            "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";

    private final FieldChecks checks;

    DeviceRules(FieldChecks checks) {
        this.checks = checks;
    }

    /** Names of requests, and of {@code request/subrequest}. */
    static Set<String> requestNames(JsonNode devices) {
        Set<String> names = new HashSet<>();
        for (JsonNode request : devices.path("requests")) {
            names.add(text(request, "name"));
            request.path("firstAvailable").forEach(part -> names.add(text(request, "name") + "/" + text(part, "name")));
        }
        return names;
    }

    /** {@code validateDeviceClaim}. */
    void claim(JsonNode devices, String path) {
        Set<String> names = requestNames(devices);
        JsonNode requests = devices.path("requests");
        if (fits(requests, path + ".requests", MAX_REQUESTS)) {
            Set<String> seen = new HashSet<>();
            for (int i = 0; i < requests.size(); i++) {
                request(requests.path(i), path + ".requests[" + i + "]");
                unique(text(requests.path(i), "name"), path + ".requests[" + i + "]", seen);
            }
        }
        JsonNode constraints = devices.path("constraints");
        if (fits(constraints, path + ".constraints", MAX_REQUESTS)) {
            for (int i = 0; i < constraints.size(); i++) {
                constraint(constraints.path(i), path + ".constraints[" + i + "]", names);
            }
        }
        configurations(devices.path("config"), path + ".config", names);
    }

    private boolean fits(JsonNode list, String path, int max) {
        if (list.size() > max) {
            checks.tooMany(path, list.size(), max);
        }
        return list.size() <= max;
    }

    private void unique(String key, String path, Set<String> seen) {
        if (!seen.add(key)) {
            checks.duplicate(path, key);
        }
    }

    private void request(JsonNode request, String path) {
        checks.label(text(request, "name"), path + ".name");
        JsonNode parts = request.path("firstAvailable");
        boolean exactly = request.path("exactly").isObject();
        if (!exactly && parts.isEmpty()) {
            checks.required(path, ONE_OF);
        } else if (exactly && !parts.isEmpty()) {
            checks.invalid(path, request.path("none"), ONE_OF + ", but multiple fields are set");
        } else if (exactly) {
            exact(request.path("exactly"), path + ".exactly");
        } else if (fits(parts, path + ".firstAvailable", MAX_ALTERNATIVES)) {
            Set<String> seen = new HashSet<>();
            for (int i = 0; i < parts.size(); i++) {
                String here = path + ".firstAvailable[" + i + "]";
                checks.label(text(parts.path(i), "name"), here + ".name");
                exact(parts.path(i), here);
                unique(text(parts.path(i), "name"), here, seen);
            }
        }
    }

    private void exact(JsonNode request, String path) {
        String type = text(request, "deviceClassName");
        if (type.isEmpty()) {
            checks.required(path + ".deviceClassName", "");
        } else {
            checks.subdomain(type, path + ".deviceClassName");
        }
        selectors(request.path("selectors"), path + ".selectors");
        JsonNode count = request.path("count");
        switch (text(request, "allocationMode")) {
            case "All" -> {
                if (count.asLong(0) != 0) {
                    checks.invalid(path + ".count", count, "must not be specified when allocationMode is 'All'");
                }
            }
            case "ExactCount" -> {
                if (count.asLong(0) <= 0) {
                    checks.invalid(path + ".count", count, "must be greater than zero");
                }
            }
            default ->
                checks.notSupported(
                        path + ".allocationMode", request.path("allocationMode"), List.of("All", "ExactCount"));
        }
        for (int i = 0; i < request.path("tolerations").size(); i++) {
            toleration(request.path("tolerations").path(i), path + ".tolerations[" + i + "]");
        }
    }

    /** {@code validateSelectorSlice}, but for the language. */
    void selectors(JsonNode selectors, String path) {
        if (!fits(selectors, path, MAX_REQUESTS)) {
            return;
        }
        for (int i = 0; i < selectors.size(); i++) {
            JsonNode cel = selectors.path(i).path("cel");
            if (!cel.isObject()) {
                checks.required(path + "[" + i + "].cel", "");
            } else if (bytes(text(cel, "expression")) > MAX_EXPRESSION) {
                checks.tooLong(path + "[" + i + "].cel.expression", MAX_EXPRESSION);
            }
        }
    }

    private void toleration(JsonNode toleration, String path) {
        if (!text(toleration, "key").isEmpty()) {
            checks.qualified(text(toleration, "key"), path + ".key");
        }
        String value = text(toleration, "value");
        switch (text(toleration, "operator")) {
            case "Exists" -> {
                if (!value.isEmpty()) {
                    checks.invalid(path + ".value", value, "must be empty for operator `Exists`");
                }
            }
            case "Equal" -> Names.labelValue(value, problem -> checks.invalid(path + ".value", value, problem));
            case "" -> checks.required(path + ".operator", "");
            default -> checks.notSupported(path + ".operator", toleration.path("operator"), List.of("Equal", "Exists"));
        }
        if (!text(toleration, "effect").isEmpty() && !EFFECTS.contains(text(toleration, "effect"))) {
            checks.notSupported(path + ".effect", toleration.path("effect"), EFFECTS);
        }
    }

    private void constraint(JsonNode constraint, String path, Set<String> names) {
        references(constraint.path("requests"), path + ".requests", names);
        if (constraint.has("matchAttribute")) {
            fullyQualified(text(constraint, "matchAttribute"), path + ".matchAttribute");
        } else if (constraint.has("distinctAttribute")) {
            fullyQualified(text(constraint, "distinctAttribute"), path + ".distinctAttribute");
        } else {
            checks.required(
                    path,
                    "exactly one of \"matchAttribute\" or \"distinctAttribute\" is required, but multiple fields are set");
        }
    }

    /** @param names of requests that a configuration may be about; null where there are none */
    void configurations(JsonNode configurations, String path, @Nullable Set<String> names) {
        if (!fits(configurations, path, MAX_REQUESTS)) {
            return;
        }
        for (int i = 0; i < configurations.size(); i++) {
            JsonNode configuration = configurations.path(i);
            String here = path + "[" + i + "]";
            if (names != null) {
                references(configuration.path("requests"), here + ".requests", names);
            }
            JsonNode opaque = configuration.path("opaque");
            if (opaque.isObject()) {
                parameters(opaque.path("parameters"), here + ".opaque.parameters");
                driver(text(opaque, "driver"), here + ".opaque.driver");
            } else {
                checks.required(here + ".opaque", "");
            }
        }
    }

    private void parameters(JsonNode parameters, String path) {
        if (parameters.isMissingNode() || parameters.isNull()) {
            checks.required(path, "");
        } else if (bytes(parameters.toString()) > MAX_PARAMETERS) {
            checks.tooLong(path, MAX_PARAMETERS);
        } else if (!parameters.isObject()) {
            checks.invalid(path, "<value omitted>", "must be a valid JSON object");
        }
    }

    private void references(JsonNode requests, String path, Set<String> names) {
        if (!fits(requests, path, MAX_REQUESTS)) {
            return;
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < requests.size(); i++) {
            reference(requests.path(i).asString(""), path + "[" + i + "]", names);
            unique(requests.path(i).asString(""), path + "[" + i + "]", seen);
        }
    }

    private void reference(String name, String path, Set<String> names) {
        String[] parts = name.split("/", -1);
        if (parts.length <= 2) {
            for (String part : parts) {
                checks.label(part, path);
            }
        }
        if (parts.length > 2 || !names.contains(name)) {
            checks.invalid(path, name, NO_REQUEST);
        }
    }

    /** {@code validateDeviceRequestAllocationResult}. */
    void results(JsonNode results, String path, Set<String> names) {
        if (!fits(results, path, MAX_REQUESTS)) {
            return;
        }
        for (int i = 0; i < results.size(); i++) {
            JsonNode result = results.path(i);
            String here = path + "[" + i + "]";
            reference(text(result, "request"), here + ".request", names);
            driver(text(result, "driver"), here + ".driver");
            pool(text(result, "pool"), here + ".pool");
            checks.label(text(result, "device"), here + ".device");
        }
    }

    /** {@code validatePoolName}. */
    void pool(String name, String path) {
        if (name.isEmpty()) {
            checks.required(path, "");
            return;
        }
        if (name.length() > 253) {
            checks.tooLong(path, 253);
        }
        for (String part : name.split("/", -1)) {
            checks.subdomain(part, path);
        }
    }

    /** {@code ValidateCSIDriverName}. */
    void driver(String name, String path) {
        if (name.isEmpty()) {
            checks.required(path, "");
            return;
        }
        if (name.length() > MAX_DRIVER) {
            checks.tooLong(path, MAX_DRIVER);
        }
        Names.dns1123Subdomain(name.toLowerCase(Locale.ROOT), false, problem -> checks.invalid(path, name, problem));
    }

    /** {@code validateQualifiedName}. */
    void qualified(String name, String path) {
        int slash = name.indexOf('/');
        if (slash == 0) {
            checks.invalid(path, "", "the domain must not be empty");
        } else if (slash > 0) {
            driver(name.substring(0, slash), path);
        }
        String identifier = name.substring(slash + 1);
        if (slash >= 0 && identifier.isEmpty()) {
            checks.invalid(path, "", "the name must not be empty");
            return;
        }
        if (identifier.length() > MAX_IDENTIFIER) {
            checks.tooLong(path, MAX_IDENTIFIER);
        }
        if (!IDENTIFIER.matcher(identifier).matches()) {
            checks.invalid(
                    path,
                    identifier,
                    "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric"
                            + " characters or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName', regex used for validation is"
                            + " '[A-Za-z_][A-Za-z0-9_]*')");
        }
    }

    private void fullyQualified(String name, String path) {
        qualified(name, path);
        if (!name.contains("/")) {
            checks.invalid(path, name, "a fully qualified name must be a domain and a name separated by a slash");
        }
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
