/**
 * Users of an OpenID Connect issuer: its ID tokens, verified by the keys that it publishes. Imports {@code http.auth} and {@code http.tls}.
 */
@NullMarked
package io.i2kit.apiserver.http.auth.oidc;

import org.jspecify.annotations.NullMarked;
