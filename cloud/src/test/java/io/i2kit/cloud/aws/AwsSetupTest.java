package io.i2kit.cloud.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.i2kit.cloud.aws.AwsOptions.Installation;
import io.i2kit.cloud.aws.api.SdkObjects;
import io.i2kit.cloud.aws.setup.AwsSetup;
import io.i2kit.cloud.aws.setup.ExistingNetwork;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.model.IpRange;
import software.amazon.awssdk.services.kms.model.KeyState;
import software.amazon.awssdk.services.route53.model.ChangeAction;
import software.amazon.awssdk.services.route53.model.RRType;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.ServerSideEncryptionRule;

/** An installation over AWS' wire: made once, found by name, removed without a trace. */
class AwsSetupTest {
    @Test
    void anInstallationIsMadeOnceFoundByNameAndRemovedWhole() throws Exception {
        try (MotoServer moto = MotoServer.start();
                AwsClients clients = moto.clients();
                AwsInventory inventory = new AwsInventory(moto.endpoint())) {
            SortedSet<String> before = inventory.list();
            AwsSetup setup = new AwsSetup(clients, AwsSamples.REGION, "blue", "cluster.local");
            assertThat(setup.plan()).hasSize(10).noneMatch(AwsSetup.Item::exists);
            assertThat(setup.find()).isEmpty();
            List<String> made = new ArrayList<>();
            setup.make(made::add);
            assertThat(made).hasSize(10);
            Installation installation = setup.find().orElseThrow();
            assertThat(installation.subnetIds()).hasSize(3);
            assertThat(installation.bucket()).startsWith("i2kit-blue-");

            SortedSet<String> after = inventory.list();
            setup.make(line -> assertThat(line).as("made twice").isNull());
            assertThat(inventory.list()).isEqualTo(after);
            AwsSetup other = new AwsSetup(clients, AwsSamples.REGION, "green", "cluster.local");
            assertThat(other.find()).isEmpty();
            other.destroy(line -> assertThat(line).as("removed another's").isNull());
            assertThat(setup.find()).contains(installation);

            List<String> removed = new ArrayList<>();
            setup.destroy(removed::add);
            assertThat(removed).hasSize(10);
            assertThat(inventory.list()).isEqualTo(before);
            setup.destroy(line -> assertThat(line).as("removed twice").isNull());
        }
    }

    private static AwsSetup setUp(AwsClients clients) {
        AwsSetup setup = new AwsSetup(clients, AwsSamples.REGION, "blue", "cluster.local");
        setup.make(line -> {});
        return setup;
    }

    private static String metadataKey(AwsClients clients) {
        return clients.kms()
                .describeKey(request -> request.keyId("alias/i2kit-blue"))
                .keyMetadata()
                .arn();
    }

    private static String rolePolicy(AwsClients clients) {
        return URLDecoder.decode(
                clients.iam()
                        .getRolePolicy(request ->
                                request.roleName("i2kit-blue-us-east-1").policyName("metadata"))
                        .policyDocument(),
                StandardCharsets.UTF_8);
    }

    @Test
    void metadataIsEncryptedByTheInstallationsKeyThatMachinesMayDecryptBy() throws Exception {
        try (MotoServer moto = MotoServer.start();
                AwsClients clients = moto.clients()) {
            String bucket = setUp(clients).find().orElseThrow().bucket();
            String key = metadataKey(clients);
            assertThat(clients.kms()
                            .getKeyRotationStatus(request -> request.keyId(key))
                            .keyRotationEnabled())
                    .isTrue();
            assertThat(clients.kms()
                            .listResourceTags(request -> request.keyId(key))
                            .tags())
                    .anyMatch(tag -> tag.tagKey().equals(AwsTags.INSTALLATION)
                            && tag.tagValue().equals("blue"));
            ServerSideEncryptionRule rule = clients.s3()
                    .getBucketEncryption(request -> request.bucket(bucket))
                    .serverSideEncryptionConfiguration()
                    .rules()
                    .getFirst();
            assertThat(rule.bucketKeyEnabled()).isTrue();
            assertThat(rule.applyServerSideEncryptionByDefault().kmsMasterKeyID())
                    .isEqualTo(key);
            assertThat(rolePolicy(clients)).contains("\"Action\":\"kms:Decrypt\",\"Resource\":\"" + key + '"');
            new SdkObjects(clients).put(bucket, "cluster/metadata/web.json", new byte[] {'{', '}'});
            HeadObjectResponse object =
                    clients.s3().headObject(request -> request.bucket(bucket).key("cluster/metadata/web.json"));
            assertThat(object.serverSideEncryption()).isEqualTo(ServerSideEncryption.AWS_KMS);
            assertThat(object.ssekmsKeyId()).isEqualTo(key);
        }
    }

    /** As it was made before there were keys. */
    @Test
    void anInstallationWithoutAKeyGetsItByAnotherRun() throws Exception {
        try (MotoServer moto = MotoServer.start();
                AwsClients clients = moto.clients()) {
            AwsSetup setup = setUp(clients);
            Installation installation = setup.find().orElseThrow();
            String former = metadataKey(clients);
            clients.s3().deleteBucketEncryption(request -> request.bucket(installation.bucket()));
            clients.iam()
                    .putRolePolicy(request -> request.roleName(installation.instanceProfile())
                            .policyName("metadata")
                            .policyDocument("""
                            {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject",\
                            "Resource":"arn:aws:s3:::%s/*/metadata/*"}]}""".formatted(installation.bucket())));
            // Its alias is still there.
            clients.kms()
                    .scheduleKeyDeletion(request -> request.keyId(former.substring(former.lastIndexOf('/') + 1))
                            .pendingWindowInDays(7));
            assertThat(setup.find()).isEmpty();
            List<String> made = new ArrayList<>();
            setup.make(made::add);
            assertThat(made).hasSize(2).allMatch(line -> line.contains(metadataKey(clients)));
            assertThat(metadataKey(clients)).isNotEqualTo(former);
            assertThat(setup.find()).contains(installation);
            setup.destroy(line -> {});
        }
    }

