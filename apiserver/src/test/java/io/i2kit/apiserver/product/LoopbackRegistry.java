package io.i2kit.apiserver.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

/** Debian's docker-registry on a loopback port, unpacked and not installed; it knows one user. */
final class LoopbackRegistry implements AutoCloseable {
    /** The password "secret" of the user "user". */
    private static final String HTPASSWD = "user:$2b$04$SAMulzRzjX3vVSrG1Scbge8pMYdJuSE9j2DKFnNyYJjh0q7j6zs1G\n";

    private final Process process;
    private final int port;

    private LoopbackRegistry(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static LoopbackRegistry start(Path directory) throws IOException {
        Files.createDirectories(directory);
        Product.Result unpacked = Product.run(
                Duration.ofMinutes(3),
                List.of(
                        "sh",
                        "-c",
                        "cd '" + directory + "' && apt-get -q -o APT::Sandbox::User= download docker-registry"
                                + " && dpkg-deb -x *.deb root"),
                "");
        assertThat(unpacked.exit()).as(unpacked.err()).isZero();
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Files.writeString(directory.resolve("htpasswd"), HTPASSWD);
        Files.writeString(directory.resolve("config.yml"), """
                version: 0.1
                log: {level: error}
                storage: {filesystem: {rootdirectory: %1$s/data}}
                http: {addr: '127.0.0.1:%2$d'}
                auth: {htpasswd: {realm: test, path: %1$s/htpasswd}}
                """.formatted(directory, port));
        Process process = new ProcessBuilder("root/usr/bin/docker-registry", "serve", "config.yml")
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        Product.await("the registry", Duration.ofSeconds(30), () -> answers(port));
        return new LoopbackRegistry(process, port);
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    String host() {
        return "127.0.0.1:" + port;
    }

    /** The user's entry in Docker's format. */
    String dockerConfig() {
        String auth = Base64.getEncoder().encodeToString("user:secret".getBytes(StandardCharsets.UTF_8));
        return "{\"auths\": {\"" + host() + "\": {\"auth\": \"" + auth + "\"}}}";
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
