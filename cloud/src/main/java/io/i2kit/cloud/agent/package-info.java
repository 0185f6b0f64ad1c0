/**
 * The i2kit server's side of a guest's kubelet API: status and logs over mutual TLS. Imports {@code cloud.model}, Jackson and
 * BouncyCastle.
 */
@NullMarked
package io.i2kit.cloud.agent;

import org.jspecify.annotations.NullMarked;
