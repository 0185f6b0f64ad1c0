package io.i2kit.apiserver.controller.namespace;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What is left in a namespace that ends, and what went wrong: the texts of {@code deletion/status_condition_utils.go}. */
final class Content {
    private final Map<String, Integer> resources = new TreeMap<>();
    private final Map<String, Integer> finalizers = new TreeMap<>();
    private final List<String> errors = new ArrayList<>();

    /** @param bad what {@code True} means: the condition names a fault */
    record Condition(String type, boolean bad, String reason, String message) {}

    /** @param resource {@code plural.group}, with the dot also for the core group */
    void remains(String resource, List<String> finalizersOfObject) {
        resources.merge(resource, 1, Integer::sum);
        finalizersOfObject.forEach(finalizer -> finalizers.merge(finalizer, 1, Integer::sum));
    }

    void failed(String message) {
        errors.add(message);
    }

    boolean isEmpty() {
        return resources.isEmpty() && errors.isEmpty();
    }

    List<Condition> conditions() {
        return List.of(
                new Condition(
                        "NamespaceDeletionDiscoveryFailure",
                        false,
                        "ResourcesDiscovered",
                        "All resources successfully discovered"),
                new Condition(
                        "NamespaceDeletionGroupVersionParsingFailure",
                        false,
                        "ParsedGroupVersions",
                        "All legacy kube types successfully parsed"),
                errors.isEmpty()
                        ? new Condition(
                                "NamespaceDeletionContentFailure",
                                false,
                                "ContentDeleted",
                                "All content successfully deleted, may be waiting on finalization")
                        : new Condition(
                                "NamespaceDeletionContentFailure",
                                true,
                                "ContentDeletionFailed",
                                "Failed to delete all resource types, " + errors.size() + " remaining: "
                                        + String.join(
                                                ", ", errors.stream().sorted().toList())),
                resources.isEmpty()
                        ? new Condition(
                                "NamespaceContentRemaining",
                                false,
                                "ContentRemoved",
                                "All content successfully removed")
                        : new Condition(
                                "NamespaceContentRemaining",
                                true,
                                "SomeResourcesRemain",
                                "Some resources are remaining: " + join(resources, "%s has %d resource instances")),
                finalizers.isEmpty()
                        ? new Condition(
                                "NamespaceFinalizersRemaining",
                                false,
                                "ContentHasNoFinalizers",
                                "All content-preserving finalizers finished")
                        : new Condition(
                                "NamespaceFinalizersRemaining",
                                true,
                                "SomeFinalizersRemain",
                                "Some content in the namespace has finalizers remaining: "
                                        + join(finalizers, "%s in %d resource instances")));
    }

    private static String join(Map<String, Integer> counts, String format) {
        List<String> texts = new ArrayList<>();
        counts.forEach((name, count) -> texts.add(String.format(format, name, count)));
        return String.join(", ", texts);
    }
}
