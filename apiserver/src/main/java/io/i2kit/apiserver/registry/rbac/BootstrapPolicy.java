package io.i2kit.apiserver.registry.rbac;

import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.storage.ObjectKey;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The roles and bindings that every cluster has, read from {@code bootstrap-policy.txt}. */
final class BootstrapPolicy {
    /** An administrator sets it to {@code false} where the server shall leave an object alone. */
    static final String AUTO_UPDATE = "rbac.authorization.kubernetes.io/autoupdate";

    private static final String RESOURCE = "bootstrap-policy.txt";
    private static final String AGGREGATE_TO = "rbac.authorization.k8s.io/aggregate-to-";
    private static final List<String> READ = List.of("get", "list", "watch");
    private static final List<String> WRITE = List.of("create", "delete", "deletecollection", "patch", "update");

    private final List<Item> items = new ArrayList<>();

    private BootstrapPolicy() {}

    /** One object; its metadata names it. */
    record Item(ObjectKey key, ObjectNode object) {}

    static List<Item> items() {
        BootstrapPolicy policy = new BootstrapPolicy();
        text().lines().map(String::strip).forEach(policy::line);
        return List.copyOf(policy.items);
    }

    private static String text() {
        try (InputStream in = Objects.requireNonNull(BootstrapPolicy.class.getResourceAsStream(RESOURCE), RESOURCE)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void line(String line) {
        if (line.isEmpty() || line.startsWith("#")) {
            return;
        }
        List<String> words = List.of(line.split(" +"));
        switch (words.getFirst()) {
            case "clusterrole" -> clusterRole(words.get(1), words.subList(2, words.size()));
            case "role" -> add("roles", words.get(1), words.get(2)).putArray("rules");
            case "clusterrolebinding" ->
                bind(
                        add("clusterrolebindings", "", words.get(1)),
                        "ClusterRole",
                        words.get(1),
                        words.subList(2, words.size()));
            case "rolebinding" ->
                bind(
                        add("rolebindings", words.get(1), words.get(2)),
                        "Role",
                        words.get(3),
                        words.subList(4, words.size()));
            default -> rule(words);
        }
    }

    private ObjectNode add(String plural, String namespace, String name) {
        ObjectNode object = Json.object();
        ObjectNode metadata = object.putObject("metadata").put("name", name);
        if (!namespace.isEmpty()) {
            metadata.put("namespace", namespace);
        }
        metadata.putObject("labels").put("kubernetes.io/bootstrapping", "rbac-defaults");
        metadata.putObject("annotations").put(AUTO_UPDATE, "true");
        items.add(new Item(new ObjectKey(RbacResources.GROUP + "/" + plural, namespace, name), object));
        return object;
    }

    private void clusterRole(String name, List<String> options) {
        ObjectNode role = add("clusterroles", "", name);
        for (String option : options) {
            String value = option.substring(option.indexOf('=') + 1);
            if (option.startsWith("aggregate-to=")) {
                ((ObjectNode) role.path("metadata").path("labels")).put(AGGREGATE_TO + value, "true");
            } else {
                ArrayNode selectors = role.putObject("aggregationRule").putArray("clusterRoleSelectors");
                selectors.addObject().putObject("matchLabels").put(AGGREGATE_TO + value, "true");
            }
        }
        if (!role.has("aggregationRule")) {
            role.putArray("rules");
        }
    }

    private void rule(List<String> words) {
        List<String> verbs = verbs(words.getFirst());
        List<String> objects = sorted(words.get(2));
        List<String> names = words.size() > 3 ? sorted(words.get(3).substring("names=".length())) : List.of();
        PolicyRule rule = words.get(1).equals("url")
                ? new PolicyRule(verbs, List.of(), List.of(), List.of(), objects)
                : new PolicyRule(verbs, groups(words.get(1)), objects, names, List.of());
        items.getLast().object().withArray("/rules").add(rule.toJson());
    }

    private static List<String> verbs(String word) {
        return switch (word) {
            case "read" -> READ;
            case "write" -> WRITE;
            case "all" -> {
                List<String> all = new ArrayList<>(READ);
                all.addAll(WRITE);
                yield all.stream().sorted().toList();
            }
            default -> sorted(word);
        };
    }

    private static List<String> groups(String word) {
        return sorted(word).stream()
                .map(group -> group.equals("core") ? "" : group)
                .toList();
    }

    private static List<String> sorted(String list) {
        return Arrays.stream(list.split(",")).sorted().toList();
    }

    private static void bind(ObjectNode binding, String kind, String role, List<String> subjects) {
        binding.putObject("roleRef")
                .put("apiGroup", RbacResources.GROUP)
                .put("kind", kind)
                .put("name", role);
        ArrayNode array = binding.putArray("subjects");
        for (String subject : subjects) {
            int colon = subject.indexOf(':');
            array.addObject()
                    .put("kind", subject.substring(0, colon))
                    .put("apiGroup", RbacResources.GROUP)
                    .put("name", subject.substring(colon + 1));
        }
    }
}
