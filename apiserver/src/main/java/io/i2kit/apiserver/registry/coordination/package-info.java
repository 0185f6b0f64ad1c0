/**
 * The kinds of {@code coordination.k8s.io}: their definitions, strategies and columns. Imports {@code registry} only.
 */
@NullMarked
package io.i2kit.apiserver.registry.coordination;

import org.jspecify.annotations.NullMarked;