    @Test
    void aKeyOfOnesOwnIsTakenByItsAliasAndNeverDeleted() throws Exception {
        try (MotoServer moto = MotoServer.start();
                AwsClients clients = moto.clients()) {
            String own = clients.kms().createKey().keyMetadata().arn();
            clients.kms()
                    .createAlias(
                            request -> request.aliasName("alias/i2kit-blue").targetKeyId(own));
            AwsSetup setup = setUp(clients);
            assertThat(rolePolicy(clients)).contains(own);
            setup.destroy(line -> {});
            assertThat(clients.kms()
                            .describeKey(request -> request.keyId(own))
                            .keyMetadata()
                            .keyState())
                    .isEqualTo(KeyState.ENABLED);
            assertThat(clients.kms().listAliases().aliases())
                    .noneMatch(alias -> alias.aliasName().equals("alias/i2kit-blue"));
        }
    }

    @Test
    void theNameOfAServerGoesWithTheZoneAndThatOfAServiceKeepsIt() throws Exception {
        try (MotoServer moto = MotoServer.start();
                AwsClients clients = moto.clients();
                AwsInventory inventory = new AwsInventory(moto.endpoint())) {
            SortedSet<String> before = inventory.list();
            AwsSetup setup = setUp(clients);
            String zone = setup.find().orElseThrow().zoneId();
            text(clients, zone, ChangeAction.CREATE, "_i2kit.kubernetes.default.svc.cluster.local");
            text(clients, zone, ChangeAction.CREATE, "_i2kit.web.default.svc.cluster.local");
            assertThatThrownBy(() -> setup.destroy(line -> {})).hasMessageContaining("contains resource records");
            text(clients, zone, ChangeAction.DELETE, "_i2kit.web.default.svc.cluster.local");
            setup.destroy(line -> {});
            assertThat(inventory.list()).isEqualTo(before);
        }
    }

    private static void text(AwsClients clients, String zone, ChangeAction action, String name) {
        clients.route53()
                .changeResourceRecordSets(request -> request.hostedZoneId(zone)
                        .changeBatch(batch -> batch.changes(change -> change.action(action)
                                .resourceRecordSet(set -> set.name(name)
                                        .type(RRType.TXT)
                                        .ttl(60L)
                                        .resourceRecords(value -> value.value("\"x\""))))));
    }

    @Test
    void aNetworkOfTheAccountIsUsedAndLeftAsItWas() throws Exception {
        try (MotoServer moto = MotoServer.start();
                AwsClients clients = moto.clients();
                AwsInventory inventory = new AwsInventory(moto.endpoint())) {
            String vpc = vpc(clients, "10.1.0.0/16");
            List<String> subnets = List.of(
                    subnet(clients, vpc, "us-east-1a", "10.1.0.0/20"),
                    subnet(clients, vpc, "us-east-1b", "10.1.16.0/20"));
            String another = vpc(clients, "10.2.0.0/16");
            SortedSet<String> before = inventory.list();
            assertThatThrownBy(() -> setup(clients, vpc, subnets).make(line -> {}))
                    .hasMessageContaining("--enable-dns-hostnames");
            clients.ec2().modifyVpcAttribute(request -> request.vpcId(vpc).enableDnsHostnames(on -> on.value(true)));
            assertThatThrownBy(() -> setup(clients, vpc, List.of(subnet(clients, another, "us-east-1a", "10.2.0.0/20")))
                            .make(line -> {}))
                    .hasMessageContaining("is of network " + another);
            before.addAll(inventory.list());

            setup(clients, vpc, subnets).make(line -> {});
            AwsSetup later = new AwsSetup(clients, AwsSamples.REGION, "blue", "cluster.local");
            Installation installation = later.find().orElseThrow();
            assertThat(installation.vpcId()).isEqualTo(vpc);
            assertThat(installation.subnetIds()).isEqualTo(subnets);
            assertThat(clients.ec2()
                            .describeSecurityGroups(request -> request.groupIds(installation.securityGroupId()))
                            .securityGroups()
                            .getFirst()
                            .ipPermissions()
                            .getFirst()
                            .ipRanges())
                    .extracting(IpRange::cidrIp)
                    .containsExactly("10.1.0.0/16");
            assertThatThrownBy(() -> setup(clients, another, subnets).plan())
                    .hasMessageContaining("has the network " + vpc);

            later.destroy(line -> {});
            assertThat(inventory.list()).isEqualTo(before);
            // The emulator remembers the tags of things that are gone.
            assertThat(clients.ec2().describeTags().tags())
                    .noneMatch(tag -> tag.resourceId().matches("(vpc|subnet)-.*"));
        }
    }

    private static AwsSetup setup(AwsClients clients, String vpc, List<String> subnets) {
        return new AwsSetup(clients, AwsSamples.REGION, "blue", "cluster.local", new ExistingNetwork(vpc, subnets));
    }

    private static String vpc(AwsClients clients, String range) {
        return clients.ec2()
                .createVpc(request -> request.cidrBlock(range))
                .vpc()
                .vpcId();
    }

    private static String subnet(AwsClients clients, String vpc, String zone, String range) {
        return clients.ec2()
                .createSubnet(
                        request -> request.vpcId(vpc).availabilityZone(zone).cidrBlock(range))
                .subnet()
                .subnetId();
    }
}
