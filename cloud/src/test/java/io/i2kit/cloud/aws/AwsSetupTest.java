package io.i2kit.cloud.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.cloud.aws.AwsOptions.Installation;
import io.i2kit.cloud.aws.setup.AwsSetup;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import org.junit.jupiter.api.Test;

/** An installation over AWS' wire: made once, found by name, removed without a trace. */
class AwsSetupTest {
    @Test
    void anInstallationIsMadeOnceFoundByNameAndRemovedWhole() throws Exception {
        try (MotoServer moto = MotoServer.start();
                AwsClients clients = moto.clients();
                AwsInventory inventory = new AwsInventory(moto.endpoint())) {
            SortedSet<String> before = inventory.list();
            AwsSetup setup = new AwsSetup(clients, AwsSamples.REGION, "blue", "cluster.local");
            assertThat(setup.plan()).hasSize(8).noneMatch(AwsSetup.Item::exists);
            assertThat(setup.find()).isEmpty();
            List<String> made = new ArrayList<>();
            setup.make(made::add);
            assertThat(made).hasSize(8);
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
            assertThat(removed).hasSize(8);
            assertThat(inventory.list()).isEqualTo(before);
            setup.destroy(line -> assertThat(line).as("removed twice").isNull());
        }
    }
}
