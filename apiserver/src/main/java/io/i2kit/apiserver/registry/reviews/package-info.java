/**
 * Kinds that are answered and never stored: who am I, whose token is this, may somebody do something. Imports {@code registry} only.
 */
@NullMarked
package io.i2kit.apiserver.registry.reviews;

import org.jspecify.annotations.NullMarked;
