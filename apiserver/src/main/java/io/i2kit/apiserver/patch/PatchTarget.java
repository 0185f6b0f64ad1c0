package io.i2kit.apiserver.patch;

import io.i2kit.apiserver.openapi.GroupVersionKind;

/**
 * What a patch is sent to.
 *
 * @param kind the kind of the tree that is patched; {@code autoscaling/v1 Scale} for a scale subresource
 * @param resource plural, for errors
 * @param subresource empty for the main resource, {@code status}, {@code scale} …
 */
public record PatchTarget(GroupVersionKind kind, String resource, String name, String subresource) {}
