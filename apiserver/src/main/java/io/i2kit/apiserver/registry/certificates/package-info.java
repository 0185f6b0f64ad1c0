/**
 * CertificateSigningRequests: what is asked for, and who said yes. Imports {@code registry} and {@code registry.core}.
 */
@NullMarked
package io.i2kit.apiserver.registry.certificates;

import org.jspecify.annotations.NullMarked;
