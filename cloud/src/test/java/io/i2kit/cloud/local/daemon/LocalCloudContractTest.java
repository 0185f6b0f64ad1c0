package io.i2kit.cloud.local.daemon;

import io.i2kit.cloud.model.LaunchTemplate;
import io.i2kit.cloud.provider.Cloud;
import io.i2kit.cloud.provider.CloudContractTest;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The embedded cloud, over its socket, does what every cloud does. */
class LocalCloudContractTest extends CloudContractTest {
    @TempDir
    Path data;

    private EmbeddedCloud embedded;

    @BeforeEach
    void start() throws Exception {
        embedded = new EmbeddedCloud(data, 4096);
    }

    @AfterEach
    void stop() {
        embedded.close();
    }

    @Override
    protected Cloud cloud() {
        return embedded.cloud;
    }

    @Override
    protected LaunchTemplate template(String name) {
        return EmbeddedCloud.template(name, 96);
    }
}
