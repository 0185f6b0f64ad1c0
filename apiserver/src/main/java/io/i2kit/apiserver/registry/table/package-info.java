/**
 * The columns that {@code kubectl get} shows, computed from object trees. Imports nothing of the store.
 */
@NullMarked
package io.i2kit.apiserver.registry.table;

import org.jspecify.annotations.NullMarked;
