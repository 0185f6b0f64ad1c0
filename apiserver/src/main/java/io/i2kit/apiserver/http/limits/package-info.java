/** Bounds of what clients may ask of the server at once, and its orderly end. Imports {@code http.rest} and {@code registry}. */
@NullMarked
package io.i2kit.apiserver.http.limits;

import org.jspecify.annotations.NullMarked;
