package io.i2kit.apiserver.controller.deployment;

import io.i2kit.apiserver.controller.ObjectSelector;
import io.i2kit.apiserver.controller.OwnerReference;
import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.registry.ObjectClient.DeleteOptions;
import io.i2kit.apiserver.storage.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Finds, claims, makes, scales and removes the ReplicaSets of a Deployment ({@code sync.go}). */
final class ReplicaSets {
    private static final int LONGEST_NAME = 253;

    private final Pass pass;

    ReplicaSets(Pass pass) {
        this.pass = pass;
    }

    /** The new ReplicaSet (null when there is none) and the others. */
    record Found(@Nullable ReplicaSetView newest, List<ReplicaSetView> old) {
        List<ReplicaSetView> all() {
            List<ReplicaSetView> all = new ArrayList<>(old);
            if (newest != null) {
                all.add(newest);
            }
            return all;
        }
    }

    /**
     * {@code ClaimReplicaSets}: keeps those it owns, lets go those that no longer match its selector, adopts orphans that do.
     *
     * @param candidates of the namespace: those it owns and those without a controller that may match
     */
    List<ReplicaSetView> claim(List<ObjectNode> candidates) {
        DeploymentView deployment = pass.deployment();
        ObjectSelector selector = deployment.selector();
        List<ReplicaSetView> claimed = new ArrayList<>();
        for (ObjectNode candidate : candidates) {
            OwnerReference controller = OwnerReference.managing(candidate);
            boolean matches = selector.matches(
                    ObjectSelector.texts(candidate.path("metadata").path("labels")));
            ReplicaSetView set = ReplicaSetView.of(candidate);
            if (controller != null && controller.uid().equals(deployment.uid())) {
                if (matches) {
                    claimed.add(set);
                } else if (!deployment.deleting()) {
                    modify(set, object -> OwnerReference.remove(object, deployment.uid()));
                }
            } else if (controller == null && matches && !deployment.deleting() && !set.deleting()) {
                claimed.add(modify(set, object -> deployment.asController().addTo(object)));
            }
        }
        return claimed;
    }

    /**
     * {@code getAllReplicaSetsAndSyncRevision}: tells the new ReplicaSet from the old ones and keeps its annotations, and the
     * Deployment's revision, up to date.
     */
    Found sync(List<ReplicaSetView> sets) {
        DeploymentView deployment = pass.deployment();
        ReplicaSetView present = sets.stream()
                .sorted(ReplicaSetView.OLDEST_FIRST)
                .filter(set -> PodTemplates.same(set.template(), deployment.template()))
                .findFirst()
                .orElse(null);
        if (present == null) {
            return new Found(null, List.copyOf(sets));
        }
        List<ReplicaSetView> old =
                sets.stream().filter(set -> !set.uid().equals(present.uid())).toList();
        return new Found(bringUpToDate(present, revisionAfter(old)), old);
    }

    /** Makes the new ReplicaSet when it is missing. */
    Found create(Found found) {
        return found.newest() != null
                ? found
                : new Found(createNew(found.old(), revisionAfter(found.old())), found.old());
    }

    private static long revisionAfter(List<ReplicaSetView> old) {
        return 1
                + old.stream()
                        .map(set -> Annotations.revision(set.annotations()))
                        .filter(Objects::nonNull)
                        .mapToLong(Long::longValue)
                        .max()
                        .orElse(0);
    }

    private ReplicaSetView bringUpToDate(ReplicaSetView set, long revision) {
        DeploymentView deployment = pass.deployment();
        ObjectNode changed = set.tree().deepCopy();
        boolean annotated = Annotations.bringUpToDate(deployment.annotations(), changed, revision);
        int minReady = changed.path("spec").path("minReadySeconds").asInt(0);
        if (annotated || minReady != deployment.minReadySeconds()) {
            return modify(set, object -> {
                Annotations.bringUpToDate(deployment.annotations(), object, revision);
                object.withObject("spec").put("minReadySeconds", deployment.minReadySeconds());
            });
        }
        ObjectNode found = deployment.progressDeadlineSeconds() != null
                        && Conditions.find(deployment.status(), Conditions.PROGRESSING) == null
                ? progressing(
                        Conditions.FOUND_NEW_REPLICA_SET,
                        "Found new replica set \"" + set.key().name() + "\"")
                : null;
        noteRevision(set.annotations().getOrDefault(Annotations.REVISION, ""), found);
        return set;
    }

