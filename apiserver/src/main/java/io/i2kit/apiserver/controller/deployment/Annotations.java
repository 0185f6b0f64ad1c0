package io.i2kit.apiserver.controller.deployment;

import io.i2kit.apiserver.controller.ObjectSelector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The annotations by which a Deployment and its ReplicaSets remember revisions and sizes ({@code util/deployment_util.go}). */
final class Annotations {
    static final String REVISION = "deployment.kubernetes.io/revision";
    static final String REVISION_HISTORY = "deployment.kubernetes.io/revision-history";
    static final String DESIRED_REPLICAS = "deployment.kubernetes.io/desired-replicas";
    static final String MAX_REPLICAS = "deployment.kubernetes.io/max-replicas";
    static final String ROLLBACK_TO = "deprecated.deployment.rollback.to";

    /**
     * The last is a ReplicaSet's own: {@code kubectl rollout undo} brings it to the Deployment, and from there it would come to every
     * new ReplicaSet, which resolves its images again, without end.
     */
    private static final Set<String> NOT_COPIED = Set.of(
            "kubectl.kubernetes.io/last-applied-configuration",
            REVISION,
            REVISION_HISTORY,
            DESIRED_REPLICAS,
            MAX_REPLICAS,
            ROLLBACK_TO,
            io.i2kit.translator.Annotations.IMAGE_DIGESTS);

    private static final int LONGEST_HISTORY = 2000;

    private Annotations() {}

    static Map<String, String> of(JsonNode object) {
        return ObjectSelector.texts(object.path("metadata").path("annotations"));
    }

    static ObjectNode writable(ObjectNode object) {
        JsonNode present = object.path("metadata").get("annotations");
        return present instanceof ObjectNode annotations
                ? annotations
                : object.withObject("metadata").putObject("annotations");
    }

    /** A revision, 0 when there is none, null when it is no number. */
    static @Nullable Long revision(Map<String, String> annotations) {
        String text = annotations.getOrDefault(REVISION, "");
        try {
            return text.isEmpty() ? 0L : Long.valueOf(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** A count of 0 or more, or null when it is absent or no such number. */
    static @Nullable Integer count(Map<String, String> annotations, String name) {
        try {
            int count = Integer.parseInt(annotations.getOrDefault(name, ""));
            return count < 0 ? null : count;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** Copies the Deployment's own annotations and raises the revision; returns whether anything changed. */
    static boolean bringUpToDate(Map<String, String> deployment, ObjectNode replicaSet, long newRevision) {
        boolean changed = copy(deployment, replicaSet);
        Map<String, String> present = of(replicaSet);
        Long old = revision(present);
        if (old == null || old >= newRevision) {
            return changed;
        }
        ObjectNode annotations = writable(replicaSet);
        annotations.put(REVISION, Long.toString(newRevision));
        if (present.containsKey(REVISION)) {
            rememberRevision(annotations, present.getOrDefault(REVISION_HISTORY, ""), Long.toString(old));
        }
        return true;
    }

    /** Notes the sizes that proportional scaling starts from; returns whether anything changed. */
    static boolean setReplicas(ObjectNode replicaSet, int desired, int most) {
        Map<String, String> present = of(replicaSet);
        if (!needReplicas(present, desired, most)) {
            return false;
        }
        writable(replicaSet).put(DESIRED_REPLICAS, Integer.toString(desired)).put(MAX_REPLICAS, Integer.toString(most));
        return true;
    }

    static boolean needReplicas(Map<String, String> present, int desired, int most) {
        return !Integer.toString(desired).equals(present.get(DESIRED_REPLICAS))
                || !Integer.toString(most).equals(present.get(MAX_REPLICAS));
    }

    /** After a rollback the Deployment has the annotations that it had at that revision ({@code SetDeploymentAnnotationsTo}). */
    static void restore(ObjectNode deployment, Map<String, String> replicaSet) {
        ObjectNode annotations = writable(deployment);
        of(deployment).keySet().stream()
                .filter(name -> !NOT_COPIED.contains(name))
                .forEach(annotations::remove);
        replicaSet.forEach((name, value) -> {
            if (!NOT_COPIED.contains(name)) {
                annotations.put(name, value);
            }
        });
    }

    private static boolean copy(Map<String, String> deployment, ObjectNode replicaSet) {
        Map<String, String> present = of(replicaSet);
        boolean changed = false;
        for (Map.Entry<String, String> entry : deployment.entrySet()) {
            if (!NOT_COPIED.contains(entry.getKey()) && !entry.getValue().equals(present.get(entry.getKey()))) {
                writable(replicaSet).put(entry.getKey(), entry.getValue());
                changed = true;
            }
        }
        return changed;
    }

    /** Keeps the end of the history, at most so many characters. */
    private static void rememberRevision(ObjectNode annotations, String history, String revision) {
        List<String> revisions = new ArrayList<>(history.isEmpty() ? List.of() : Arrays.asList(history.split(",", -1)));
        revisions.add(revision);
        String joined = String.join(",", revisions);
        while (joined.length() > LONGEST_HISTORY && revisions.size() > 1) {
            revisions.removeFirst();
            joined = String.join(",", revisions);
        }
        annotations.put(REVISION_HISTORY, joined);
    }
}
