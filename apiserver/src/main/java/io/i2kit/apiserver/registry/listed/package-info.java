/**
 * Kinds that are only listed. Imports {@code registry} only.
 */
@NullMarked
package io.i2kit.apiserver.registry.listed;

import org.jspecify.annotations.NullMarked;
