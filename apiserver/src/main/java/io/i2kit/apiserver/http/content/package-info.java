/**
 * Content negotiation: what a client accepts, and request bodies in JSON, YAML and protobuf. Imports {@code registry} and
 * {@code patch}; no Vert.x.
 */
@NullMarked
package io.i2kit.apiserver.http.content;

import org.jspecify.annotations.NullMarked;
