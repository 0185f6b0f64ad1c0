/**
 * Roles and bindings ({@code rbac.authorization.k8s.io}): their rules, what one set of rules covers of another, and the policy that
 * every cluster starts with. Imports {@code registry} and {@code registry.core}'s field checks.
 */
@NullMarked
package io.i2kit.apiserver.registry.rbac;

import org.jspecify.annotations.NullMarked;
