/**
 * Fills Secrets that ask for a ServiceAccount's token. Imports {@code controller} and {@code informer}.
 */
@NullMarked
package io.i2kit.apiserver.controller.serviceaccount;

import org.jspecify.annotations.NullMarked;
