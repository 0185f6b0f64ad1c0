package io.i2kit.apiserver.app;

import io.i2kit.apiserver.controller.ControllerManager;
import io.i2kit.apiserver.http.metrics.MetricsText;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** {@code workqueue_*} as client-go's {@code util/workqueue/metrics.go} names them, and how the controllers' passes went. */
final class WorkQueueMetrics {
    private WorkQueueMetrics() {}

    static void write(List<ControllerManager.Metrics> controllers, MetricsText text) {
        family(
                text,
                "workqueue_depth",
                "gauge",
                "Current depth of workqueue",
                controllers,
                each -> each.queue().depth());
        family(
                text,
                "workqueue_adds_total",
                "counter",
                "Total number of adds handled by workqueue",
                controllers,
                each -> each.queue().adds());
        family(
                text,
                "workqueue_retries_total",
                "counter",
                "Total number of retries handled by workqueue",
                controllers,
                each -> each.queue().retries());
        family(
                text,
                "workqueue_delayed",
                "gauge",
                "Keys that come back at a later time.",
                controllers,
                each -> each.queue().delayed());
        family(
                text,
                "workqueue_unfinished_work",
                "gauge",
                "Keys that are worked on.",
                controllers,
                each -> each.queue().processing());
        family(
                text,
                "controller_runtime_reconcile_total",
                "counter",
                "Total number of reconciliations per controller",
                controllers,
                ControllerManager.Metrics::passes);
        family(
                text,
                "controller_runtime_reconcile_errors_total",
                "counter",
                "Total number of reconciliation errors per controller",
                controllers,
                ControllerManager.Metrics::failures);
    }

    private static void family(
            MetricsText text,
            String name,
            String type,
            String help,
            List<ControllerManager.Metrics> controllers,
            ToDoubleFunction<ControllerManager.Metrics> value) {
        text.family(name, type, help);
        String label = name.startsWith("workqueue") ? "name" : "controller";
        controllers.forEach(each -> text.sample(name, Map.of(label, each.controller()), value.applyAsDouble(each)));
    }
}
