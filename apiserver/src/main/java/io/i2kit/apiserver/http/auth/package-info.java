/**
 * Who asks and whether they may: client certificates, static tokens, authorization. Imports {@code registry} for its errors.
 */
@NullMarked
package io.i2kit.apiserver.http.auth;

import org.jspecify.annotations.NullMarked;
