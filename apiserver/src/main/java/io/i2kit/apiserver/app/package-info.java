/**
 * The composition root and the command line; the only package that sees the clouds' implementations.
 */
@NullMarked
package io.i2kit.apiserver.app;

import org.jspecify.annotations.NullMarked;
