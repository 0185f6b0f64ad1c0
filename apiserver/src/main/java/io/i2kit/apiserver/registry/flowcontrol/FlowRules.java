package io.i2kit.apiserver.registry.flowcontrol;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.Names;
import io.i2kit.apiserver.registry.core.FieldChecks;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** The rules of a FlowSchema: which requests it is about. */
final class FlowRules {
    private static final String ALL = "*";
    private static final List<String> VERBS =
            List.of("create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch");
    private static final List<String> SUBJECTS = List.of("Group", "ServiceAccount", "User");

    private FlowRules() {}

    /** {@code ValidateFlowSchemaPolicyRulesWithSubjects}. */
    static void rule(JsonNode rule, String path, FieldChecks checks) {
        JsonNode subjects = rule.path("subjects");
        if (subjects.isEmpty()) {
            checks.required(path + ".subjects", "subjects must contain at least one value");
        }
        for (int i = 0; i < subjects.size(); i++) {
            subject(subjects.path(i), path + ".subjects[" + i + "]", checks);
        }
        JsonNode resources = rule.path("resourceRules");
        JsonNode urls = rule.path("nonResourceRules");
        if (resources.isEmpty() && urls.isEmpty()) {
            checks.required(path, "at least one of resourceRules and nonResourceRules has to be non-empty");
        }
        for (int i = 0; i < resources.size(); i++) {
            resourceRule(resources.path(i), path + ".resourceRules[" + i + "]", checks);
        }
        for (int i = 0; i < urls.size(); i++) {
            urlRule(urls.path(i), path + ".nonResourceRules[" + i + "]", checks);
        }
    }

    private static void subject(JsonNode subject, String path, FieldChecks checks) {
        String kind = text(subject, "kind");
        if (!SUBJECTS.contains(kind)) {
            checks.notSupported(path + ".kind", subject.path("kind"), SUBJECTS);
            return;
        }
        String own = field(kind);
        if (absent(subject, own)) {
            checks.required(path + "." + own, own + " is required when subject kind is '" + kind + "'");
        } else {
            named(subject.path(own), path + "." + own, kind.equals("ServiceAccount"), checks);
        }
        for (String other : List.of("ServiceAccount", "User", "Group")) {
            if (!other.equals(kind) && !absent(subject, field(other))) {
                checks.forbidden(
                        path + "." + field(other),
                        field(other) + " is forbidden when subject kind is not '" + other + "'");
            }
        }
    }

    private static String field(String kind) {
        return kind.substring(0, 1).toLowerCase(Locale.ROOT) + kind.substring(1);
    }

    private static boolean absent(JsonNode owner, String field) {
        return owner.path(field).isMissingNode() || owner.path(field).isNull();
    }

    private static void named(JsonNode subject, String path, boolean account, FieldChecks checks) {
        String name = text(subject, "name");
        if (name.isEmpty()) {
            checks.required(path + ".name", "");
        } else if (account && !name.equals(ALL)) {
            checks.subdomain(name, path + ".name");
        }
        if (account && text(subject, "namespace").isEmpty()) {
            checks.required(path + ".namespace", "must specify namespace for service account");
        } else if (account) {
            checks.label(text(subject, "namespace"), path + ".namespace");
        }
    }

    private static void urlRule(JsonNode rule, String path, FieldChecks checks) {
        verbs(rule, path, checks);
        JsonNode urls = rule.path("nonResourceURLs");
        String here = path + ".nonResourceURLs";
        if (urls.isEmpty()) {
            checks.required(here, "nonResourceURLs must contain at least one value");
        } else if (texts(urls).contains(ALL)) {
            alone(urls, here, "non-resource URLs", checks);
        } else {
            for (int i = 0; i < urls.size(); i++) {
                String fault = urlFault(urls.path(i).asString(""));
                if (!fault.isEmpty()) {
                    checks.invalid(here + "[" + i + "]", urls.path(i).asString(""), fault);
                }
            }
        }
    }

    /** {@code ValidateNonResourceURLPath}; empty for a good one. */
    private static String urlFault(String url) {
        int star = url.indexOf('*');
        if (url.isEmpty()) {
            return "must not be empty";
        } else if (url.equals("/")) {
            return "";
        } else if (!url.startsWith("/")) {
            return "must start with slash";
        } else if (url.contains(" ")) {
            return "must not contain white-space";
        } else if (url.contains("//")) {
            return "must not contain double slash";
        }
        boolean suffix = star == url.length() - 1 && url.endsWith("/*");
        return star < 0 || suffix ? "" : "wildcard can only do suffix matching";
    }

    private static void resourceRule(JsonNode rule, String path, FieldChecks checks) {
        verbs(rule, path, checks);
        some(rule, path, "apiGroups", "resource rules must supply at least one api group", "api groups", checks);
        some(rule, path, "resources", "resource rules must supply at least one resource", "resources", checks);
        JsonNode namespaces = rule.path("namespaces");
        String here = path + ".namespaces";
        if (namespaces.isEmpty() && !rule.path("clusterScope").asBoolean(false)) {
            checks.required(here, "resource rules that are not cluster scoped must supply at least one namespace");
        } else if (texts(namespaces).contains(ALL)) {
            alone(namespaces, here, "namespaces", checks);
        } else {
            for (int i = 0; i < namespaces.size(); i++) {
                String name = namespaces.path(i).asString("");
                String at = here + "[" + i + "]";
                Names.dns1123Label(
                        name,
                        false,
                        problem -> checks.invalid(
                                at, name, "each member of this list must be '*' or a DNS-1123 label; " + problem));
            }
        }
    }

    private static void some(
            JsonNode rule, String path, String field, String required, String what, FieldChecks checks) {
        JsonNode values = rule.path(field);
        if (values.isEmpty()) {
            checks.required(path + "." + field, required);
        } else if (texts(values).contains(ALL)) {
            alone(values, path + "." + field, what, checks);
        }
    }

    private static void verbs(JsonNode rule, String path, FieldChecks checks) {
        JsonNode verbs = rule.path("verbs");
        if (verbs.isEmpty()) {
            checks.required(path + ".verbs", "verbs must contain at least one value");
        } else if (texts(verbs).contains(ALL)) {
            alone(verbs, path + ".verbs", "verbs", checks);
        } else if (!VERBS.containsAll(texts(verbs))) {
            checks.notSupported(path + ".verbs", verbs, VERBS);
        }
    }

    private static void alone(JsonNode values, String path, String what, FieldChecks checks) {
        if (values.size() > 1) {
            checks.invalid(path, values, "if '*' is present, must not specify other " + what);
        }
    }

    private static List<String> texts(JsonNode values) {
        List<String> texts = new ArrayList<>();
        values.forEach(value -> texts.add(value.asString("")));
        return texts;
    }
}
