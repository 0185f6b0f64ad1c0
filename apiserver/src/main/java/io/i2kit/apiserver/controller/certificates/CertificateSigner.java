package io.i2kit.apiserver.controller.certificates;

import java.security.PublicKey;
import java.time.Duration;
import java.util.Set;

/** An authority that certifies keys of clients. */
@FunctionalInterface
public interface CertificateSigner {
    /**
     * A certificate in PEM.
     *
     * @param subject the name in DER
     * @param usages as {@code spec.usages} names them
     * @param life from now on
     */
    String sign(PublicKey key, byte[] subject, Set<String> usages, Duration life);
}
