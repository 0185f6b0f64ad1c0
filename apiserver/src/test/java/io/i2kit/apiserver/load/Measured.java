package io.i2kit.apiserver.load;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One operation's figures.
 *
 * @param latency whether p50 is what counts (one client), else the rate (many)
 * @param serverMillis of the server's processors an operation
 * @param clientMillis of the tool's own processors an operation
 */
record Measured(
        String operation,
        boolean latency,
        long count,
        double rate,
        double p50,
        double p99,
        double serverMillis,
        double clientMillis) {
    static Measured of(
            String operation, boolean latency, long[] nanos, double seconds, long serverCpu, long clientCpu) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        int count = sorted.length;
        return new Measured(
                operation,
                latency,
                count,
                count / seconds,
                sorted[count / 2] / 1e6,
                sorted[(int) Math.min(count - 1L, count * 99L / 100)] / 1e6,
                (double) serverCpu / count,
                (double) clientCpu / count);
    }

    /** @param same operation, measured several times */
    static Measured median(List<Measured> same) {
        Measured first = same.getFirst();
        return new Measured(
                first.operation(),
                first.latency(),
                first.count(),
                median(same, Measured::rate),
                median(same, Measured::p50),
                median(same, Measured::p99),
                median(same, Measured::serverMillis),
                median(same, Measured::clientMillis));
    }

    private static double median(List<Measured> same, ToDoubleFunction<Measured> figure) {
        double[] sorted = same.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    static String header() {
        return String.format(
                Locale.ROOT,
                "%-34s %8s %10s %9s %9s %14s %14s",
                "operation",
                "count",
                "per second",
                "p50 ms",
                "p99 ms",
                "server CPU ms",
                "client CPU ms");
    }

    String line() {
        return String.format(
                Locale.ROOT,
                "%-34s %8d %10.1f %9.2f %9.2f %14.3f %14.3f",
                operation,
                count,
                rate,
                p50,
                p99,
                serverMillis,
                clientMillis);
    }

    ObjectNode toJson() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("operation", operation)
                .put("latency", latency)
                .put("count", count)
                .put("rate", rate)
                .put("p50", p50)
                .put("p99", p99)
                .put("serverMillis", serverMillis)
                .put("clientMillis", clientMillis);
    }

    static Measured fromJson(JsonNode json) {
        return new Measured(
                json.path("operation").asString(""),
                json.path("latency").asBoolean(false),
                json.path("count").asLong(0),
                json.path("rate").asDouble(0),
                json.path("p50").asDouble(0),
                json.path("p99").asDouble(0),
                json.path("serverMillis").asDouble(0),
                json.path("clientMillis").asDouble(0));
    }
}