    private ReplicaSetView createNew(List<ReplicaSetView> old, long revision) {
        DeploymentView deployment = pass.deployment();
        Limits limits = deployment.limits();
        int replicas = Sizes.ofNew(limits, ReplicaSetView.totalReplicas(old), 0);
        ObjectNode wanted = template(replicas);
        Annotations.bringUpToDate(deployment.annotations(), wanted, revision);
        Annotations.setReplicas(wanted, limits.replicas(), limits.most());
        String name = wanted.path("metadata").path("name").asString("");
        ReplicaSetView made;
        try {
            made = ReplicaSetView.of(pass.client()
                    .create(ReplicaSetView.RESOURCE, deployment.key().namespace(), wanted));
        } catch (ApiException e) {
            ReplicaSetView there = e.reason().equals("AlreadyExists") ? resolveCollision(name) : null;
            if (there == null) {
                reportFailure(name, e);
                throw e;
            }
            noteRevision(Long.toString(revision), null);
            return there;
        }
        if (replicas > 0) {
            pass.event("Normal", "ScalingReplicaSet", "Scaled up replica set " + name + " from 0 to " + replicas);
        }
        noteRevision(
                Long.toString(revision),
                deployment.progressDeadlineSeconds() == null
                        ? null
                        : progressing(Conditions.NEW_REPLICA_SET_CREATED, "Created new replica set \"" + name + "\""));
        return made;
    }

    private ObjectNode template(int replicas) {
        DeploymentView deployment = pass.deployment();
        String hash = PodTemplates.hash(deployment.template(), deployment.collisionCount());
        ObjectNode set = JsonNodeFactory.instance.objectNode();
        ObjectNode metadata = set.put("apiVersion", DeploymentView.API_VERSION)
                .put("kind", "ReplicaSet")
                .putObject("metadata");
        metadata.put("name", name(deployment.name(), hash))
                .put("namespace", deployment.key().namespace());
        deployment.asController().addTo(set);
        ObjectNode spec = set.putObject("spec").put("replicas", replicas);
        spec.put("minReadySeconds", deployment.minReadySeconds());
        spec.set("selector", deployment.spec().path("selector").deepCopy());
        spec.withObject("selector").withObject("matchLabels").put(PodTemplates.HASH_LABEL, hash);
        spec.set("template", deployment.template().deepCopy());
        ObjectNode labels = spec.withObject("template").withObject("metadata").withObject("labels");
        labels.put(PodTemplates.HASH_LABEL, hash);
        metadata.set("labels", labels.deepCopy());
        return set;
    }

    private static String name(String deployment, String hash) {
        int most = LONGEST_NAME - 1 - hash.length();
        return (deployment.length() > most ? deployment.substring(0, most) : deployment) + "-" + hash;
    }

    /** The ReplicaSet of that name when it is ours after all; else counts a collision, so that the next pass tries another name. */
    private @Nullable ReplicaSetView resolveCollision(String name) {
        DeploymentView deployment = pass.deployment();
        ObjectNode there = pass.client()
                .get(new ObjectKey(ReplicaSetView.RESOURCE, deployment.key().namespace(), name));
        OwnerReference controller = there == null ? null : OwnerReference.managing(there);
        if (there != null
                && controller != null
                && controller.uid().equals(deployment.uid())
                && PodTemplates.same(there.path("spec").path("template"), deployment.template())) {
            return ReplicaSetView.of(there);
        }
        Integer before = deployment.collisionCount();
        pass.updateStatus(object -> object.withObject("status").put("collisionCount", before == null ? 1 : before + 1));
        return null;
    }

