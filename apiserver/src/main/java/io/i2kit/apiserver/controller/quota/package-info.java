/**
 * Keeps the counts of ResourceQuotas right. Imports {@code controller}, {@code informer}, {@code registry} and
 * {@code storage}.
 */
@NullMarked
package io.i2kit.apiserver.controller.quota;

import org.jspecify.annotations.NullMarked;
