package io.i2kit.cloud.aws;

import io.i2kit.cloud.aws.fake.FakeAws;
import io.i2kit.cloud.model.LaunchTemplate;
import io.i2kit.cloud.provider.Cloud;
import io.i2kit.cloud.provider.CloudContractTest;
import java.time.Clock;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** AWS as its documentation says it behaves does what every cloud does. */
class FakeCloudContractTest extends CloudContractTest {
    private final FakeAws aws = new FakeAws();
    private ScheduledExecutorService time;
    private AwsCloud cloud;

    @BeforeEach
    void start() {
        aws.ec2.images.put(AwsSamples.IMAGE, "ami-1");
        AwsOptions options = AwsSamples.options(AwsSamples.CLUSTER_ID, null, AwsSamples.installation());
        cloud = new AwsCloud(aws.apis(), options, AwsSamples.NO_IMAGES, Clock.systemUTC());
        time = Executors.newSingleThreadScheduledExecutor();
        time.scheduleWithFixedDelay(aws::tick, 10, 10, TimeUnit.MILLISECONDS);
    }

    @AfterEach
    void stop() {
        cloud.close();
        time.shutdownNow();
    }

    @Override
    protected Cloud cloud() {
        return cloud;
    }

    @Override
    protected LaunchTemplate template(String name) {
        return AwsSamples.template(name);
    }
}
