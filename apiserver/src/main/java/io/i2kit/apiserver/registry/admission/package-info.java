/**
 * What decides over writes by looking at other objects: limits, quotas, priorities, accounts. Imports {@code registry},
 * {@code registry.core}, {@code openapi} and {@code storage}.
 */
@NullMarked
package io.i2kit.apiserver.registry.admission;

import org.jspecify.annotations.NullMarked;
