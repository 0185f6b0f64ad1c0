/**
 * The kinds of {@code discovery.k8s.io}: their definitions, strategies and columns. Imports {@code registry} only.
 */
@NullMarked
package io.i2kit.apiserver.registry.discovery;

import org.jspecify.annotations.NullMarked;
