package io.i2kit.cloud.aws;

import io.i2kit.cloud.aws.AwsOptions.Installation;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import software.amazon.awssdk.services.ec2.model.Subnet;
import software.amazon.awssdk.services.ec2.model.Tag;

/**
 * moto, the emulator of AWS' wire, as a process of its own on the loopback address. {@code ./i2kit test} sets it up in the cache;
 * where it is not, tests that need it are skipped and say so.
 */
public final class MotoServer implements AutoCloseable {
    private static final int START_SECONDS = 60;

    private final Process process;
    private final URI endpoint;
    private final HttpClient http = HttpClient.newHttpClient();

    private MotoServer(Process process, URI endpoint) {
        this.process = process;
        this.endpoint = endpoint;
    }

    public static MotoServer start() throws IOException, InterruptedException {
        Optional<Path> command = command();
        Assumptions.assumeTrue(command.isPresent(), "moto is not there: run ./i2kit test once, which sets it up");
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        // The SDK takes credentials from here; the emulator looks at none.
        System.setProperty("aws.accessKeyId", "test");
        System.setProperty("aws.secretAccessKey", "test");
        File log = File.createTempFile("moto", ".log");
        log.deleteOnExit();
        Process process = new ProcessBuilder(command.get().toString(), "-H", "127.0.0.1", "-p", Integer.toString(port))
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
        MotoServer server = new MotoServer(process, URI.create("http://127.0.0.1:" + port));
        server.awaitAnswer();
        return server;
    }

    private static Optional<Path> command() {
        String given = System.getenv("I2KIT_CACHE");
        Path cache = given != null && !given.isEmpty()
                ? Path.of(given)
                : Path.of(System.getProperty("user.home"), ".cache", "i2kit");
        Stream<Path> onPath = Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(Path::of)
                .map(folder -> folder.resolve("moto_server"));
        return Stream.concat(Stream.of(cache.resolve("moto/bin/moto_server")), onPath)
                .filter(Files::isExecutable)
                .findFirst();
    }

    private void awaitAnswer() throws InterruptedException {
        for (int tenths = 0; tenths < START_SECONDS * 10; tenths++) {
            try {
                http.send(HttpRequest.newBuilder(endpoint.resolve("/moto-api/")).build(), BodyHandlers.discarding());
                return;
            } catch (IOException e) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
        process.destroyForcibly();
        throw new AssertionError("moto did not answer within " + START_SECONDS + " s");
    }

    public URI endpoint() {
        return endpoint;
    }

    public AwsClients clients() {
        return new AwsClients(AwsSamples.REGION, endpoint, List.of());
    }

    /** An account with nothing in it but what {@code i2kit aws init} makes, and one machine image. */
    public Installation newAccount(AwsClients clients) throws IOException, InterruptedException {
        post("/moto-api/reset");
        // The same ids for the same calls.
        post("/moto-api/seed?a=1");
        List<Subnet> subnets = clients.ec2().describeSubnets().subnets();
        String vpc = subnets.getFirst().vpcId();
        String securityGroup = clients.ec2()
                .createSecurityGroup(request -> request.groupName("i2kit-machine")
                        .description("machines")
                        .vpcId(vpc))
                .groupId();
        clients.iam().createInstanceProfile(request -> request.instanceProfileName("i2kit-machine"));
        clients.s3().createBucket(request -> request.bucket("i2kit-metadata"));
        String zone = clients.route53()
                .createHostedZone(request -> request.name("cluster.local").callerReference("once"))
                .hostedZone()
                .id();
        String image = clients.ec2()
                .registerImage(request -> request.name("image").rootDeviceName("/dev/xvda"))
                .imageId();
        clients.ec2()
                .createTags(request -> request.resources(image)
                        .tags(Tag.builder()
                                .key(AwsTags.CONTENT_HASH)
                                .value(AwsSamples.IMAGE)
                                .build()));
        return new Installation(
                vpc,
                subnets.stream().map(Subnet::subnetId).limit(2).toList(),
                securityGroup,
                "i2kit-machine",
                "i2kit-metadata",
                zone.replace("/hostedzone/", ""));
    }

    private void post(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(endpoint.resolve(path))
                .POST(BodyPublishers.noBody())
                .build();
        http.send(request, BodyHandlers.discarding());
    }

    @Override
    public void close() {
        process.destroy();
    }
}
