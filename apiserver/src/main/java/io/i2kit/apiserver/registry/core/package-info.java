/**
 * The kinds of the core group: their definitions, strategies and columns. Imports {@code registry} only.
 */
@NullMarked
package io.i2kit.apiserver.registry.core;

import org.jspecify.annotations.NullMarked;
