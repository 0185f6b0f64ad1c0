/**
 * The kinds of {@code autoscaling}: their definitions, strategies and columns. Imports {@code registry} and {@code registry.core}.
 */
@NullMarked
package io.i2kit.apiserver.registry.autoscaling;

import org.jspecify.annotations.NullMarked;
