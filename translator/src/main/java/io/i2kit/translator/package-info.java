/**
 * Kubernetes objects to cloud models and cloud reports back to Kubernetes status. Pure: fabric8 models and {@code cloud.model}
 * in and out; no I/O, no clock, no threads, no randomness, so every rule has a golden test.
 */
@NullMarked
package io.i2kit.translator;

import org.jspecify.annotations.NullMarked;
