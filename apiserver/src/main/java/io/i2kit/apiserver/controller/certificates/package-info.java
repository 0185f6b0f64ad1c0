/**
 * Signs approved CertificateSigningRequests of clients of this server. Imports {@code controller}, {@code informer},
 * {@code registry} and {@code storage}.
 */
@NullMarked
package io.i2kit.apiserver.controller.certificates;

import org.jspecify.annotations.NullMarked;
