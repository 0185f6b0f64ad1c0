package io.i2kit.cloud.aws.image;

import io.i2kit.cloud.aws.AwsClients;
import io.i2kit.cloud.model.Architecture;
import io.i2kit.cloud.provider.CloudException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.ebs.model.ChecksumAggregationMethod;
import software.amazon.awssdk.services.ebs.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.ebs.model.CompleteSnapshotRequest;
import software.amazon.awssdk.services.ebs.model.PutSnapshotBlockRequest;
import software.amazon.awssdk.services.ebs.model.StartSnapshotRequest;
import software.amazon.awssdk.services.ec2.model.ArchitectureValues;
import software.amazon.awssdk.services.ec2.model.BlockDeviceMapping;
import software.amazon.awssdk.services.ec2.model.BootModeValues;
import software.amazon.awssdk.services.ec2.model.CreateTagsRequest;
import software.amazon.awssdk.services.ec2.model.DescribeImagesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeLaunchTemplateVersionsRequest;
import software.amazon.awssdk.services.ec2.model.DescribeSnapshotsRequest;
import software.amazon.awssdk.services.ec2.model.EbsBlockDevice;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.ImdsSupportValues;
import software.amazon.awssdk.services.ec2.model.RegisterImageRequest;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;
import software.amazon.awssdk.services.ec2.model.VolumeType;

/** {@link MachineImageApi} over the wire. */
record SdkMachineImages(AwsClients clients) implements MachineImageApi {
    /** The name that the image gives its root disk; on Nitro it appears as NVMe whatever it is called. */
    static final String ROOT_DEVICE = "/dev/xvda";

    /** Ten times what 512 KiB take on a link of 1 MB/s. */
    private static final Duration BLOCK_ATTEMPT = Duration.ofSeconds(10);

    private static final int SERVER_ERROR = 500;
    private static final int NOT_FOUND = 404;

    /** The most values of one filter (EC2 User Guide). */
    private static final int FILTER_VALUES = 200;

    /** The most launch template versions of one answer. */
    private static final int PAGE = 200;

    private static final int ABANDONED_AFTER_MINUTES = 60;

    private static final Set<String> LIMITS = Set.of(
            "ConcurrentLimitExceededException", "ServiceQuotaExceededException", "PendingSnapshotCountLimitExceeded");

    @Override
    public String startSnapshot(String token, int gibibytes, String description, Map<String, String> tags) {
        StartSnapshotRequest request = StartSnapshotRequest.builder()
                .clientToken(token)
                .volumeSize((long) gibibytes)
                .description(description)
                .encrypted(true)
                .timeout(ABANDONED_AFTER_MINUTES)
                .tags(sorted(tags).entrySet().stream()
                        .map(tag -> software.amazon.awssdk.services.ebs.model.Tag.builder()
                                .key(tag.getKey())
                                .value(tag.getValue())
                                .build())
                        .toList())
                .build();
        return call(() -> clients.ebs().startSnapshot(request)).snapshotId();
    }

    @Override
    public void putBlock(String snapshotId, int index, byte[] content, String sha256) {
        PutSnapshotBlockRequest request = PutSnapshotBlockRequest.builder()
                .snapshotId(snapshotId)
                .blockIndex(index)
                .dataLength(content.length)
                .checksum(sha256)
                .checksumAlgorithm(ChecksumAlgorithm.SHA256)
                .overrideConfiguration(override -> override.apiCallAttemptTimeout(BLOCK_ATTEMPT))
                .build();
        call(() -> clients.ebs().putSnapshotBlock(request, RequestBody.fromBytes(content)));
    }

    @Override
    public void completeSnapshot(String snapshotId, int blocks, String sha256) {
        CompleteSnapshotRequest request = CompleteSnapshotRequest.builder()
                .snapshotId(snapshotId)
                .changedBlocksCount(blocks)
                .checksum(sha256)
                .checksumAlgorithm(ChecksumAlgorithm.SHA256)
                .checksumAggregationMethod(ChecksumAggregationMethod.LINEAR)
                .build();
        call(() -> clients.ebs().completeSnapshot(request));
    }

    @Override
    public List<Snapshot> snapshots(Map<String, String> tags) {
        DescribeSnapshotsRequest request = DescribeSnapshotsRequest.builder()
                .ownerIds("self")
                .filters(filters(tags))
                .build();
        return call(() -> clients.ec2().describeSnapshotsPaginator(request).snapshots().stream()
                .map(one -> new Snapshot(
                        one.snapshotId(),
                        switch (one.state()) {
                            case COMPLETED -> SnapshotState.COMPLETED;
                            case ERROR -> SnapshotState.ERROR;
                            default -> SnapshotState.PENDING;
                        },
                        one.startTime() == null ? Instant.EPOCH : one.startTime(),
                        plain(one.tags())))
                .toList());
    }

    @Override
    public void deleteSnapshot(String snapshotId) {
        ignoringGone(() -> clients.ec2().deleteSnapshot(request -> request.snapshotId(snapshotId)));
    }

    @Override
    public String registerImage(Registration registration) {
        EbsBlockDevice disk = EbsBlockDevice.builder()
                .snapshotId(registration.snapshotId())
                .volumeSize(registration.gibibytes())
                .volumeType(VolumeType.GP3)
                .deleteOnTermination(true)
                .build();
        RegisterImageRequest request = RegisterImageRequest.builder()
                .name(registration.name())
                .description(registration.description())
                .architecture(
                        registration.architecture() == Architecture.ARM64
                                ? ArchitectureValues.ARM64
                                : ArchitectureValues.X86_64)
                .bootMode(BootModeValues.UEFI)
                .enaSupport(true)
                .imdsSupport(ImdsSupportValues.V2_0)
                .virtualizationType("hvm")
                .rootDeviceName(ROOT_DEVICE)
                .blockDeviceMappings(BlockDeviceMapping.builder()
                        .deviceName(ROOT_DEVICE)
                        .ebs(disk)
                        .build())
                .tagSpecifications(TagSpecification.builder()
                        .resourceType(ResourceType.IMAGE)
                        .tags(tagsOf(registration.tags()))
                        .build())
                .build();
        return call(() -> clients.ec2().registerImage(request)).imageId();
    }

