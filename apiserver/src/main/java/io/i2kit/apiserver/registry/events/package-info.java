/**
 * The {@code events.k8s.io} view of events: their definitions, strategies and columns. Imports {@code registry} only.
 */
@NullMarked
package io.i2kit.apiserver.registry.events;

import org.jspecify.annotations.NullMarked;