    private void reportFailure(String name, ApiException error) {
        boolean ending = error.details() != null
                && error.details().causes().stream()
                        .anyMatch(cause -> cause.reason().equals("NamespaceTerminating"));
        if (ending || error.reason().equals("AlreadyExists")) {
            return;
        }
        String message = "Failed to create new replica set \"" + name + "\": " + error.getMessage();
        if (pass.deployment().progressDeadlineSeconds() != null) {
            pass.updateStatus(object -> Conditions.set(
                    object.withObject("status"),
                    Conditions.create(
                            Conditions.PROGRESSING,
                            "False",
                            Conditions.REPLICA_SET_CREATE_ERROR,
                            message,
                            pass.now())));
        }
        pass.event("Warning", Conditions.REPLICA_SET_CREATE_ERROR, message);
    }

    private ObjectNode progressing(String reason, String message) {
        return Conditions.create(Conditions.PROGRESSING, "True", reason, message, pass.now());
    }

    private void noteRevision(String revision, @Nullable ObjectNode condition) {
        String noted = pass.deployment().annotations().getOrDefault(Annotations.REVISION, "");
        if (noted.equals(revision) && condition == null) {
            return;
        }
        pass.updateStatus(object -> {
            Annotations.writable(object).put(Annotations.REVISION, revision);
            if (condition != null) {
                Conditions.set(object.withObject("status"), condition);
            }
        });
    }

    /** Sets a size, with the event that kubectl describe shows; returns the same view when it was right. */
    ReplicaSetView scale(ReplicaSetView set, int replicas) {
        return set.replicas() == replicas ? set : resize(set, replicas);
    }

    /** As {@link #scale}, but brings the annotations up to date also when the size is right. */
    ReplicaSetView resize(ReplicaSetView set, int replicas) {
        Limits limits = pass.deployment().limits();
        boolean annotate = Annotations.needReplicas(set.annotations(), limits.replicas(), limits.most());
        if (set.replicas() == replicas && !annotate) {
            return set;
        }
        ReplicaSetView resized = modify(set, object -> {
            object.withObject("spec").put("replicas", replicas);
            Annotations.setReplicas(object, limits.replicas(), limits.most());
        });
        if (set.replicas() != replicas) {
            String direction = set.replicas() < replicas ? "up" : "down";
            pass.event(
                    "Normal",
                    "ScalingReplicaSet",
                    "Scaled " + direction + " replica set " + set.key().name() + " from " + set.replicas() + " to "
                            + replicas);
        }
        return resized;
    }

    /** {@code cleanupDeployment}: removes empty old ReplicaSets beyond the history limit, the lowest revisions first. */
    void cleanUp(List<ReplicaSetView> old) {
        Integer limit = pass.deployment().historyLimit();
        if (limit == null) {
            return;
        }
        List<ReplicaSetView> living = old.stream()
                .filter(set -> !set.deleting())
                .sorted(ReplicaSetView.LOWEST_REVISION_FIRST)
                .toList();
        for (ReplicaSetView set : living.subList(0, Math.max(0, living.size() - limit))) {
            if (set.counts().actual() == 0 && set.replicas() == 0 && set.observed()) {
                DeleteOptions same = new DeleteOptions(null, "", set.uid(), "");
                pass.client().delete(set.key(), same, List.of());
            }
        }
    }

    private ReplicaSetView modify(ReplicaSetView set, Consumer<ObjectNode> change) {
        JsonNode version = set.tree().path("metadata").path("resourceVersion");
        ObjectNode stored = client().modify(set.key(), "", fresh -> {
            if (fresh == null || !fresh.path("metadata").path("resourceVersion").equals(version)) {
                return null;
            }
            change.accept(fresh);
            return fresh;
        });
        if (stored == null) {
            throw ApiException.conflict("apps", "replicasets", set.key().name(), ApiException.MODIFIED);
        }
        return ReplicaSetView.of(stored);
    }

    private ObjectClient client() {
        return pass.client();
    }
}
