package io.i2kit.cloud.model;

import java.util.Map;
import java.util.Optional;

/**
 * How a cloud resource says whose it is. This is the only place that knows the tags' names. A store that does not hold a cluster
 * id never touches resources tagged with it.
 */
public final class OwnershipTags {
    public static final String CLUSTER = "i2kit.io/cluster";
    public static final String KIND = "i2kit.io/owner-kind";
    public static final String NAMESPACE = "i2kit.io/owner-namespace";
    public static final String NAME = "i2kit.io/owner-name";
    public static final String UID = "i2kit.io/owner-uid";

    private OwnershipTags() {}

    /** The tags of everything that a stack owns. */
    public static Map<String, String> of(StackId id) {
        return Map.of(
                CLUSTER, id.clusterId(),
                KIND, id.kind(),
                NAMESPACE, id.namespace(),
                NAME, id.name(),
                UID, id.uid());
    }

    /** Whose a resource with these tags is; empty when it is not i2kit's. */
    public static Optional<StackId> owner(Map<String, String> tags) {
        String cluster = tags.get(CLUSTER);
        String kind = tags.get(KIND);
        String name = tags.get(NAME);
        String uid = tags.get(UID);
        return cluster == null || kind == null || name == null || uid == null
                ? Optional.empty()
                : Optional.of(new StackId(cluster, kind, tags.getOrDefault(NAMESPACE, ""), name, uid));
    }
}
