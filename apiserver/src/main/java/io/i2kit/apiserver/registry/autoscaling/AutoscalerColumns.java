package io.i2kit.apiserver.registry.autoscaling;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.table.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** Columns of autoscalers in their {@code v2} form: printHorizontalPodAutoscaler of {@code pkg/printers/internalversion}. */
final class AutoscalerColumns {
    private static final int MAX_METRICS = 2;
    private static final String UNKNOWN = "<unknown>";

    static final List<Column> ALL = List.of(
            Column.nameColumn(),
            Column.text(
                    "Reference",
                    "The resource that is scaled.",
                    scaler -> text(scaler.path("spec").path("scaleTargetRef"), "kind") + "/"
                            + text(scaler.path("spec").path("scaleTargetRef"), "name")),
            Column.text("Targets", "The metrics and what they should be.", AutoscalerColumns::metrics),
            Column.text(
                    "MinPods",
                    "The lower limit of replicas.",
                    scaler -> scaler.path("spec").path("minReplicas").asString("<unset>")),
            Column.text(
                    "MaxPods",
                    "The upper limit of replicas.",
                    scaler -> scaler.path("spec").path("maxReplicas").asInt(0)),
            Column.text(
                    "Replicas",
                    "The replicas that the autoscaler last saw.",
                    scaler -> scaler.path("status").path("currentReplicas").asInt(0)),
            Column.age());

    private AutoscalerColumns() {}

    /** {@code formatHPAMetrics}. */
    private static String metrics(JsonNode scaler) {
        JsonNode metrics = scaler.path("spec").path("metrics");
        if (metrics.isEmpty()) {
            return "<none>";
        }
        List<String> shown = new ArrayList<>();
        for (int i = 0; i < metrics.size(); i++) {
            shown.add(metric(
                    metrics.path(i),
                    scaler.path("status").path("currentMetrics").path(i)));
        }
        if (shown.size() <= MAX_METRICS) {
            return String.join(", ", shown);
        }
        return String.join(", ", shown.subList(0, MAX_METRICS)) + " + " + (shown.size() - MAX_METRICS) + " more...";
    }

    private static String metric(JsonNode metric, JsonNode status) {
        String type = text(metric, "type");
        if (type.isEmpty()) {
            return "<unknown type>";
        }
        String field = type.substring(0, 1).toLowerCase(Locale.ROOT) + type.substring(1);
        JsonNode source = metric.path(field);
        JsonNode target = source.path("target");
        JsonNode current = status.path(field).path("current");
        return switch (type) {
            case "External", "Object" ->
                target.has("averageValue")
                        ? of(current, "averageValue") + "/" + of(target, "averageValue") + " (avg)"
                        : of(current, "value") + "/" + of(target, "value");
            case "Pods" -> of(current, "averageValue") + "/" + of(target, "averageValue");
            case "Resource", "ContainerResource" -> text(source, "name") + ": " + resource(target, current);
            default -> "<unknown type>";
        };
    }

    private static String of(JsonNode values, String field) {
        return values.path(field).asString(UNKNOWN);
    }

    private static String resource(JsonNode target, JsonNode current) {
        if (target.has("averageValue")) {
            return of(current, "averageValue") + "/" + of(target, "averageValue");
        }
        String wanted = target.has("averageUtilization") ? text(target, "averageUtilization") + "%" : "<auto>";
        String now = current.has("averageUtilization") ? text(current, "averageUtilization") + "%" : UNKNOWN;
        return now + "/" + wanted;
    }
}
