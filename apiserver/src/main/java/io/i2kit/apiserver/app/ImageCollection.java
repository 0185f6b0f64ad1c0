package io.i2kit.apiserver.app;

import io.i2kit.cloud.deploy.StackRecord;
import io.i2kit.cloud.deploy.StackRecords;
import io.i2kit.cloud.image.Images;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the image cache within its bounds, and the cloud free of images that nobody uses, while a server runs. */
final class ImageCollection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ImageCollection.class);
    private static final int FIRST_MINUTES = 10;
    private static final int PERIOD_MINUTES = 60;

    private final Images images;
    private final MachineCloud machines;
    private final StackRecords records;
    private final DataFolder data;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("image-collection").factory());

    ImageCollection(Images images, MachineCloud machines, StackRecords records, DataFolder data) {
        this.images = images;
        this.machines = machines;
        this.records = records;
        this.data = data;
    }

    void start() {
        timer.scheduleWithFixedDelay(this::collect, FIRST_MINUTES, PERIOD_MINUTES, TimeUnit.MINUTES);
    }

    private void collect() {
        try {
            Set<String> inUse = new HashSet<>();
            records.list().forEach(record -> inUse.addAll(record.names(StackRecord.Kind.MACHINE_IMAGE)));
            images.collect(data.root(), inUse);
            machines.collectImages(inUse);
        } catch (IOException | RuntimeException e) {
            LOG.warn("Images could not be cleared of what nobody uses; it is tried again", e);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
