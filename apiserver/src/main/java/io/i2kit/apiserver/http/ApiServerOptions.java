package io.i2kit.apiserver.http;

import io.i2kit.apiserver.http.tls.PemIdentity;

/**
 * How the server listens.
 *
 * @param port 0 for any free one
 * @param identity what it shows to clients
 * @param access how it knows its users
 */
public record ApiServerOptions(String host, int port, PemIdentity identity, AccessOptions access) {}
