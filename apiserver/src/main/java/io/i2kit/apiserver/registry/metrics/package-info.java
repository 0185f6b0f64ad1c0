/**
 * Usage of nodes and Pods, {@code metrics.k8s.io}: what {@code kubectl top} asks. May import the registry's contracts and the table;
 * not another kind's package.
 */
@NullMarked
package io.i2kit.apiserver.registry.metrics;

import org.jspecify.annotations.NullMarked;
