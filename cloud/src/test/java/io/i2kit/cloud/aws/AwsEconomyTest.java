package io.i2kit.cloud.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.cloud.aws.fake.FakeAws;
import io.i2kit.cloud.aws.prices.PriceList;
import io.i2kit.cloud.deploy.MemoryStackRecords;
import io.i2kit.cloud.deploy.StackDeployer;
import io.i2kit.cloud.model.InstanceGroup;
import io.i2kit.cloud.model.Stack;
import io.i2kit.cloud.model.StackId;
import io.i2kit.cloud.model.StackStatus;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What many workloads, of which nothing changes, cost in calls. */
class AwsEconomyTest {
    private static final int GROUPS = 1_000;

    private final FakeAws aws = new FakeAws();
    private final AtomicLong nanos = new AtomicLong();

    @Test
    void aNoOpApplyCostsNoneAndASyncACallForAHundredGroups() {
        aws.ec2.images.put(AwsSamples.IMAGE, "ami-1");
        aws.autoScaling.quota = GROUPS;
        AwsOptions options = new AwsOptions(
                AwsSamples.CLUSTER_ID,
                AwsSamples.REGION,
                null,
                AwsSamples.installation(),
                PriceList.packaged(),
                AwsSamples.NEVER);
        try (AwsCloud cloud = new AwsCloud(aws.apis(), options, AwsSamples.NO_IMAGES, Clock.systemUTC())) {
            StackDeployer deployer = new StackDeployer(cloud, new MemoryStackRecords(), nanos::get);
            List<Stack> stacks =
                    IntStream.range(0, GROUPS).mapToObj(AwsEconomyTest::stack).toList();
            apply(deployer, stacks);
            aws.tick();
            aws.tick();
            deployer.groups().invalidateAll();
            assertThat(apply(deployer, stacks))
                    .allMatch(status -> status.groups().size() == 1);

            aws.calls.clear();
            apply(deployer, stacks);
            assertThat(aws.calls.made()).isEmpty();

            nanos.addAndGet(Duration.ofMinutes(5).toNanos());
            assertThat(apply(deployer, stacks))
                    .allMatch(status -> status.groups().size() == 1);
            assertThat(aws.calls.made()).hasSizeLessThanOrEqualTo(GROUPS / 100 + GROUPS / 1_000);
        }
    }

    private static List<StackStatus> apply(StackDeployer deployer, List<Stack> stacks) {
        return stacks.stream()
                .map(stack -> deployer.deploy(stack, (type, reason, message) -> {}))
                .toList();
    }

    private static Stack stack(int number) {
        String name = "web-" + number;
        StackId owner = new StackId(AwsSamples.CLUSTER_ID, "ReplicaSet", "default", name, "uid-" + number);
        return new Stack(owner, List.of(AwsSamples.template(name), new InstanceGroup(name, name, 1, true, Map.of())));
    }
}
