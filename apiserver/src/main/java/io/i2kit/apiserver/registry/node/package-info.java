/**
 * The kinds of {@code node.k8s.io}. Imports {@code registry} and {@code registry.core}.
 */
@NullMarked
package io.i2kit.apiserver.registry.node;

import org.jspecify.annotations.NullMarked;
