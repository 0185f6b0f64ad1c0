/**
 * The kinds of {@code resource.k8s.io} (dynamic resource allocation): their definitions, strategies and columns. Imports
 * {@code registry} and {@code registry.core}.
 */
@NullMarked
package io.i2kit.apiserver.registry.resource;

import org.jspecify.annotations.NullMarked;
