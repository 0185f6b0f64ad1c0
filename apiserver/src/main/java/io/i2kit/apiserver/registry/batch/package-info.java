/**
 * The kinds of {@code batch}: their definitions, strategies and columns. Imports {@code registry} and {@code registry.core}.
 */
@NullMarked
package io.i2kit.apiserver.registry.batch;

import org.jspecify.annotations.NullMarked;
