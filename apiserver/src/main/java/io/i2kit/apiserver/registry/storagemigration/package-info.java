/**
 * The kinds of {@code storagemigration.k8s.io}: their definitions, strategies and columns. Imports {@code registry} and
 * {@code registry.core}.
 */
@NullMarked
package io.i2kit.apiserver.registry.storagemigration;

import org.jspecify.annotations.NullMarked;
