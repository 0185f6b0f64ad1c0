/**
 * The audit log: who asked for what, and what came of it, as {@code audit.k8s.io/v1} Events. Off unless a file is named, and then the
 * policy decides what is written. Imports {@code http.auth}, {@code http.rest} and {@code http.content}.
 */
@NullMarked
package io.i2kit.apiserver.http.audit;

import org.jspecify.annotations.NullMarked;
