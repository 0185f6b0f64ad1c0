package io.i2kit.apiserver.http.audit;

import io.i2kit.apiserver.http.audit.AuditRule.GroupResources;
import io.i2kit.apiserver.http.audit.AuditRule.Target;
import io.i2kit.apiserver.http.auth.Attributes;
import io.i2kit.apiserver.http.content.Yaml;
import io.i2kit.apiserver.registry.ApiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Which requests are written, and how much of them: the first rule that matches decides ({@code audit.k8s.io/v1 Policy}). */
public final class AuditPolicy {
    private static final Set<String> STAGES = Set.of("RequestReceived", "ResponseStarted", "ResponseComplete", "Panic");
    private static final AuditRule NOTHING =
            new AuditRule(AuditLevel.NONE, List.of(), List.of(), List.of(), Target.ALL, Set.of(), false);

    private final List<AuditRule> rules;

    private AuditPolicy(List<AuditRule> rules) {
        this.rules = rules;
    }

    /** @throws IOException when it cannot be read or is no policy; the message names the file and the field */
    public static AuditPolicy read(Path file) throws IOException {
        try {
            return of(Yaml.parse(Files.readAllBytes(file)));
        } catch (ApiException | IllegalArgumentException e) {
            throw new IOException("the audit policy " + file + " cannot be used: " + e.getMessage(), e);
        }
    }

    static AuditPolicy of(JsonNode policy) {
        String apiVersion = policy.path("apiVersion").asString("");
        if (!apiVersion.equals("audit.k8s.io/v1")
                || !policy.path("kind").asString("").equals("Policy")) {
            throw new IllegalArgumentException("expected apiVersion audit.k8s.io/v1 and kind Policy");
        }
        Set<String> omit = stages(policy.path("omitStages"), "omitStages");
        boolean omitManaged = policy.path("omitManagedFields").asBoolean(false);
        List<AuditRule> rules = new ArrayList<>();
        for (JsonNode rule : policy.path("rules")) {
            rules.add(rule(rule, "rules[" + rules.size() + "]", omit, omitManaged));
        }
        if (rules.isEmpty()) {
            throw new IllegalArgumentException("loaded illegal policy with 0 rules");
        }
        return new AuditPolicy(List.copyOf(rules));
    }

    private static AuditRule rule(JsonNode rule, String path, Set<String> omit, boolean omitManaged) {
        Set<String> stages = new HashSet<>(omit);
        stages.addAll(stages(rule.path("omitStages"), path + ".omitStages"));
        List<GroupResources> resources = new ArrayList<>();
        for (JsonNode some : rule.path("resources")) {
            List<String> names = texts(some.path("resourceNames"));
            List<String> plurals = texts(some.path("resources"));
            if (!names.isEmpty() && plurals.isEmpty()) {
                throw new IllegalArgumentException(
                        path + ".resources.resourceNames: using resourceNames requires at least one resource");
            }
            resources.add(new GroupResources(some.path("group").asString(""), plurals, names));
        }
        List<String> urls = texts(rule.path("nonResourceURLs"));
        List<String> namespaces = texts(rule.path("namespaces"));
        if (!urls.isEmpty() && (!resources.isEmpty() || !namespaces.isEmpty())) {
            throw new IllegalArgumentException(
                    path + ".nonResourceURLs: rules cannot apply to both regular resources and non-resource URLs");
        }
        urls.forEach(url -> requireUrl(url, path));
        return new AuditRule(
                level(rule.path("level").asString(""), path + ".level"),
                texts(rule.path("users")),
                texts(rule.path("userGroups")),
                texts(rule.path("verbs")),
                new Target(resources, namespaces, urls),
                stages,
                rule.path("omitManagedFields").asBoolean(omitManaged));
    }

    private static AuditLevel level(String text, String path) {
        for (AuditLevel level : AuditLevel.values()) {
            if (level.text().equals(text)) {
                return level;
            }
        }
        throw new IllegalArgumentException(
                path + ": \"" + text + "\" is none of None, Metadata, Request, RequestResponse");
    }

    private static void requireUrl(String url, String path) {
        if (url.equals("*")) {
            return;
        }
        if (!url.startsWith("/")) {
            throw new IllegalArgumentException(
                    path + ".nonResourceURLs: non-resource URL rules must begin with a '/' character");
        }
        if (url.substring(0, url.length() - 1).contains("*")) {
            throw new IllegalArgumentException(
                    path + ".nonResourceURLs: non-resource URL wildcards '*' must be the final character of the rule");
        }
    }

    private static Set<String> stages(JsonNode array, String path) {
        Set<String> stages = new HashSet<>(texts(array));
        for (String stage : stages) {
            if (!STAGES.contains(stage)) {
                throw new IllegalArgumentException(path + ": \"" + stage
                        + "\": allowed stages are RequestReceived,ResponseStarted,ResponseComplete,Panic");
            }
        }
        return stages;
    }

    private static List<String> texts(JsonNode array) {
        return array.valueStream().map(value -> value.asString("")).toList();
    }

    AuditRule rule(Attributes attributes) {
        for (AuditRule rule : rules) {
            if (rule.matches(attributes)) {
                return rule;
            }
        }
        return NOTHING;
    }
}
