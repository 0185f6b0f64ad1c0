package io.i2kit.apiserver.http.audit;

import io.i2kit.apiserver.http.auth.Attributes;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * One rule of an audit policy; empty lists match everything ({@code k8s.io/apiserver/pkg/audit/policy/checker.go}).
 *
 * @param omitStages of this rule and of the whole policy
 */
record AuditRule(
        AuditLevel level,
        List<String> users,
        List<String> userGroups,
        List<String> verbs,
        Target target,
        Set<String> omitStages,
        boolean omitManagedFields) {
    AuditRule {
        users = List.copyOf(users);
        userGroups = List.copyOf(userGroups);
        verbs = List.copyOf(verbs);
        omitStages = Set.copyOf(omitStages);
    }

    /** What requests it is about. */
    record Target(List<GroupResources> resources, List<String> namespaces, List<String> nonResourceUrls) {
        static final Target ALL = new Target(List.of(), List.of(), List.of());

        Target {
            resources = List.copyOf(resources);
            namespaces = List.copyOf(namespaces);
            nonResourceUrls = List.copyOf(nonResourceUrls);
        }

        boolean matches(Attributes attributes) {
            if (!namespaces.isEmpty() || !resources.isEmpty()) {
                return attributes.isResource()
                        && (namespaces.isEmpty() || namespaces.contains(attributes.namespace()))
                        && (resources.isEmpty() || resources.stream().anyMatch(some -> some.matches(attributes)));
            }
            return nonResourceUrls.isEmpty()
                    || !attributes.isResource()
                            && nonResourceUrls.stream().anyMatch(url -> matchesPath(url, attributes.path()));
        }

        private static boolean matchesPath(String url, String path) {
            return url.equals(path) || url.endsWith("*") && path.startsWith(url.substring(0, url.length() - 1));
        }
    }

    /** Resources of a group. */
    record GroupResources(String group, List<String> resources, List<String> names) {
        GroupResources {
            resources = List.copyOf(resources);
            names = List.copyOf(names);
        }

        boolean matches(Attributes attributes) {
            if (!group.equals("*") && !group.equals(attributes.group())) {
                return false;
            }
            return resources.isEmpty()
                    || (names.isEmpty() || names.contains(attributes.name()))
                            && resources.stream().anyMatch(resource -> matches(resource, attributes));
        }

        private static boolean matches(String resource, Attributes attributes) {
            String asked = attributes.resource();
            int slash = asked.indexOf('/');
            return resource.equals(asked)
                    || resource.equals("*")
                    || resource.equals(attributes.plural() + "/*")
                    || slash >= 0 && resource.equals("*" + asked.substring(slash));
        }
    }

    boolean matches(Attributes attributes) {
        return (users.isEmpty() || users.contains(attributes.user().name()))
                && (userGroups.isEmpty()
                        || !Collections.disjoint(userGroups, attributes.user().groups()))
                && (verbs.isEmpty() || verbs.contains(attributes.verb()))
                && target.matches(attributes);
    }
}
