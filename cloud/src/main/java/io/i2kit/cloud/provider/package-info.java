/**
 * The narrow interfaces that a cloud implements and the errors it raises. Calls block (callers run on virtual threads), are
 * idempotent by name, and take lists so that a cloud can batch. Imports {@code cloud.model} only.
 */
@NullMarked
package io.i2kit.cloud.provider;

import org.jspecify.annotations.NullMarked;
