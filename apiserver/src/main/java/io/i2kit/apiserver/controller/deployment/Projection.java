package io.i2kit.apiserver.controller.deployment;

import io.i2kit.apiserver.controller.ObjectSelector;
import io.i2kit.apiserver.controller.OwnerReference;
import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.StoredObject;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The little that the informers of this controller keep of objects. The revision makes every change one. */
final class Projection {
    private Projection() {}

    record Deployment(ObjectKey key, ObjectSelector selector, boolean recreates, long revision) {
        static Deployment of(StoredObject object) {
            JsonNode spec = tree(object).path("spec");
            return new Deployment(
                    object.key(),
                    ObjectSelector.of(spec.path("selector")),
                    spec.path("strategy").path("type").asString("").equals("Recreate"),
                    object.revision());
        }
    }

    /**
     * @param ownerUid of the managing owner, whatever its kind; empty for an orphan
     * @param ownerName of the managing Deployment; empty when another kind manages it
     */
    record ReplicaSet(
            ObjectKey key, String uid, Map<String, String> labels, String ownerUid, String ownerName, long revision) {
        ReplicaSet {
            labels = Map.copyOf(labels);
        }

        static ReplicaSet of(StoredObject object) {
            JsonNode tree = tree(object);
            OwnerReference owner = OwnerReference.managing(tree);
            return new ReplicaSet(
                    object.key(),
                    FieldPaths.text(tree, "metadata.uid"),
                    ObjectSelector.texts(tree.path("metadata").path("labels")),
                    owner == null ? "" : owner.uid(),
                    owner == null || !owner.kind().equals(DeploymentView.KIND) ? "" : owner.name(),
                    object.revision());
        }
    }

    /** @param ended whether its containers will never run again */
    record Pod(ObjectKey key, String ownerUid, boolean ended) {
        static Pod of(StoredObject object) {
            JsonNode tree = tree(object);
            OwnerReference owner = OwnerReference.managing(tree);
            String phase = FieldPaths.text(tree, "status.phase");
            return new Pod(
                    object.key(),
                    owner == null ? "" : owner.uid(),
                    phase.equals("Succeeded") || phase.equals("Failed"));
        }
    }

    private static JsonNode tree(StoredObject object) {
        return JsonMapper.shared().readTree(object.json());
    }
}
