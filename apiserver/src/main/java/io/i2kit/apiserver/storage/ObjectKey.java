package io.i2kit.apiserver.storage;

/**
 * The name of one stored object.
 *
 * @param resource {@code group/plural}, the core group without a slash: {@code apps/deployments}, {@code pods}
 * @param namespace empty for a cluster-scoped object
 */
public record ObjectKey(String resource, String namespace, String name) implements Comparable<ObjectKey> {
    /** Order of lists: resource, namespace, name, each by code unit. */
    @Override
    public int compareTo(ObjectKey other) {
        int order = resource.compareTo(other.resource);
        if (order == 0) {
            order = namespace.compareTo(other.namespace);
        }
        return order == 0 ? name.compareTo(other.name) : order;
    }
}
