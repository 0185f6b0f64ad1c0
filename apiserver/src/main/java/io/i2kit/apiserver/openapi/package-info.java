/**
 * The OpenAPI schema of the kinds served: what drives patches, strict validation and {@code kubectl explain}.
 */
@NullMarked
package io.i2kit.apiserver.openapi;

import org.jspecify.annotations.NullMarked;
