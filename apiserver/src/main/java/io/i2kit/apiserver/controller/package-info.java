/**
 * The frame that every controller runs in: work queues with per-key order and back-off, bounded workers. One package a
 * controller below; controllers import {@code registry}, {@code informer}, the translator and cloud providers, never each other.
 */
@NullMarked
package io.i2kit.apiserver.controller;

import org.jspecify.annotations.NullMarked;
