package io.i2kit.cloud.aws.setup;

import io.i2kit.cloud.aws.AwsClients;
import io.i2kit.cloud.aws.AwsTags;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iam.model.EntityAlreadyExistsException;
import software.amazon.awssdk.services.iam.model.NoSuchEntityException;
import software.amazon.awssdk.services.route53.model.HostedZone;
import software.amazon.awssdk.services.route53.model.TagResourceType;
import software.amazon.awssdk.services.route53.model.VPCRegion;
import software.amazon.awssdk.services.s3.model.Bucket;
import software.amazon.awssdk.services.s3.model.BucketLocationConstraint;
import software.amazon.awssdk.services.s3.model.CreateBucketRequest;
import software.amazon.awssdk.services.s3.model.Tag;

/** What an installation keeps outside of its network: the metadata bucket, the machines' role, the private zone. */
final class Stores {
    private static final double ZONE_DOLLARS = 0.5;

    /** The one region whose buckets take no constraint. */
    private static final String FIRST_REGION = "us-east-1";

    private final AwsClients clients;
    private final String region;
    private final String name;
    private final String domain;
    private final Network network;

    Stores(AwsClients clients, String region, String name, String domain, Network network) {
        this.clients = clients;
        this.region = region;
        this.name = name;
        this.domain = domain;
        this.network = network;
    }

    List<Step> steps() {
        return List.of(
                new Step("bucket " + bucketName(), 0, this::bucket, this::makeBucket, this::removeBucket),
                new Step("role " + profileName(), 0, this::profile, this::makeProfile, this::removeProfile),
                new Step("private zone " + domain, ZONE_DOLLARS, this::zone, this::makeZone, this::removeZone));
    }

    private String account() {
        return clients.sts().getCallerIdentity().account();
    }

    /** Buckets' names are those of all accounts together. */
    String bucketName() {
        return "i2kit-" + name + "-" + account() + "-" + region;
    }

    String profileName() {
        return "i2kit-" + name + "-" + region;
    }

    @Nullable
    String bucket() {
        String wanted = bucketName();
        return clients.s3().listBuckets().buckets().stream()
                .map(Bucket::name)
                .filter(wanted::equals)
                .findFirst()
                .orElse(null);
    }

    private String makeBucket() {
        CreateBucketRequest.Builder request = CreateBucketRequest.builder().bucket(bucketName());
        if (!region.equals(FIRST_REGION)) {
            request.createBucketConfiguration(
                    configuration -> configuration.locationConstraint(BucketLocationConstraint.fromValue(region)));
        }
        clients.s3().createBucket(request.build());
        clients.s3()
                .putPublicAccessBlock(block -> block.bucket(bucketName())
                        .publicAccessBlockConfiguration(configuration -> configuration
                                .blockPublicAcls(true)
                                .blockPublicPolicy(true)
                                .ignorePublicAcls(true)
                                .restrictPublicBuckets(true)));
        clients.s3()
                .putBucketTagging(tagging -> tagging.bucket(bucketName())
                        .tagging(set -> set.tagSet(Tag.builder()
                                .key(AwsTags.INSTALLATION)
                                .value(name)
                                .build())));
        return bucketName();
    }

    private void removeBucket(String bucket) {
        clients.s3()
                .listObjectsV2Paginator(request -> request.bucket(bucket))
                .contents()
                .forEach(object -> clients.s3()
                        .deleteObject(request -> request.bucket(bucket).key(object.key())));
        clients.s3().deleteBucket(request -> request.bucket(bucket));
    }

    @Nullable
    String profile() {
        try {
            boolean whole = !clients.iam()
                    .getInstanceProfile(request -> request.instanceProfileName(profileName()))
                    .instanceProfile()
                    .roles()
                    .isEmpty();
            return whole ? profileName() : null;
        } catch (NoSuchEntityException e) {
            return null;
        }
    }

    /** A machine may read metadata objects and nothing else. */
    private String makeProfile() {
        String role = profileName();
        unlessThere(
                () -> clients.iam().createRole(request -> request.roleName(role).assumeRolePolicyDocument("""
                        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",\
                        "Principal":{"Service":"ec2.amazonaws.com"}}]}""")));
        clients.iam()
                .putRolePolicy(request ->
                        request.roleName(role).policyName("metadata").policyDocument("""
                        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject",\
                        "Resource":"arn:aws:s3:::%s/*/metadata/*"}]}""".formatted(bucketName())));
        unlessThere(() -> clients.iam().createInstanceProfile(request -> request.instanceProfileName(role)));
        clients.iam()
                .addRoleToInstanceProfile(
                        request -> request.instanceProfileName(role).roleName(role));
        return role;
    }

    private static void unlessThere(Runnable make) {
        try {
            make.run();
        } catch (EntityAlreadyExistsException e) {
            // A former run made it.
        }
    }

    private void removeProfile(String profile) {
        clients.iam()
                .removeRoleFromInstanceProfile(
                        request -> request.instanceProfileName(profile).roleName(profile));
        clients.iam().deleteInstanceProfile(request -> request.instanceProfileName(profile));
        clients.iam().deleteRolePolicy(request -> request.roleName(profile).policyName("metadata"));
        clients.iam().deleteRole(request -> request.roleName(profile));
    }

    /** A name can have many zones; the tag tells. */
    @Nullable
    String zone() {
        return clients.route53().listHostedZonesPaginator().hostedZones().stream()
                .filter(zone -> zone.name().equals(domain + "."))
                .map(HostedZone::id)
                .map(id -> id.replace("/hostedzone/", ""))
                .filter(id -> clients
                        .route53()
                        .listTagsForResource(request -> request.resourceId(id).resourceType(TagResourceType.HOSTEDZONE))
                        .resourceTagSet()
                        .tags()
                        .stream()
                        .anyMatch(tag -> tag.key().equals(AwsTags.INSTALLATION) && name.equals(tag.value())))
                .findFirst()
                .orElse(null);
    }

    private String makeZone() {
        String vpc = network.vpc();
        if (vpc == null) {
            throw new IllegalStateException("the network comes first");
        }
        String id = clients.route53()
                .createHostedZone(request -> request.name(domain)
                        // One zone for each network, however often the call is made.
                        .callerReference("i2kit-" + name + "-" + vpc)
                        .hostedZoneConfig(config -> config.privateZone(true).comment("i2kit " + name))
                        .vpc(association -> association.vpcId(vpc).vpcRegion(VPCRegion.fromValue(region))))
                .hostedZone()
                .id()
                .replace("/hostedzone/", "");
        clients.route53()
                .changeTagsForResource(request -> request.resourceId(id)
                        .resourceType(TagResourceType.HOSTEDZONE)
                        .addTags(software.amazon.awssdk.services.route53.model.Tag.builder()
                                .key(AwsTags.INSTALLATION)
                                .value(name)
                                .build()));
        return id;
    }

    private void removeZone(String zone) {
        clients.route53().deleteHostedZone(request -> request.id(zone));
    }
}
