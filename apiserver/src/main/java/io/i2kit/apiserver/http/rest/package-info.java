/**
 * Resource requests: verbs on the generic store, lists, watches, Tables, subresources. Synchronous, on virtual threads; knows
 * requests and answers as values, no Vert.x. Imports {@code registry}, {@code storage} and the
 * protocols of {@code stream} and {@code proxy}.
 */
@NullMarked
package io.i2kit.apiserver.http.rest;

import org.jspecify.annotations.NullMarked;
