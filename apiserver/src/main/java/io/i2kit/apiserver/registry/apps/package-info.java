/**
 * The kinds of {@code apps}: their definitions, strategies and columns. Imports {@code registry} only.
 */
@NullMarked
package io.i2kit.apiserver.registry.apps;

import org.jspecify.annotations.NullMarked;
