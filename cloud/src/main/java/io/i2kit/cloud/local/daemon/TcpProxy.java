package io.i2kit.cloud.local.daemon;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One listening port; see {@link ProxiedConnection} for what becomes of its connections. */
final class TcpProxy implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TcpProxy.class);

    private static final int BACKLOG = 1024;

    private final ServerSocketChannel server;
    private final Backends backends;
    private final Thread acceptor;

    private TcpProxy(ServerSocketChannel server, Backends backends) {
        this.server = server;
        this.backends = backends;
        this.acceptor = Thread.ofVirtual().unstarted(this::accept);
    }

    /** @throws IOException when the address cannot be listened on; its message is the system's */
    static TcpProxy listen(InetSocketAddress address, Backends backends) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        try {
            server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            server.bind(address, BACKLOG);
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
        TcpProxy proxy = new TcpProxy(server, backends);
        proxy.acceptor.start();
        return proxy;
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel client = server.accept();
                if (server.isOpen()) {
                    Thread.startVirtualThread(() -> serve(client));
                } else {
                    client.close(); // it came while the port was being closed
                }
            } catch (IOException e) {
                if (server.isOpen()) {
                    log.warn("cannot accept a connection: {}", e.toString());
                    pause();
                }
            }
        }
    }

    /** Without file descriptors every accept fails at once. */
    private static void pause() {
        try {
            Thread.sleep(Duration.ofMillis(100));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            new ProxiedConnection(client, backends).serve();
        } catch (IOException e) {
            log.debug("connection: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops listening: nobody is served any more when it returns, because the port is free only once the acceptor has left. */
    @Override
    public void close() {
        try {
            server.close();
            acceptor.join();
        } catch (IOException e) {
            log.debug("close: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
