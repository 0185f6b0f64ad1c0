/**
 * The kinds of {@code scheduling.k8s.io}: their definitions, strategies and columns. Imports {@code registry} and {@code registry.core}.
 */
@NullMarked
package io.i2kit.apiserver.registry.scheduling;

import org.jspecify.annotations.NullMarked;
