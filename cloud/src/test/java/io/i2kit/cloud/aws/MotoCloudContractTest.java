package io.i2kit.cloud.aws;

import io.i2kit.cloud.model.LaunchTemplate;
import io.i2kit.cloud.provider.Cloud;
import io.i2kit.cloud.provider.CloudContractTest;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** Over AWS' wire, to an emulator in a process of its own, AWS does what every cloud does. */
class MotoCloudContractTest extends CloudContractTest {
    private static MotoServer moto;
    private static AwsClients clients;
    private AwsCloud cloud;

    @BeforeAll
    static void startMoto() throws IOException, InterruptedException {
        moto = MotoServer.start();
        clients = moto.clients();
    }

    @AfterAll
    static void stopMoto() {
        if (moto != null) {
            clients.close();
            moto.close();
        }
    }

    @BeforeEach
    void start() throws IOException, InterruptedException {
        AwsOptions options = AwsSamples.options(AwsSamples.CLUSTER_ID, moto.endpoint(), moto.newAccount(clients));
        cloud = new AwsCloud(AwsApis.of(clients), options, AwsSamples.NO_IMAGES, Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        cloud.close();
    }

    @Override
    protected Duration patience() {
        return Duration.ofSeconds(60);
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
