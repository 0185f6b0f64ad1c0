package io.i2kit.apiserver.load;

import io.i2kit.apiserver.http.tls.Pems;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * A server and who asks it: the first cluster and the first user of a kubeconfig.
 *
 * @param token a bearer token, or empty where a client certificate is used
 */
record Target(String host, int port, SSLContext tls, String token) {
    static Target of(Path kubeconfig) throws IOException, GeneralSecurityException {
        JsonNode root = new YAMLMapper().readTree(Files.readAllBytes(kubeconfig));
        JsonNode cluster = root.path("clusters").path(0).path("cluster");
        JsonNode user = root.path("users").path(0).path("user");
        URI server = URI.create(cluster.path("server").asString(""));
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(keys(user), trust(decoded(cluster, "certificate-authority")).getTrustManagers(), null);
        return new Target(
                server.getHost(), server.getPort(), tls, user.path("token").asString(""));
    }

    private static byte[] decoded(JsonNode from, String field) throws IOException {
        String data = from.path(field + "-data").asString("");
        return data.isEmpty()
                ? Files.readAllBytes(Path.of(from.path(field).asString("")))
                : Base64.getDecoder().decode(data);
    }

    private static KeyManager[] keys(JsonNode user) throws IOException, GeneralSecurityException {
        if (!user.has("client-certificate-data") && !user.has("client-certificate")) {
            return new KeyManager[0];
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        Certificate certificate = certificate(decoded(user, "client-certificate"));
        store.setKeyEntry(
                "own",
                Pems.key(new String(decoded(user, "client-key"), StandardCharsets.US_ASCII)),
                new char[0],
                new Certificate[] {certificate});
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        return keys.getKeyManagers();
    }

    private static TrustManagerFactory trust(byte[] authorities) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        int number = 0;
        try (InputStream in = new ByteArrayInputStream(authorities)) {
            for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("authority" + number++, each);
            }
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        return trust;
    }

    private static Certificate certificate(byte[] pem) throws GeneralSecurityException {
        return CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem));
    }
}
