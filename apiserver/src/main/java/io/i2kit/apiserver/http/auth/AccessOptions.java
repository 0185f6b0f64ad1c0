package io.i2kit.apiserver.http.auth;

import java.nio.file.Path;

/**
 * How a server knows its users.
 *
 * @param tokens of a static file
 * @param signingKey where the key of ServiceAccount tokens is, or will be made when the first token is asked for
 */
public record AccessOptions(TokenUsers tokens, Path signingKey) {}
