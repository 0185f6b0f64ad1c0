/**
 * Tokens of ServiceAccounts: signed, verified, asked for, and the key set by which others verify them. Nimbus is loaded with the
 * first token. Imports {@code http.auth}, {@code http.rest} and {@code registry}.
 */
@NullMarked
package io.i2kit.apiserver.http.auth.token;

import org.jspecify.annotations.NullMarked;
