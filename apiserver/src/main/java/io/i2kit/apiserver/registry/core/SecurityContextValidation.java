package io.i2kit.apiserver.registry.core;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Security contexts of Pods and containers. */
final class SecurityContextValidation {
    private static final List<String> PROFILE_TYPES = List.of("Localhost", "RuntimeDefault", "Unconfined");
    private static final String SYSCTL_SEGMENT = "[a-z0-9]([-_a-z0-9]*[a-z0-9])?";
    private static final String SYSCTL_RULE = "(" + SYSCTL_SEGMENT + "[\\./])*" + SYSCTL_SEGMENT;
    private static final Pattern SYSCTL = Pattern.compile(SYSCTL_RULE);
    private static final int MAX_SYSCTL = 253;

    private SecurityContextValidation() {}

    /** @param path of the spec */
    static void pod(FieldChecks checks, JsonNode spec, String path) {
        JsonNode context = spec.path("securityContext");
        String here = path + ".securityContext";
        for (String field : List.of("fsGroup", "runAsUser", "runAsGroup")) {
            id(checks, context.path(field), here + "." + field);
        }
        JsonNode groups = context.path("supplementalGroups");
        for (int i = 0; i < groups.size(); i++) {
            id(checks, groups.path(i), here + ".supplementalGroups[" + i + "]");
        }
        if (spec.path("shareProcessNamespace").asBoolean(false)
                && spec.path("hostPID").asBoolean(false)) {
            checks.invalid(
                    path + ".shareProcessNamespace",
                    spec.path("shareProcessNamespace"),
                    "ShareProcessNamespace and HostPID cannot both be enabled");
        }
        sysctls(checks, context.path("sysctls"), here + ".sysctls");
        checks.optionalOneOf(context, "fsGroupChangePolicy", here, List.of("Always", "OnRootMismatch"));
        profiles(checks, context, here);
        checks.optionalOneOf(context, "supplementalGroupsPolicy", here, List.of("Merge", "Strict"));
        if (spec.path("hostUsers").isBoolean() && !spec.path("hostUsers").asBoolean()) {
            for (String field : List.of("hostNetwork", "hostPID", "hostIPC")) {
                if (spec.path(field).asBoolean(false)) {
                    String shown = field.equals("hostNetwork") ? field : "H" + field.substring(1);
                    checks.forbidden(path + "." + shown, "when `pod.Spec.HostUsers` is false");
                }
            }
        }
    }

    static void container(FieldChecks checks, JsonNode context, JsonNode spec, String path) {
        if (context.isMissingNode()) {
            return;
        }
        id(checks, context.path("runAsUser"), path + ".runAsUser");
        id(checks, context.path("runAsGroup"), path + ".runAsGroup");
        boolean hostUsers = spec.path("hostUsers").asBoolean(true);
        if (hostUsers && text(context, "procMount").equals("Unmasked")) {
            checks.invalid(path + ".procMount", "Unmasked", "`hostUsers` must be false to use `Unmasked`");
        }
        checks.optionalOneOf(context, "procMount", path, List.of("Default", "Unmasked"));
        profiles(checks, context, path);
        boolean noEscalation = context.path("allowPrivilegeEscalation").isBoolean()
                && !context.path("allowPrivilegeEscalation").asBoolean();
        if (!noEscalation) {
            return;
        }
        if (context.path("privileged").asBoolean(false)) {
            checks.invalid(path, context, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
        }
        for (JsonNode capability : context.path("capabilities").path("add")) {
            if (capability.asString("").equals("CAP_SYS_ADMIN")) {
                checks.invalid(
                        path,
                        context,
                        "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN");
            }
        }
    }

    private static void id(FieldChecks checks, JsonNode value, String path) {
        checks.between(value, path, 0, Integer.MAX_VALUE);
    }

    private static void profiles(FieldChecks checks, JsonNode context, String path) {
        profile(checks, context, "seccompProfile", "seccomp", path + ".seccompProfile");
        profile(checks, context, "appArmorProfile", "AppArmor", path + ".appArmorProfile");
    }

    private static void profile(FieldChecks checks, JsonNode context, String field, String word, String path) {
        if (!context.has(field)) {
            return;
        }
        JsonNode profile = context.path(field);
        String type = text(profile, "type");
        if (type.isEmpty()) {
            checks.required(path + ".type", "type is required when " + field + " is set");
        } else if (!PROFILE_TYPES.contains(type)) {
            checks.notSupported(path + ".type", profile.path("type"), PROFILE_TYPES);
        }
        String file = text(profile, "localhostProfile");
        if (type.equals("Localhost") && file.isEmpty()) {
            checks.required(path + ".localhostProfile", "must be set when " + word + " type is Localhost");
        } else if (!type.equals("Localhost") && profile.has("localhostProfile")) {
            JsonNode shown = word.equals("seccomp") ? goStyle(profile) : profile.path("localhostProfile");
            checks.invalid(path + ".localhostProfile", shown, "can only be set when " + word + " type is Localhost");
        } else if (word.equals("seccomp")) {
            ValueRules.descendingPath(file, problem -> checks.invalid(path + ".localhostProfile", file, problem));
        }
    }

    /** As upstream shows it: its internal types have no JSON names. */
    private static JsonNode goStyle(JsonNode profile) {
        return Json.object()
                .put("Type", text(profile, "type"))
                .set("LocalhostProfile", profile.get("localhostProfile"));
    }

    private static void sysctls(FieldChecks checks, JsonNode sysctls, String path) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < sysctls.size(); i++) {
            String name = text(sysctls.path(i), "name");
            String here = path + "[" + i + "].name";
            if (name.isEmpty()) {
                checks.required(here, "");
            } else if (name.length() > MAX_SYSCTL || !SYSCTL.matcher(name).matches()) {
                checks.invalid(
                        here,
                        name,
                        "must have at most " + MAX_SYSCTL + " characters and match regex ^" + SYSCTL_RULE + "$");
            } else if (!names.add(name.replace('/', '.'))) {
                checks.duplicate(here, name);
            }
        }
    }
}
