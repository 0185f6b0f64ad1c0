/**
 * Objects as the classes of fabric8's Kubernetes model, which the translator reads, and back. Imports the model and Jackson's trees
 * only.
 */
@NullMarked
package io.i2kit.apiserver.typed;

import org.jspecify.annotations.NullMarked;
