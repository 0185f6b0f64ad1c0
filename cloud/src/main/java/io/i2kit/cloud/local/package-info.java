/**
 * The client of the embedded cloud: {@link io.i2kit.cloud.local.LocalCloud} speaks to the cloud's own process over a Unix
 * socket and starts it when it does not run. Imports {@code cloud.model}, {@code cloud.provider} and {@code local.protocol}.
 */
@NullMarked
package io.i2kit.cloud.local;

import org.jspecify.annotations.NullMarked;
