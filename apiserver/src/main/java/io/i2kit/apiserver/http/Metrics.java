package io.i2kit.apiserver.http;

import io.i2kit.apiserver.http.rest.Answer;
import io.i2kit.apiserver.http.rest.RequestInfo;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** {@code /metrics} in Prometheus' text format: counts of requests by verb, resource and code, and what runs now. */
final class Metrics {
    private final Map<String, LongAdder> requests = new ConcurrentSkipListMap<>();
    private final LongAdder inFlight = new LongAdder();
    private final LongAdder streams = new LongAdder();

    void began() {
        inFlight.increment();
    }

    void ended(RequestInfo info, int code) {
        inFlight.decrement();
        String labels = "verb=\"" + info.verb().toUpperCase(Locale.ROOT) + "\",group=\"" + info.group()
                + "\",resource=\"" + info.target().resource() + "\",subresource=\""
                + info.target().subresource() + "\",code=\"" + code + "\"";
        requests.computeIfAbsent(labels, key -> new LongAdder()).increment();
    }

    void streamBegan() {
        streams.increment();
    }

    void streamEnded() {
        streams.decrement();
    }

    Answer answer() {
        StringBuilder text = new StringBuilder();
        head(text, "apiserver_request_total", "counter", "Counter of apiserver requests.");
        requests.forEach((labels, count) -> text.append("apiserver_request_total{")
                .append(labels)
                .append("} ")
                .append(count.sum())
                .append('\n'));
        gauge(text, "apiserver_current_inflight_requests", "Requests that are being answered.", inFlight.sum());
        gauge(text, "apiserver_longrunning_requests", "Watches and logs that are open.", streams.sum());
        Runtime runtime = Runtime.getRuntime();
        gauge(text, "jvm_memory_used_bytes", "Heap in use.", runtime.totalMemory() - runtime.freeMemory());
        gauge(
                text,
                "process_start_time_seconds",
                "Start time of the process since the epoch.",
                ManagementFactory.getRuntimeMXBean().getStartTime() / 1000);
        return new Answer.Whole(
                200, "text/plain; version=0.0.4; charset=utf-8", text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void head(StringBuilder text, String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private static void gauge(StringBuilder text, String name, String help, long value) {
        head(text, name, "gauge", help);
        text.append(name).append(' ').append(value).append('\n');
    }
}
