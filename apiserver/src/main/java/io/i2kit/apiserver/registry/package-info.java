/**
 * The generic store: a kind is one {@code ResourceDefinition} and one {@code RestStrategy}; everything that changes an object goes
 * through here, from HTTP and from controllers alike. Imports {@code storage} and {@code patch}; no Vert.x.
 */
@NullMarked
package io.i2kit.apiserver.registry;

import org.jspecify.annotations.NullMarked;
