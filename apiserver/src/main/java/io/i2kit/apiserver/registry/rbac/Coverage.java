package io.i2kit.apiserver.registry.rbac;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What rules cover of others ({@code k8s.io/component-helpers/auth/rbac/validation/policy_comparator.go}): nobody may grant what he
 * does not hold.
 */
public final class Coverage {
    private Coverage() {}

    /** Those single permissions of the wanted rules that no held rule covers. */
    public static List<PolicyRule> missing(List<PolicyRule> held, List<PolicyRule> wanted) {
        List<PolicyRule> missing = new ArrayList<>();
        for (PolicyRule rule : wanted) {
            for (PolicyRule single : breakDown(rule)) {
                if (held.stream().noneMatch(owned -> covers(owned, single))) {
                    missing.add(single);
                }
            }
        }
        return missing;
    }

    /** Rules of one verb and one resource, name or path each. */
    static List<PolicyRule> breakDown(PolicyRule rule) {
        List<PolicyRule> singles = new ArrayList<>();
        List<List<String>> names = rule.resourceNames().isEmpty()
                ? List.of(List.of())
                : rule.resourceNames().stream().map(List::of).toList();
        for (String group : rule.apiGroups()) {
            for (String resource : rule.resources()) {
                for (String verb : rule.verbs()) {
                    for (List<String> name : names) {
                        singles.add(new PolicyRule(List.of(verb), List.of(group), List.of(resource), name, List.of()));
                    }
                }
            }
        }
        for (String url : rule.nonResourceUrls()) {
            for (String verb : rule.verbs()) {
                singles.add(new PolicyRule(List.of(verb), List.of(), List.of(), List.of(), List.of(url)));
            }
        }
        return singles;
    }

    private static boolean covers(PolicyRule owned, PolicyRule single) {
        return hasAll(owned.verbs(), single.verbs())
                && hasAll(owned.apiGroups(), single.apiGroups())
                && coversResources(owned.resources(), single.resources())
                && coversNames(owned.resourceNames(), single.resourceNames())
                && coversPaths(owned.nonResourceUrls(), single.nonResourceUrls());
    }

    private static boolean hasAll(List<String> owned, List<String> wanted) {
        return owned.contains(PolicyRule.ALL) || owned.containsAll(wanted);
    }

    private static boolean coversResources(List<String> owned, List<String> wanted) {
        if (hasAll(owned, wanted)) {
            return true;
        }
        for (String resource : wanted) {
            int slash = resource.indexOf('/');
            boolean covered = owned.contains(resource)
                    || slash >= 0 && owned.contains(PolicyRule.ALL + resource.substring(slash));
            if (!covered) {
                return false;
            }
        }
        return true;
    }

    private static boolean coversNames(List<String> owned, List<String> wanted) {
        return owned.isEmpty() || !wanted.isEmpty() && owned.containsAll(wanted);
    }

    private static boolean coversPaths(List<String> owned, List<String> wanted) {
        return wanted.stream().allMatch(path -> owned.stream().anyMatch(url -> PolicyRule.coversPath(url, path)));
    }

    /** Single permissions as a message shows them: a line for each resource, with all of its verbs, in order. */
    public static String describe(List<PolicyRule> singles) {
        Map<PolicyRule, List<String>> verbs = new LinkedHashMap<>();
        TreeSet<String> lines = new TreeSet<>();
        for (PolicyRule single : singles) {
            if (single.nonResourceUrls().isEmpty()) {
                PolicyRule withoutVerbs = new PolicyRule(
                        List.of(), single.apiGroups(), single.resources(), single.resourceNames(), List.of());
                verbs.computeIfAbsent(withoutVerbs, rule -> new ArrayList<>()).addAll(single.verbs());
            } else {
                lines.add(single.compact());
            }
        }
        verbs.forEach((rule, all) -> lines.add(
                new PolicyRule(all, rule.apiGroups(), rule.resources(), rule.resourceNames(), List.of()).compact()));
        return String.join("\n", lines);
    }

    /** Go's {@code %q} of the groups of a user. */
    public static String quoted(List<String> values) {
        return PolicyRule.quoted(values);
    }
}
