/**
 * The kinds of {@code policy}: their definitions, strategies and columns. Imports {@code registry} and {@code registry.core}.
 */
@NullMarked
package io.i2kit.apiserver.registry.policy;

import org.jspecify.annotations.NullMarked;
