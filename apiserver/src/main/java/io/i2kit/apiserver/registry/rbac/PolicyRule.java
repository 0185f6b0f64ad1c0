package io.i2kit.apiserver.registry.rbac;

import io.i2kit.apiserver.registry.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One rule of a role ({@code rbac/v1 PolicyRule}); what it allows is decided as
 * {@code pkg/apis/rbac/v1/evaluation_helpers.go} does.
 */
public record PolicyRule(
        List<String> verbs,
        List<String> apiGroups,
        List<String> resources,
        List<String> resourceNames,
        List<String> nonResourceUrls) {
    static final String ALL = "*";

    public PolicyRule {
        verbs = List.copyOf(verbs);
        apiGroups = List.copyOf(apiGroups);
        resources = List.copyOf(resources);
        resourceNames = List.copyOf(resourceNames);
        nonResourceUrls = List.copyOf(nonResourceUrls);
    }

    /** The rules of a role. */
    public static List<PolicyRule> allOf(JsonNode role) {
        List<PolicyRule> rules = new ArrayList<>();
        role.path("rules").forEach(rule -> rules.add(of(rule)));
        return List.copyOf(rules);
    }

    static PolicyRule of(JsonNode rule) {
        return new PolicyRule(
                texts(rule.path("verbs")),
                texts(rule.path("apiGroups")),
                texts(rule.path("resources")),
                texts(rule.path("resourceNames")),
                texts(rule.path("nonResourceURLs")));
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(item -> texts.add(item.asString("")));
        return texts;
    }

    /** The rules as they stand in an object. */
    public static ArrayNode toJson(List<PolicyRule> rules) {
        ArrayNode array = Json.object().arrayNode();
        rules.forEach(rule -> array.add(rule.toJson()));
        return array;
    }

    /** The rule as it stands in an object. */
    public ObjectNode toJson() {
        ObjectNode rule = Json.object();
        put(rule, "verbs", verbs);
        put(rule, "apiGroups", apiGroups);
        put(rule, "resources", resources);
        put(rule, "resourceNames", resourceNames);
        put(rule, "nonResourceURLs", nonResourceUrls);
        return rule;
    }

    private static void put(ObjectNode rule, String field, List<String> values) {
        if (!values.isEmpty()) {
            ArrayNode array = rule.putArray(field);
            values.forEach(array::add);
        }
    }

    /**
     * Whether it allows a request for a resource.
     *
     * @param resource plural, with {@code /subresource}
     * @param name empty for a collection
     */
    public boolean allows(String verb, String group, String resource, String name) {
        return has(verbs, verb)
                && has(apiGroups, group)
                && hasResource(resource)
                && (resourceNames.isEmpty() || resourceNames.contains(name));
    }

    /** Whether it allows a request for a path that is no resource's. */
    public boolean allowsPath(String verb, String path) {
        return has(verbs, verb) && nonResourceUrls.stream().anyMatch(url -> coversPath(url, path));
    }

    private static boolean has(List<String> values, String wanted) {
        return values.contains(wanted) || values.contains(ALL);
    }

    private boolean hasResource(String resource) {
        if (has(resources, resource)) {
            return true;
        }
        int slash = resource.indexOf('/');
        return slash >= 0 && resources.contains(ALL + resource.substring(slash));
    }

    static boolean coversPath(String url, String path) {
        return url.equals(path) || url.endsWith(ALL) && path.startsWith(withoutStars(url));
    }

    private static String withoutStars(String url) {
        int end = url.length();
        while (end > 0 && url.charAt(end - 1) == '*') {
            end--;
        }
        return url.substring(0, end);
    }

    /** As messages about escalation show it. */
    String compact() {
        return Stream.of(
                        part("APIGroups", apiGroups),
                        part("Resources", resources),
                        part("NonResourceURLs", nonResourceUrls),
                        part("ResourceNames", resourceNames),
                        part("Verbs", verbs))
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(", ", "{", "}"));
    }

    private static String part(String name, List<String> values) {
        return values.isEmpty() ? "" : name + ":" + quoted(values);
    }

    /** Go's {@code %q} of a list of strings. */
    static String quoted(List<String> values) {
        return values.stream().map(Json.MAPPER::writeValueAsString).collect(Collectors.joining(" ", "[", "]"));
    }
}
