package io.i2kit.cloud.aws;

import io.i2kit.cloud.Await;
import io.i2kit.cloud.aws.image.AwsImages;
import io.i2kit.cloud.aws.prices.PriceList;
import io.i2kit.cloud.aws.setup.AwsSetup;
import io.i2kit.cloud.model.Architecture;
import io.i2kit.cloud.model.DnsRecord;
import io.i2kit.cloud.model.GroupStatus;
import io.i2kit.cloud.model.ImageStatus;
import io.i2kit.cloud.model.LaunchTemplate;
import io.i2kit.cloud.model.LoadBalancerStatus;
import io.i2kit.cloud.model.MachineSize;
import io.i2kit.cloud.model.SampleMachines;
import io.i2kit.cloud.provider.Cloud;
import io.i2kit.cloud.provider.CloudContractTest;
import io.i2kit.cloud.provider.CloudException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/**
 * In an account of AWS, what every cloud does: an installation of its own is made first and destroyed at the end. It takes the
 * better part of an hour and costs less than a dollar. By hand, with credentials that {@code i2kit aws policy --set-up} describes:
 * {@code AWS_REGION=eu-central-1 mvn -Paccount test -pl cloud -am -Dtest=AccountCloudContractTest
 * -Dsurefire.failIfNoSpecifiedTests=false}.
 */
@Tag("account")
class AccountCloudContractTest extends CloudContractTest {
    private static final String NAME = "i2kit-contract";
    private static final String HASH = "c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0";
    private static final Duration LONG = Duration.ofMinutes(20);

    @TempDir
    static Path work;

    private static @Nullable AwsClients clients;
    private static @Nullable AwsSetup setup;
    private static @Nullable AwsImages images;
    private @Nullable AwsCloud cloud;

    private static String region() {
        return Objects.requireNonNull(System.getenv("AWS_REGION"), "AWS_REGION says where");
    }

    private static @Nullable URI endpoint() {
        String given = System.getenv("AWS_ENDPOINT_URL");
        return given == null ? null : URI.create(given);
    }

    @BeforeAll
    static void makeInstallation() {
        clients = new AwsClients(region(), endpoint(), List.of());
        setup = new AwsSetup(clients, region(), NAME, "cluster.local");
        setup.make(System.out::println);
        images = AwsImages.of(
                clients, NAME, (image, progress) -> AwsSamples.disk(work), work.resolve("uploads"), changed -> {});
        AwsImages made = images;
        Await.until(
                "the machine image",
                LONG,
                () -> made.ensure(SampleMachines.image(HASH, Architecture.AMD64), (type, reason, message) -> {})
                        instanceof ImageStatus.Ready,
                () -> "see the log");
    }

    @AfterAll
    static void destroyInstallation() {
        if (images != null) {
            images.collect(Set.of(), Duration.ofSeconds(-10));
            images.close();
        }
        if (setup != null) {
            setup.destroy(System.out::println);
        }
        if (clients != null) {
            clients.close();
        }
    }

    @BeforeEach
    void start() {
        AwsOptions options = new AwsOptions(
                NAME,
                region(),
                endpoint(),
                Objects.requireNonNull(setup).find().orElseThrow(),
                PriceList.packaged(),
                AwsOptions.Timings.customary());
        cloud = new AwsCloud(
                AwsApis.of(Objects.requireNonNull(clients)),
                options,
                Objects.requireNonNull(images),
                Clock.systemUTC());
    }

    /** The next test begins with an empty cloud. */
    @AfterEach
    void clear() {
        AwsCloud used = (AwsCloud) cloud();
        try {
            Await.until(
                    "everything is gone",
                    LONG,
                    () -> isCleared(used),
                    () -> used.groups().describe(List.of()));
        } finally {
            used.close();
        }
    }

    private static boolean isCleared(AwsCloud cloud) {
        try {
            List<String> names =
                    cloud.dns().describeRecords().stream().map(DnsRecord::name).toList();
            cloud.dns().deleteRecords(names);
            List<LoadBalancerStatus> balancers = cloud.loadBalancers().describeLoadBalancers(List.of());
            balancers.forEach(each -> cloud.loadBalancers().deleteLoadBalancer(each.name()));
            List<GroupStatus> groups = cloud.groups().describe(List.of());
            groups.forEach(each -> cloud.groups().deleteGroup(each.name(), Duration.ZERO));
            groups.forEach(each -> cloud.groups().deleteTemplate(each.name() + "-template"));
            return names.isEmpty() && balancers.isEmpty() && groups.isEmpty();
        } catch (CloudException.Unavailable e) {
            return false;
        }
    }

    @Override
    protected Duration patience() {
        return Duration.ofMinutes(10);
    }

    @Override
    protected Cloud cloud() {
        return Objects.requireNonNull(cloud);
    }

    @Override
    protected LaunchTemplate template(String name) {
        return new LaunchTemplate(
                name,
                HASH,
                Architecture.AMD64,
                new MachineSize(96L << 20, 100, ""),
                AwsSamples.metadata(name, "s3cret"),
                Map.of(AwsTags.CLUSTER, NAME, AwsTags.NAMESPACE, "default"));
    }
}
