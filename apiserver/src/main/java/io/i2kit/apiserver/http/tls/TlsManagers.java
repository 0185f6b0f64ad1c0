package io.i2kit.apiserver.http.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509KeyManager;

/** The JDK's managers from PEM texts: loads no Bouncy Castle, which costs a quarter of a second at start. */
public final class TlsManagers {
    private static final char[] NO_PASSWORD = new char[0];

    private TlsManagers() {}

    /** Shows an identity. */
    public static X509KeyManager keys(PemIdentity identity) {
        try {
            KeyStore store = emptyStore();
            Certificate[] chain = {Pems.certificate(identity.certificate())};
            store.setKeyEntry("identity", Pems.key(identity.key()), NO_PASSWORD, chain);
            KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
            factory.init(store, NO_PASSWORD);
            return (X509KeyManager) factory.getKeyManagers()[0];
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("the identity is not usable for TLS", e);
        }
    }

    /** Trusts what an authority signed. @param authority PEM */
    public static TrustManager trust(String authority) {
        try {
            KeyStore store = emptyStore();
            store.setCertificateEntry("authority", Pems.certificate(authority));
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            return factory.getTrustManagers()[0];
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("the authority is not usable for TLS", e);
        }
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
