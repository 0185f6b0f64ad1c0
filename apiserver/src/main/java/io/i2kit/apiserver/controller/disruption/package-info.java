/**
 * PodDisruptionBudgets: counts what a budget selects and says in its status how many evictions it allows
 * ({@code pkg/controller/disruption}). Imports {@code controller}, {@code informer}, {@code registry} and {@code storage}.
 */
@NullMarked
package io.i2kit.apiserver.controller.disruption;

import org.jspecify.annotations.NullMarked;
