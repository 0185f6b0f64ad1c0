package io.i2kit.cloud.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.cloud.aws.AwsOptions.Installation;
import io.i2kit.cloud.aws.setup.AwsSetup;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An installation over AWS' wire: made once, found by name, removed without a trace. */
class AwsSetupTest {
    @Test
    void anInstallationIsMadeOnceFoundByNameAndRemovedWhole() throws Exception {
        try (MotoServer moto = MotoServer.start();
                AwsClients clients = moto.clients()) {
            List<String> before = inventory(clients);
            AwsSetup setup = new AwsSetup(clients, AwsSamples.REGION, "blue", "cluster.local");
            assertThat(setup.plan()).hasSize(8).noneMatch(AwsSetup.Item::exists);
            assertThat(setup.find()).isEmpty();
            List<String> made = new ArrayList<>();
            setup.make(made::add);
            assertThat(made).hasSize(8);
            Installation installation = setup.find().orElseThrow();
            assertThat(installation.subnetIds()).hasSize(3);
            assertThat(installation.bucket()).startsWith("i2kit-blue-");

            List<String> after = inventory(clients);
            setup.make(line -> assertThat(line).as("made twice").isNull());
            assertThat(inventory(clients)).isEqualTo(after);
            AwsSetup other = new AwsSetup(clients, AwsSamples.REGION, "green", "cluster.local");
            assertThat(other.find()).isEmpty();
            other.destroy(line -> assertThat(line).as("removed another's").isNull());
            assertThat(setup.find()).contains(installation);

            List<String> removed = new ArrayList<>();
            setup.destroy(removed::add);
            assertThat(removed).hasSize(8);
            assertThat(inventory(clients)).isEqualTo(before);
            setup.destroy(line -> assertThat(line).as("removed twice").isNull());
        }
    }

    /** Listed without i2kit's own finders. */
    private static List<String> inventory(AwsClients clients) {
        List<String> all = new ArrayList<>();
        clients.ec2().describeVpcs().vpcs().forEach(each -> all.add(each.vpcId()));
        clients.ec2().describeSubnets().subnets().forEach(each -> all.add(each.subnetId()));
        clients.ec2().describeSecurityGroups().securityGroups().forEach(each -> all.add(each.groupId()));
        clients.ec2().describeInternetGateways().internetGateways().forEach(each -> all.add(each.internetGatewayId()));
        clients.s3().listBuckets().buckets().forEach(each -> all.add(each.name()));
        clients.iam().listInstanceProfiles().instanceProfiles().forEach(each -> all.add(each.instanceProfileName()));
        clients.route53().listHostedZones().hostedZones().forEach(each -> all.add(each.id()));
        clients.iam().listRoles().roles().stream()
                .filter(role -> role.roleName().startsWith("i2kit"))
                .forEach(each -> all.add(each.roleName()));
        return all;
    }
}
