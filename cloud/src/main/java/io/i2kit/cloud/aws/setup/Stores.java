package io.i2kit.cloud.aws.setup;

import io.i2kit.cloud.aws.AwsClients;
import io.i2kit.cloud.aws.AwsTags;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iam.model.EntityAlreadyExistsException;
import software.amazon.awssdk.services.iam.model.NoSuchEntityException;
import software.amazon.awssdk.services.route53.model.Change;
import software.amazon.awssdk.services.route53.model.ChangeAction;
import software.amazon.awssdk.services.route53.model.HostedZone;
import software.amazon.awssdk.services.route53.model.TagResourceType;
import software.amazon.awssdk.services.route53.model.VPCRegion;
import software.amazon.awssdk.services.s3.model.Bucket;
import software.amazon.awssdk.services.s3.model.BucketLocationConstraint;
import software.amazon.awssdk.services.s3.model.CreateBucketRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.Tag;

/** What an installation keeps outside of its network: the metadata bucket, the machines' role, how the one is encrypted for the other, the private zone. */
final class Stores {
    private static final double ZONE_DOLLARS = 0.5;

    /** The one region whose buckets take no constraint. */
    private static final String FIRST_REGION = "us-east-1";

    /** Name of the role's one policy. */
    private static final String POLICY = "metadata";

    private static final int NOT_FOUND = 404;

    private final AwsClients clients;
    private final String region;
    private final String name;
    private final String domain;
    private final Network network;
    private final MetadataKey key;

    Stores(AwsClients clients, String region, String name, String domain, Network network, MetadataKey key) {
        this.clients = clients;
        this.region = region;
        this.name = name;
        this.domain = domain;
        this.network = network;
        this.key = key;
    }

    List<Step> steps() {
        return List.of(
                new Step("bucket " + bucketName(), 0, this::bucket, this::makeBucket, this::removeBucket),
                new Step("role " + profileName(), 0, this::profile, this::makeProfile, this::removeProfile),
                new Step(
                        "encryption of the bucket by the key, which the role may decrypt by",
                        0,
                        this::encryption,
                        this::makeEncryption,
                        ignored -> removeEncryption()),
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

    private String makeProfile() {
        String role = profileName();
        unlessThere(
                () -> clients.iam().createRole(request -> request.roleName(role).assumeRolePolicyDocument("""
                        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",\
                        "Principal":{"Service":"ec2.amazonaws.com"}}]}""")));
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
        try {
            clients.iam().deleteRolePolicy(request -> request.roleName(profile).policyName(POLICY));
        } catch (NoSuchEntityException e) {
            // An installation that was made half.
        }
        clients.iam().deleteRole(request -> request.roleName(profile));
    }

    /** The key, when bucket and role are of it. An installation from before there were keys gets it by the next run. */
    private @Nullable String encryption() {
        String arn = key.arn();
        return arn != null && arn.equals(bucketKey()) && rolePolicy().contains('"' + arn + '"') ? arn : null;
    }

    /** What new objects of the bucket are encrypted by; null when it is S3's own key, or without a bucket. */
    private @Nullable String bucketKey() {
        try {
            return clients
                    .s3()
                    .getBucketEncryption(request -> request.bucket(bucketName()))
                    .serverSideEncryptionConfiguration()
                    .rules()
                    .stream()
                    .map(rule -> rule.applyServerSideEncryptionByDefault().kmsMasterKeyID())
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null);
        } catch (S3Exception e) {
            if (e.statusCode() != NOT_FOUND) {
                throw e;
            }
            return null;
        }
    }

    /** IAM writes it as a part of a URL. */
    private String rolePolicy() {
        try {
            String document = clients.iam()
                    .getRolePolicy(request -> request.roleName(profileName()).policyName(POLICY))
                    .policyDocument();
            return URLDecoder.decode(document, StandardCharsets.UTF_8);
        } catch (NoSuchEntityException e) {
            return "";
        }
    }

    /** As the bucket's default, so that whoever writes names no key. A machine may read metadata objects and nothing else. */
    private String makeEncryption() {
        String arn = key.arn();
        if (arn == null) {
            throw new IllegalStateException("the key comes first");
        }
        // First: a machine that starts between the two calls reads by either.
        clients.iam()
                .putRolePolicy(request -> request.roleName(profileName())
                        .policyName(POLICY)
                        .policyDocument("""
                        {"Version":"2012-10-17","Statement":[\
                        {"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::%s/*/metadata/*"},\
                        {"Effect":"Allow","Action":"kms:Decrypt","Resource":"%s"}]}""".formatted(bucketName(), arn)));
        clients.s3()
                .putBucketEncryption(request -> request.bucket(bucketName())
                        .serverSideEncryptionConfiguration(configuration -> configuration.rules(rule -> rule
                                // One data key for many objects: few calls of KMS, each of which costs.
                                .bucketKeyEnabled(true)
                                .applyServerSideEncryptionByDefault(encryption -> encryption
                                        .sseAlgorithm(ServerSideEncryption.AWS_KMS)
                                        .kmsMasterKeyID(arn)))));
        return arn;
    }

    private void removeEncryption() {
        clients.s3().deleteBucketEncryption(request -> request.bucket(bucketName()));
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

    /** A server's own name stays when all else of its cluster is gone; other names mean that a cluster is there. */
    private void removeZone(String zone) {
        String last = ".kubernetes.default.svc." + domain + ".";
        List<Change> changes = clients
                .route53()
                .listResourceRecordSetsPaginator(request -> request.hostedZoneId(zone))
                .resourceRecordSets()
                .stream()
                .filter(set -> ("." + set.name()).endsWith(last))
                .map(set -> Change.builder()
                        .action(ChangeAction.DELETE)
                        .resourceRecordSet(set)
                        .build())
                .toList();
        if (!changes.isEmpty()) {
            clients.route53()
                    .changeResourceRecordSets(
                            request -> request.hostedZoneId(zone).changeBatch(batch -> batch.changes(changes)));
        }
        clients.route53().deleteHostedZone(request -> request.id(zone));
    }
}
