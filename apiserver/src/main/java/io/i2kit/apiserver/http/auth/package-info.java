/**
 * Who asks and whether they may: client certificates, static tokens, authorization. Imports {@code registry}
 * for its errors, and {@code http.tls}.
 */
@NullMarked
package io.i2kit.apiserver.http.auth;

import org.jspecify.annotations.NullMarked;
