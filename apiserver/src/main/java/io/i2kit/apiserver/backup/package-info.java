/**
 * A cluster's objects and identity as one file, for a server that has lost its own: made while a server runs, and read before
 * another starts. Imports {@code storage} and Jackson.
 */
@NullMarked
package io.i2kit.apiserver.backup;

import org.jspecify.annotations.NullMarked;
