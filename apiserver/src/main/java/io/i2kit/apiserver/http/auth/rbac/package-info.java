/**
 * Role-based access control: who holds which rules, kept current by watches of the store, and what follows from them. Imports
 * {@code registry.rbac} and {@code informer}.
 */
@NullMarked
package io.i2kit.apiserver.http.auth.rbac;

import org.jspecify.annotations.NullMarked;
