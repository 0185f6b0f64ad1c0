/**
 * Content negotiation: what a client accepts, and request bodies in JSON, YAML and protobuf. Imports {@code registry},
 * {@code patch} and {@code openapi}; no Vert.x.
 */
@NullMarked
package io.i2kit.apiserver.http.content;

import org.jspecify.annotations.NullMarked;
