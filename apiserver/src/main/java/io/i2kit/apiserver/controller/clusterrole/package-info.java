/**
 * Fills ClusterRoles that gather the rules of others. Imports {@code registry.rbac}, {@code controller} and {@code informer}.
 */
@NullMarked
package io.i2kit.apiserver.controller.clusterrole;

import org.jspecify.annotations.NullMarked;
