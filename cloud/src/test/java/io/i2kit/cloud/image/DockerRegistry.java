package io.i2kit.cloud.image;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** Debian's docker-registry on a loopback port, unpacked and not installed (its package would start a service). */
final class DockerRegistry implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

    /** The password "secret" of the user "user". */
    private static final String HTPASSWD = "user:$2b$04$SAMulzRzjX3vVSrG1Scbge8pMYdJuSE9j2DKFnNyYJjh0q7j6zs1G\n";

    private final Process process;
    private final int port;

    private DockerRegistry(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static DockerRegistry start(Path work) throws IOException, InterruptedException {
        Path directory = Files.createDirectories(work.resolve("docker-registry"));
        run(directory, "apt-get", "-q", "-o", "APT::Sandbox::User=", "download", "docker-registry");
        try (DirectoryStream<Path> debs = Files.newDirectoryStream(directory, "*.deb")) {
            for (Path deb : debs) {
                run(directory, "dpkg-deb", "-x", deb.toString(), "root");
            }
        }
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Files.writeString(directory.resolve("htpasswd"), HTPASSWD);
        Files.writeString(directory.resolve("config.yml"), """
                version: 0.1
                log: {level: error}
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: '127.0.0.1:%d'}
                auth: {htpasswd: {realm: test, path: %s}}
                """.formatted(
                        directory.resolve("data"), port, directory.resolve("htpasswd")));
        Process process = new ProcessBuilder("root/usr/bin/docker-registry", "serve", "config.yml")
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        DockerRegistry registry = new DockerRegistry(process, port);
        registry.await(directory.resolve("log"));
        return registry;
    }

    private static void run(Path directory, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() != 0) {
            throw new IOException(String.join(" ", command) + " failed");
        }
    }

    private void await(Path log) throws IOException, InterruptedException {
        Instant deadline = Instant.now().plus(START_TIMEOUT);
        while (process.isAlive() && Instant.now().isBefore(deadline)) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                if (socket.isConnected()) {
                    return;
                }
            } catch (IOException e) {
                Thread.sleep(50);
            }
        }
        throw new IOException("docker-registry does not answer: " + Files.readString(log));
    }

    String host() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