    @Override
    public List<Image> imagesNamed(String name) {
        return describe(List.of(Filter.builder().name("name").values(name).build()));
    }

    @Override
    public List<Image> images(Map<String, String> tags) {
        return describe(filters(tags));
    }

    private List<Image> describe(List<Filter> filters) {
        DescribeImagesRequest request =
                DescribeImagesRequest.builder().owners("self").filters(filters).build();
        return call(() -> clients.ec2().describeImagesPaginator(request).images().stream()
                .map(one -> new Image(
                        one.imageId(),
                        switch (one.state()) {
                            case AVAILABLE -> ImageState.AVAILABLE;
                            case PENDING, TRANSIENT -> ImageState.PENDING;
                            default -> ImageState.FAILED;
                        },
                        one.creationDate() == null ? Instant.EPOCH : Instant.parse(one.creationDate()),
                        one.blockDeviceMappings().stream()
                                .map(BlockDeviceMapping::ebs)
                                .filter(Objects::nonNull)
                                .map(EbsBlockDevice::snapshotId)
                                .filter(Objects::nonNull)
                                .toList(),
                        plain(one.tags())))
                .toList());
    }

    @Override
    public void tag(Collection<String> resourceIds, Map<String, String> tags) {
        CreateTagsRequest request = CreateTagsRequest.builder()
                .resources(resourceIds)
                .tags(tagsOf(tags))
                .build();
        call(() -> clients.ec2().createTags(request));
    }

    @Override
    public void deregisterImage(String imageId) {
        ignoringGone(() -> clients.ec2().deregisterImage(request -> request.imageId(imageId)));
    }

    @Override
    public Set<String> usedBy(Collection<String> imageIds) {
        Set<String> used = new HashSet<>();
        List<String> all = List.copyOf(imageIds);
        for (int from = 0; from < all.size(); from += FILTER_VALUES) {
            Filter images = Filter.builder()
                    .name("image-id")
                    .values(all.subList(from, Math.min(all.size(), from + FILTER_VALUES)))
                    .build();
            used.addAll(runBy(images));
            used.addAll(launchedBy(images));
        }
        used.retainAll(imageIds);
        return used;
    }

    private Set<String> runBy(Filter images) {
        Filter alive = Filter.builder()
                .name("instance-state-name")
                .values("pending", "running", "stopping", "stopped", "shutting-down")
                .build();
        DescribeInstancesRequest request =
                DescribeInstancesRequest.builder().filters(images, alive).build();
        return call(() -> clients.ec2().describeInstancesPaginator(request).reservations().stream()
                .flatMap(reservation -> reservation.instances().stream())
                .map(instance -> instance.imageId())
                .collect(Collectors.toSet()));
    }

    /** Without a template's name, the latest and default versions of all are asked for. */
    private Set<String> launchedBy(Filter images) {
        DescribeLaunchTemplateVersionsRequest request = DescribeLaunchTemplateVersionsRequest.builder()
                .versions("$Latest", "$Default")
                .filters(images)
                .maxResults(PAGE)
                .build();
        return call(
                () -> clients.ec2().describeLaunchTemplateVersionsPaginator(request).launchTemplateVersions().stream()
                        .map(version -> version.launchTemplateData().imageId())
                        .filter(Objects::nonNull)
                        .collect(Collectors.toSet()));
    }

    private static List<Filter> filters(Map<String, String> tags) {
        List<Filter> filters = new ArrayList<>();
        sorted(tags)
                .forEach((key, value) -> filters.add(
                        Filter.builder().name("tag:" + key).values(value).build()));
        return filters;
    }

    private static List<Tag> tagsOf(Map<String, String> tags) {
        return sorted(tags).entrySet().stream()
                .map(tag ->
                        Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
                .toList();
    }

    private static Map<String, String> sorted(Map<String, String> tags) {
        return new TreeMap<>(tags);
    }

    private static Map<String, String> plain(List<Tag> tags) {
        return tags.stream().collect(Collectors.toMap(Tag::key, Tag::value, (first, second) -> second));
    }

    private static void ignoringGone(Supplier<?> call) {
        try {
            call(call);
        } catch (CloudException.NotFound e) {
            // Somebody was faster.
        }
    }

    private static <T> T call(Supplier<T> call) {
        try {
            return call.get();
        } catch (AwsServiceException e) {
            throw translated(e);
        } catch (SdkClientException e) {
            throw new CloudException.Unavailable("no answer from AWS: " + e.getMessage(), e);
        }
    }

    private static CloudException translated(AwsServiceException e) {
        String code = e.awsErrorDetails() == null
                ? ""
                : Objects.toString(e.awsErrorDetails().errorCode(), "");
        String text = code + ": " + e.getMessage();
        if (e.statusCode() == NOT_FOUND || code.contains("NotFound")) {
            return new CloudException.NotFound(text);
        }
        if (e.isThrottlingException() || e.statusCode() >= SERVER_ERROR) {
            return new CloudException.Unavailable(text, e);
        }
        return LIMITS.contains(code) || code.endsWith("LimitExceeded")
                ? new CloudException.LimitExceeded(text)
                : new CloudException.Invalid(text);
    }
}
