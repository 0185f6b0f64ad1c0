/**
 * The i2kit server's side of a guest's kubelet API: status, logs and streams over mutual TLS. Imports {@code cloud.model}, Jackson and
 * BouncyCastle.
 */
@NullMarked
package io.i2kit.cloud.agent;

import org.jspecify.annotations.NullMarked;
