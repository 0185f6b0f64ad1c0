package io.i2kit.apiserver.http;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.spi.tls.SslContextFactory;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's TLS for servers, straight: Netty's own builder reads a probing key with Bouncy Castle where it finds it, which was
 * a fifth of the server's start.
 */
final class JdkTls extends JdkSSLEngineOptions {
    @Override
    public JdkTls copy() {
        return new JdkTls();
    }

    @Override
    public SslContextFactory sslContextFactory() {
        return new Factory();
    }

    /** Collects what Vert.x says of the server, then makes the context. */
    private static final class Factory implements SslContextFactory {
        private ClientAuth clientAuth = ClientAuth.NONE;
        private Set<String> versions = Set.of();
        private List<String> protocols = List.of();
        private @Nullable KeyManagerFactory keys;
        private @Nullable TrustManagerFactory trust;

        @Override
        public SslContextFactory forServer(ClientAuth wanted) {
            clientAuth = wanted;
            return this;
        }

        @Override
        public SslContextFactory useAlpn(boolean use) {
            return this;
        }

        @Override
        public SslContextFactory enabledProtocols(Set<String> names) {
            versions = Set.copyOf(names);
            return this;
        }

        @Override
        public SslContextFactory enabledCipherSuites(Set<String> names) {
            return this;
        }

        @Override
        public SslContextFactory keyMananagerFactory(KeyManagerFactory factory) {
            keys = factory;
            return this;
        }

        @Override
        public SslContextFactory trustManagerFactory(TrustManagerFactory factory) {
            trust = factory;
            return this;
        }

        @Override
        public SslContextFactory applicationProtocols(List<String> names) {
            protocols = names == null ? List.of() : List.copyOf(names);
            return this;
        }

        @Override
        public SslContext create() throws SSLException {
            try {
                SSLContext context = SSLContext.getInstance("TLS");
                context.init(
                        keys == null ? null : keys.getKeyManagers(),
                        trust == null ? null : trust.getTrustManagers(),
                        null);
                return new JdkSslContext(
                        context,
                        false,
                        null,
                        IdentityCipherSuiteFilter.INSTANCE,
                        negotiation(),
                        clientAuth,
                        versions.isEmpty() ? null : versions.toArray(String[]::new),
                        false);
            } catch (GeneralSecurityException e) {
                throw new SSLException("the server's TLS cannot be set up", e);
            }
        }

        private ApplicationProtocolConfig negotiation() {
            return protocols.isEmpty()
                    ? ApplicationProtocolConfig.DISABLED
                    : new ApplicationProtocolConfig(
                            Protocol.ALPN,
                            SelectorFailureBehavior.NO_ADVERTISE,
                            SelectedListenerFailureBehavior.ACCEPT,
                            protocols);
        }
    }
}
