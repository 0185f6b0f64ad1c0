package io.i2kit.cloud.agent;

import java.net.Socket;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts exactly the key that belongs to the machine at an address. Names and dates in the certificate say nothing: a guest makes
 * it itself, and its clock may be wrong.
 */
final class PinnedKeys extends X509ExtendedTrustManager {
    private final ConcurrentMap<String, byte[]> keys = new ConcurrentHashMap<>();

    /** From now on, this guest is expected at its address. */
    void expect(Guest guest) {
        keys.put(guest.address(), GuestKeys.publicKey(guest));
    }

    void forget(String address) {
        keys.remove(address);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain, engine.getPeerHost() + ":" + engine.getPeerPort());
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        if (!(socket instanceof SSLSocket secured)) {
            throw new CertificateException("the address of the peer is not known");
        }
        SSLSession session = secured.getHandshakeSession();
        check(chain, session.getPeerHost() + ":" + session.getPeerPort());
    }

    private void check(X509Certificate[] chain, String address) throws CertificateException {
        byte[] expected = keys.get(address);
        if (expected == null || chain.length == 0) {
            throw new CertificateException("no machine is expected at " + address);
        }
        if (!MessageDigest.isEqual(expected, chain[0].getPublicKey().getEncoded())) {
            throw new CertificateException("another machine answers at " + address);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("the address of the peer is not known");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("this is a client");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw new CertificateException("this is a client");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw new CertificateException("this is a client");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
