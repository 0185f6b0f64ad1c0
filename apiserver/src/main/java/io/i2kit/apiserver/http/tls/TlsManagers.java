package io.i2kit.apiserver.http.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509KeyManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** The JDK's managers from PEM texts: loads no Bouncy Castle, which costs a quarter of a second at start. */
public final class TlsManagers {
    private static final char[] NO_PASSWORD = new char[0];

    private TlsManagers() {}

    /**
     * Shows an identity. The manager of the JDK's default algorithm reads the key here; that of {@code PKIX} would decrypt it from the
     * key store in each handshake, which is most of a handshake's cost.
     */
    public static X509KeyManager keys(PemIdentity identity) {
        try {
            KeyStore store = emptyStore();
            Certificate[] chain = {Pems.certificate(identity.certificate())};
            store.setKeyEntry("identity", Pems.key(identity.key()), NO_PASSWORD, chain);
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, NO_PASSWORD);
            return (X509KeyManager) factory.getKeyManagers()[0];
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("the identity is not usable for TLS", e);
        }
    }

    /**
     * Asks clients for certificates of these authorities, and takes those of others too: kube-apiserver does so, and answers 401, of
     * which clients make something that people understand.
     *
     * @param authorities PEM, one or more
     */
    public static TrustManager asking(String authorities) {
        return new AskingTrustManager(Pems.certificates(authorities).toArray(X509Certificate[]::new));
    }

    /** Trusts what one of these signed. @param authorities PEM, one or more */
    public static X509TrustManager trust(String authorities) {
        try {
            KeyStore store = emptyStore();
            for (X509Certificate authority : Pems.certificates(authorities)) {
                store.setCertificateEntry("authority-" + store.size(), authority);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            return (X509TrustManager) factory.getTrustManagers()[0];
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("the authorities are not usable for TLS", e);
        }
    }

    /**
     * TLS of a client.
     *
     * @param identity what it shows; null for nothing
     * @param authorities of servers, PEM, one or more
     */
    public static SSLContext client(@Nullable PemIdentity identity, String authorities) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            KeyManager[] keys = identity == null ? null : new KeyManager[] {keys(identity)};
            context.init(keys, new TrustManager[] {trust(authorities)}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has TLS", e);
        }
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
