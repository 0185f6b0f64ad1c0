package io.i2kit.apiserver.controller.deployment;

import io.i2kit.apiserver.controller.Result;
import io.i2kit.apiserver.controller.deployment.ReplicaSets.Found;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * Going back by the deprecated annotation ({@code rollback.go}). Today's {@code kubectl rollout undo} patches the template
 * itself and does not come here.
 */
final class Rollback {
    private final Pass pass;

    Rollback(Pass pass) {
        this.pass = pass;
    }

    /** @param asked the revision, 0 for the last one */
    Result to(long asked, Found found) {
        List<ReplicaSetView> all = found.all();
        long revision = asked != 0 ? asked : lastRevision(all);
        if (revision == 0) {
            return giveUp("DeploymentRollbackRevisionNotFound", "Unable to find last revision.");
        }
        Optional<ReplicaSetView> target = all.stream()
                .filter(set -> Objects.equals(Annotations.revision(set.annotations()), revision))
                .findFirst();
        if (target.isEmpty()) {
            return giveUp("DeploymentRollbackRevisionNotFound", "Unable to find the revision to rollback to.");
        }
        String name = pass.deployment().name();
        if (PodTemplates.same(target.get().template(), pass.deployment().template())) {
            return giveUp(
                    "DeploymentRollbackTemplateUnchanged",
                    "The rollback revision contains the same template as current deployment \"" + name + "\"");
        }
        pass.update("", object -> restore(object, target.get()));
        pass.event("Normal", "DeploymentRollback", "Rolled back deployment \"" + name + "\" to revision " + revision);
        return Result.DONE;
    }

    private static void restore(ObjectNode deployment, ReplicaSetView target) {
        ObjectNode spec = deployment.withObject("spec");
        spec.set("template", target.template().deepCopy());
        if (spec.path("template").path("metadata").get("labels") instanceof ObjectNode labels) {
            labels.remove(PodTemplates.HASH_LABEL);
        }
        Annotations.restore(deployment, target.annotations());
        clear(deployment);
    }

    private Result giveUp(String reason, String message) {
        pass.event("Warning", reason, message);
        pass.update("", Rollback::clear);
        return Result.DONE;
    }

    private static void clear(ObjectNode deployment) {
        Annotations.writable(deployment).remove(Annotations.ROLLBACK_TO);
    }

    /** The second highest revision. */
    private static long lastRevision(List<ReplicaSetView> all) {
        List<Long> revisions = all.stream()
                .map(set -> Annotations.revision(set.annotations()))
                .filter(Objects::nonNull)
                .sorted()
                .toList();
        return revisions.size() < 2 ? 0 : revisions.get(revisions.size() - 2);
    }
}
