/** Names of cloud resources, and the resources of Services. Imports fabric8's model and {@code cloud.model}. */
@NullMarked
package io.i2kit.translator.core;

import org.jspecify.annotations.NullMarked;
