package io.i2kit.apiserver.http.tls;

/**
 * A certificate with its key, both PEM (the key PKCS #8).
 *
 * @param certificate the leaf's certificate
 */
public record PemIdentity(String certificate, String key) {}
