package io.i2kit.apiserver.http.auth.rbac;

import io.i2kit.apiserver.http.auth.UserInfo;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.storage.StoredObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * What decisions need of a RoleBinding or ClusterRoleBinding.
 *
 * @param namespace empty for a ClusterRoleBinding
 * @param roleKind {@code Role} or {@code ClusterRole}
 */
record Binding(String namespace, String name, String roleKind, String roleName, List<Subject> subjects) {
    private static final String SERVICE_ACCOUNT = "system:serviceaccount:";

    Binding {
        subjects = List.copyOf(subjects);
    }

    /** To whom the role is given. */
    record Subject(String kind, String namespace, String name) {
        /** The user or the group that a subject is. */
        String key() {
            return switch (kind) {
                case "User" -> userKey(name);
                case "Group" -> groupKey(name);
                default -> userKey(SERVICE_ACCOUNT + namespace + ":" + name);
            };
        }

        String describe() {
            return kind + " " + quoted(kind.equals("ServiceAccount") ? name + "/" + namespace : name);
        }
    }

    static String userKey(String name) {
        return "u:" + name;
    }

    static String groupKey(String name) {
        return "g:" + name;
    }

    /** The subjects that a user is. */
    static List<String> keys(UserInfo user) {
        List<String> keys = new ArrayList<>();
        keys.add(userKey(user.name()));
        user.groups().forEach(group -> keys.add(groupKey(group)));
        return keys;
    }

    static Binding of(StoredObject stored) {
        JsonNode binding = Json.parse(stored.json());
        String namespace = stored.key().namespace();
        List<Subject> subjects = new ArrayList<>();
        for (JsonNode subject : binding.path("subjects")) {
            String own = subject.path("namespace").asString("");
            subjects.add(new Subject(
                    subject.path("kind").asString(""),
                    own.isEmpty() ? namespace : own,
                    subject.path("name").asString("")));
        }
        return new Binding(
                namespace,
                Meta.name(binding),
                binding.path("roleRef").path("kind").asString(""),
                binding.path("roleRef").path("name").asString(""),
                subjects);
    }

    /** By whom it is found: the namespace keeps bindings of others out. */
    Set<String> index() {
        Set<String> keys = new TreeSet<>();
        subjects.forEach(subject -> keys.add(namespace + "|" + subject.key()));
        return keys;
    }

    /** Why somebody is allowed something, in upstream's words. */
    String describe(List<String> subjectKeys) {
        String subject = subjects.stream()
                .filter(candidate -> subjectKeys.contains(candidate.key()))
                .findFirst()
                .map(Subject::describe)
                .orElse("");
        String binding = namespace.isEmpty()
                ? "ClusterRoleBinding " + quoted(name)
                : "RoleBinding " + quoted(name + "/" + namespace);
        return binding + " of " + roleKind + " " + quoted(roleName) + " to " + subject;
    }

    private static String quoted(String text) {
        return Json.MAPPER.writeValueAsString(text);
    }
}
