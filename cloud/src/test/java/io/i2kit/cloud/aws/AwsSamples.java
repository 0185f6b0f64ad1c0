package io.i2kit.cloud.aws;

import io.i2kit.cloud.aws.AwsOptions.Installation;
import io.i2kit.cloud.aws.AwsOptions.Timings;
import io.i2kit.cloud.aws.prices.PriceList;
import io.i2kit.cloud.model.Architecture;
import io.i2kit.cloud.model.DnsRecord;
import io.i2kit.cloud.model.ImageStatus;
import io.i2kit.cloud.model.LaunchTemplate;
import io.i2kit.cloud.model.MachineMetadata;
import io.i2kit.cloud.model.MachineMetadata.Agent;
import io.i2kit.cloud.model.MachineMetadata.Owner;
import io.i2kit.cloud.model.MachineSize;
import io.i2kit.cloud.model.PublicName;
import io.i2kit.cloud.model.SampleMachines;
import io.i2kit.cloud.provider.ImageProvider;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the tests of AWS have in common. */
public final class AwsSamples {
    public static final String CLUSTER_ID = "test";
    public static final String REGION = "us-east-1";
    public static final String IMAGE = "image-1";

    /** Looks are frequent, so tests are quick. */
    public static final Timings QUICK =
            new Timings(Duration.ofMillis(20), Duration.ofMillis(50), Duration.ofMinutes(15));

    /** By no clock: the test says when AWS is looked at. */
    public static final Timings NEVER = new Timings(Duration.ofDays(1), Duration.ofDays(1), Duration.ofDays(1));

    public static final ImageProvider NO_IMAGES =
            (image, progress) -> new ImageStatus.Pending("no images in this test");

    private AwsSamples() {}

    public static AwsOptions options(String clusterId, @Nullable URI endpoint, Installation installation) {
        return new AwsOptions(clusterId, REGION, endpoint, installation, PriceList.packaged(), QUICK);
    }

    public static Installation installation() {
        return new Installation("vpc-1", List.of("subnet-1", "subnet-2"), "sg-1", "i2kit-machine", "bucket", "zone");
    }

    /** A disk with nothing on it that boots: what is made of it the host answers for. */
    public static Path disk(Path folder) throws IOException {
        Path disk = folder.resolve("disk.img");
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.setLength(1 << 20);
            file.write(1);
        }
        return disk;
    }

    /** Returns its ARN. The emulator looks whether it is there, not what it is. */
    public static String certificate(AwsClients clients, String name) {
        return clients.iam()
                .uploadServerCertificate(request -> request.serverCertificateName(name)
                        .certificateBody("body")
                        .privateKey("key"))
                .serverCertificateMetadata()
                .arn();
    }

    /** Returns its id. */
    public static String publicZone(AwsClients clients, String name) {
        return clients.route53()
                .createHostedZone(request -> request.name(name).callerReference(name))
                .hostedZone()
                .id()
                .replace("/hostedzone/", "");
    }

    public static PublicName publicName(String hostname, String balancer) {
        return new PublicName(
                hostname,
                "service/default/" + balancer,
                DnsRecord.Type.LOAD_BALANCER,
                balancer,
                Duration.ofSeconds(300));
    }

    public static LaunchTemplate template(String name) {
        return template(name, "", 96);
    }

    /** @param type asked for by name, or empty */
    public static LaunchTemplate template(String name, String type, int memoryMebibytes) {
        return new LaunchTemplate(
                name,
                IMAGE,
                Architecture.AMD64,
                new MachineSize((long) memoryMebibytes << 20, 100, type),
                metadata(name, "s3cret"),
                Map.of(AwsTags.CLUSTER, CLUSTER_ID, AwsTags.NAMESPACE, "default"));
    }

    public static MachineMetadata metadata(String name, String secret) {
        return SampleMachines.metadata(
                CLUSTER_ID,
                new Owner("ReplicaSet", name, "uid-1"),
                new Agent(secret, "", 10250, 10256),
                "node",
                List.of());
    }
}
