package io.i2kit.cloud.model;

/**
 * The owner of cloud resources, written to their tags.
 *
 * @param kind the Kubernetes kind, for example {@code ReplicaSet}
 * @param uid the owner's uid; a new object of the same name is another stack
 */
public record StackId(String clusterId, String kind, String namespace, String name, String uid) {}
