package io.i2kit.apiserver.http;

import io.i2kit.apiserver.http.limits.FairShare;
import io.i2kit.apiserver.http.limits.RunningRequests;
import io.i2kit.apiserver.http.metrics.Metrics;
import io.i2kit.apiserver.http.metrics.MetricsText;
import io.i2kit.apiserver.http.rest.ComponentStatuses;
import io.i2kit.apiserver.registry.Registry;
import io.i2kit.apiserver.storage.Storage;
import java.time.Clock;
import java.util.Map;

/** What an operator sees of one server, and the bounds of what it does at once. */
record Operations(
        HealthChecks health,
        Metrics metrics,
        RunningRequests requests,
        FairShare shares,
        ComponentStatuses components) {
    static Operations of(Registry registry) {
        Storage storage = registry.store().storage();
        Operations operations = new Operations(
                new HealthChecks(),
                new Metrics(),
                new RunningRequests(RunningRequests.Limits.DEFAULT),
                new FairShare(FairShare.Limits.DEFAULT),
                new ComponentStatuses(registry.table(), Clock.systemUTC()));
        operations.health().addLive("storage", storage::revision);
        operations.components().add("etcd-0", storage::revision);
        operations.health().addReady("shutdown", operations.requests()::requireStaying);
        operations.metrics().addSource(text -> storedObjects(storage, text));
        operations.metrics().addSource(operations::shares);
        return operations;
    }

    private static void storedObjects(Storage storage, MetricsText text) {
        String stored = "apiserver_storage_objects";
        text.family(stored, "gauge", "Number of stored objects split by kind.");
        storage.counts().forEach((resource, count) -> text.sample(stored, labels(resource), count));
        String fetched = "apiserver_storage_list_fetched_objects_total";
        text.family(fetched, "counter", "Number of objects read from storage in the course of serving a LIST request.");
        storage.fetched().forEach((resource, count) -> text.sample(fetched, labels(resource), count));
    }

    private static Map<String, String> labels(String resource) {
        String[] parts = resource.split("/", 2);
        return Map.of("resource", parts.length == 1 ? resource : parts[1] + "." + parts[0]);
    }

    private void shares(MetricsText text) {
        text.single(
                "apiserver_flowcontrol_current_executing_requests",
                "gauge",
                "Number of requests that are worked on, long-running ones aside.",
                shares.working());
        text.single(
                "apiserver_flowcontrol_current_inqueue_requests",
                "gauge",
                "Number of requests that wait for their turn.",
                shares.waiting());
        text.single(
                "apiserver_flowcontrol_rejected_requests_total",
                "counter",
                "Number of requests refused because their user has too many waiting.",
                shares.rejected());
    }
}
