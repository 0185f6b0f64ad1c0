package io.i2kit.cloud.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.i2kit.cloud.aws.setup.AwsPolicy;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The IAM policies allow what i2kit's code calls, and nothing else. Every call of an SDK client in the compiled classes is looked
 * at, not only what a run happens to reach.
 */
class AwsPolicyTest {
    private static final String CLIENTS = "software.amazon.awssdk.services.";
    private static final String SETUP = "io.i2kit.cloud.aws.setup";

    /** Of a command alone: the server reads what it wrote. */
    private static final String PRICES = "io.i2kit.cloud.aws.prices";

    /** IAM's prefix of each client (Service Authorization Reference). */
    private static final Map<String, String> PREFIXES = Map.of(
            "Ec2Client", "ec2",
            "EbsClient", "ebs",
            "AutoScalingClient", "autoscaling",
            "ElasticLoadBalancingV2Client", "elasticloadbalancing",
            "Route53Client", "route53",
            "S3Client", "s3",
            "IamClient", "iam",
            "KmsClient", "kms",
            "PricingClient", "pricing",
            "StsClient", "sts");

    /** Operations whose action has another name (Service Authorization Reference, Amazon S3). */
    private static final Map<String, String> RENAMED = Map.of(
            "s3:ListObjectsV2", "s3:ListBucket",
            "s3:HeadBucket", "s3:ListBucket",
            "s3:ListBuckets", "s3:ListAllMyBuckets",
            "s3:HeadObject", "s3:GetObject",
            "s3:GetObjectAsBytes", "s3:GetObject",
            "s3:DeleteObjects", "s3:DeleteObject",
            "s3:GetBucketEncryption", "s3:GetEncryptionConfiguration",
            "s3:PutBucketEncryption", "s3:PutEncryptionConfiguration",
            "s3:DeleteBucketEncryption", "s3:PutEncryptionConfiguration",
            "s3:PutPublicAccessBlock", "s3:PutBucketPublicAccessBlock");

    /** AWS allows them to everybody. */
    private static final Set<String> FREE = Set.of("sts:GetCallerIdentity");

    /**
     * What AWS checks besides the calls themselves: an Auto Scaling group of a template runs instances with the template's role, what is
     * tagged when it is made needs the right to tag, and the first use of a service in an account makes its role. An object is written
     * to a bucket with a key in the name of who writes it (S3 User Guide, "Using server-side encryption with AWS KMS keys").
     */
    private static final Set<String> IMPLIED = Set.of(
            "ec2:RunInstances",
            "iam:PassRole",
            "elasticloadbalancing:AddTags",
            "iam:CreateServiceLinkedRole",
            "kms:GenerateDataKey",
            "kms:Decrypt");

    /** Adding a role to a profile passes it; what is made is tagged. */
    private static final Set<String> IMPLIED_BY_SETUP = Set.of("iam:PassRole", "ec2:CreateTags", "kms:TagResource");

    /** Only 'aws destroy' asks it. */
    private static final Set<String> ASKED_BEFORE_REMOVAL = Set.of("kms:ListResourceTags");

    private static final Set<String> server = new TreeSet<>(IMPLIED);
    private static final Set<String> setUp = new TreeSet<>(IMPLIED_BY_SETUP);

    @BeforeAll
    static void collectCalls() {
        JavaClasses classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.i2kit");
        classes.forEach(origin -> origin.getMethodCallsFromSelf().forEach(AwsPolicyTest::collect));
        assertThat(server).hasSizeGreaterThan(30);
        assertThat(setUp).hasSizeGreaterThan(30);
    }

    private static void collect(JavaMethodCall call) {
        String owner = call.getTargetOwner().getName();
        if (!owner.startsWith(CLIENTS) || !owner.endsWith("Client")) {
            return;
        }
        String prefix = PREFIXES.get(owner.substring(owner.lastIndexOf('.') + 1));
        assertThat(prefix).as("IAM's prefix of %s", owner).isNotNull();
        String method = call.getTarget().getName();
        if (Set.of("builder", "close").contains(method)) {
            return;
        }
        String operation = method.replaceFirst("Paginator$", "");
        String name = prefix + ':' + Character.toUpperCase(operation.charAt(0)) + operation.substring(1);
        String action = RENAMED.getOrDefault(name, name);
        if (FREE.contains(action)) {
            return;
        }
        String origin = call.getOriginOwner().getPackageName();
        boolean isSetup = origin.equals(SETUP);
        if (isSetup || origin.equals(PRICES)) {
            setUp.add(action);
        }
        if (origin.equals(PRICES)) {
            return;
        }
        // A server finds its installation, and makes nothing of it.
        if (ASKED_BEFORE_REMOVAL.contains(action)) {
            return;
        }
        if (!isSetup || operation.matches("(describe|list|get)[A-Z].*")) {
            server.add(action);
        }
    }

    @Test
    void theServersPolicyIsWhatTheServerCalls() {
        assertThat(allowed(AwsPolicy.SERVER)).isEqualTo(server);
    }

    @Test
    void theSetUpsPolicyIsWhatInitAndDestroyCall() {
        assertThat(allowed(AwsPolicy.SET_UP)).isEqualTo(setUp);
    }

    /** Buckets, roles and profiles of others are out of reach; what AWS cannot restrict by name is of the whole account. */
    @Test
    void whatHasANameOfI2kitIsRestrictedToIt() {
        for (AwsPolicy policy : AwsPolicy.values()) {
            Map<String, String> resources = new TreeMap<>();
            for (JsonNode statement : statements(policy)) {
                for (JsonNode action : statement.path("Action")) {
                    resources.put(
                            action.asString(""), statement.path("Resource").toString());
                }
            }
            resources.forEach((action, resource) -> {
                boolean named = action.matches("(s3|iam):.*|kms:.*Alias")
                        && !Set.of("s3:ListAllMyBuckets", "iam:CreateServiceLinkedRole")
                                .contains(action);
                assertThat(resource.contains("i2kit-"))
                        .as(action + " of " + resource)
                        .isEqualTo(named);
            });
        }
    }

    private static Iterable<JsonNode> statements(AwsPolicy policy) {
        JsonNode document = new JsonMapper().readTree(policy.document());
        assertThat(document.path("Version").asString("")).isEqualTo("2012-10-17");
        return document.path("Statement");
    }

    private static Set<String> allowed(AwsPolicy policy) {
        Set<String> actions = new TreeSet<>();
        Set<String> ids = new HashSet<>();
        for (JsonNode statement : statements(policy)) {
            assertThat(statement.path("Effect").asString("")).isEqualTo("Allow");
            assertThat(ids.add(statement.path("Sid").asString(""))).isTrue();
            for (JsonNode action : statement.path("Action")) {
                assertThat(actions.add(action.asString("")))
                        .as("twice: " + action)
                        .isTrue();
            }
        }
        return actions;
    }
}
