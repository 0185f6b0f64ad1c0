package io.i2kit.apiserver.app;

import io.i2kit.cloud.aws.AwsApis;
import io.i2kit.cloud.aws.AwsClients;
import io.i2kit.cloud.aws.AwsCloud;
import io.i2kit.cloud.aws.AwsOptions;
import io.i2kit.cloud.aws.AwsOptions.Installation;
import io.i2kit.cloud.aws.backup.AwsBackups;
import io.i2kit.cloud.aws.image.AwsImages;
import io.i2kit.cloud.aws.prices.PriceFile;
import io.i2kit.cloud.aws.setup.AwsSetup;
import io.i2kit.cloud.image.disk.DiskAssembler;
import io.i2kit.cloud.model.Architecture;
import io.i2kit.cloud.provider.Cloud;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Machines on AWS, on an installation that {@code i2kit aws init} made. */
record AwsMachines(AwsClients clients, AwsImages images, AwsCloud aws, Optional<BackupTarget> backups)
        implements MachineCloud {
    static final String DOMAIN = "cluster.local";

    private static final Duration YOUNG = Duration.ofHours(1);

    /** @param keepsBackups whether in the installation's bucket there is always a backup of the cluster */
    static Factory factory(String installation, String region, boolean keepsBackups) {
        return (data, images, clusterId) -> {
            AwsClients clients = new AwsClients(region, endpoint(), List.of());
            Installation found = find(clients, region, installation);
            AwsOptions options = new AwsOptions(
                    clusterId,
                    region,
                    endpoint(),
                    found,
                    new PriceFile(data.awsPrices()).forRegion(region),
                    AwsOptions.Timings.customary());
            AtomicReference<@Nullable AwsCloud> notified = new AtomicReference<>();
            AwsImages uploaded = AwsImages.of(clients, clusterId, disks(images), data.uploads(), names -> {
                AwsCloud target = notified.get();
                if (target != null) {
                    names.forEach(target::imageChanged);
                }
            });
            AwsApis apis = AwsApis.of(clients);
            AwsCloud cloud = new AwsCloud(apis, options, uploaded, Clock.systemUTC());
            notified.set(cloud);
            AwsBackups backups = new AwsBackups(apis.objects(), found.bucket());
            BackupTarget target = content -> backups.put(clusterId, content);
            return new AwsMachines(clients, uploaded, cloud, keepsBackups ? Optional.of(target) : Optional.empty());
        };
    }

    private static AwsImages.Disks disks(ArchitectureImages images) {
        return (image, progress) -> images.of(image.architecture())
                .builder()
                .buildNow(image, progress)
                .resolve(DiskAssembler.DISK);
    }

    private static Installation find(AwsClients clients, String region, String name) {
        try {
            return new AwsSetup(clients, region, name, DOMAIN)
                    .find()
                    .orElseThrow(() -> new UserError("there is no whole installation named " + name + " in " + region
                            + "; make it with: ./i2kit aws init --name " + name + " --region " + region));
        } catch (UserError e) {
            throw e;
        } catch (RuntimeException e) {
            throw new UserError("AWS: " + e.getMessage(), e);
        }
    }

    /** @param given by the user, or null for {@code AWS_REGION} */
    static String region(@Nullable String given) {
        String region = given != null ? given : System.getenv("AWS_REGION");
        if (region == null || region.isEmpty()) {
            throw new UserError("name an AWS region, or set AWS_REGION");
        }
        return region;
    }

    /** Where calls go instead of AWS, or null. */
    static @Nullable URI endpoint() {
        String given = System.getenv("AWS_ENDPOINT_URL");
        return given == null || given.isEmpty() ? null : URI.create(given);
    }

    @Override
    public Cloud cloud() {
        return aws;
    }

    /** Finding the installation was the proof that AWS answers. */
    @Override
    public void start() {}

    @Override
    public void imageChanged(String imageName) {
        aws.imageChanged(imageName);
    }

    /** One that was just made may be about to be used. */
    @Override
    public void collectImages(Set<String> inUse) {
        images.collect(inUse, YOUNG);
    }

    @Override
    public Set<Architecture> architectures() {
        return EnumSet.allOf(Architecture.class);
    }

    /** The network's own resolver, which knows the private zone. */
    @Override
    public List<String> nameservers() {
        return List.of();
    }

    @Override
    public void close() {
        aws.close();
        images.close();
        clients.close();
    }
}
