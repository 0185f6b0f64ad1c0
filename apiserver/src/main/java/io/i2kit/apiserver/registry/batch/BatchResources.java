package io.i2kit.apiserver.registry.batch;

import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.ResourceNames;
import io.i2kit.apiserver.registry.Support;
import java.util.List;

/** Jobs and CronJobs. */
public final class BatchResources {
    private BatchResources() {}

    /** In the order of discovery. */
    public static List<ResourceDefinition> all() {
        return List.of(
                ResourceDefinition.namespaced(names("cronjobs", "CronJob", List.of("cj")), new CronJobStrategy())
                        .withStatus()
                        .withColumns(BatchColumns.CRON_JOBS)
                        .withSupport(Support.STORED),
                ResourceDefinition.namespaced(names("jobs", "Job", List.of()), new JobStrategy())
                        .withStatus()
                        .withColumns(BatchColumns.JOBS)
                        .withSupport(Support.STORED));
    }

    private static ResourceNames names(String plural, String kind, List<String> shortNames) {
        return new ResourceNames("batch", "v1", plural, kind, shortNames, List.of("all"));
    }
}
