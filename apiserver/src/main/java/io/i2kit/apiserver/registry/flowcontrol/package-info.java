/**
 * The kinds of {@code flowcontrol.apiserver.k8s.io}: their definitions, strategies, columns and the objects that every cluster has.
 * Imports {@code registry} and {@code registry.core}.
 */
@NullMarked
package io.i2kit.apiserver.registry.flowcontrol;

import org.jspecify.annotations.NullMarked;
