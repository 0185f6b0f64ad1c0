/**
 * Manifests without a server: files of objects read, filled in and checked as the API server does, and the Pod templates in them.
 * Imports {@code registry}, {@code openapi}, {@code patch}, {@code typed}, {@code http.content} and the translator; no Vert.x, no storage.
 */
@NullMarked
package io.i2kit.apiserver.manifest;

import org.jspecify.annotations.NullMarked;
