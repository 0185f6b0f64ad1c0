/** Tests of the guest's client against a TLS server with derived keys. */
@NullMarked
package io.i2kit.cloud.agent;

import org.jspecify.annotations.NullMarked;
