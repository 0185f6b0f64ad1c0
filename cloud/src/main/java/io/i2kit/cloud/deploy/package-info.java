/**
 * Brings a cloud to what a {@link io.i2kit.cloud.model.Stack} says: one synthesizer a kind of resource, ownership by tags, and the
 * records of what each stack owns. Imports {@code cloud.model}, {@code cloud.provider} and Caffeine.
 */
@NullMarked
package io.i2kit.cloud.deploy;

import org.jspecify.annotations.NullMarked;
