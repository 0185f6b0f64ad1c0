package io.i2kit.apiserver.http.metrics;

import io.i2kit.apiserver.http.rest.Answer;
import io.i2kit.apiserver.http.rest.ApiRequest;
import io.i2kit.apiserver.http.rest.RequestInfo;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** What is measured: requests here, and whatever other parts of the server add. */
public final class Metrics {
    /** Paths that lead nowhere are a client's to invent: beyond this many kinds of requests they are counted together. */
    private static final int MAX_SERIES = 2000;

    private static final Set<String> READS = Set.of("get", "list", "watch", "head");

    private final Map<Series.Key, Series> requests = new ConcurrentHashMap<>();
    private final Map<Series.Key, LongAdder> longRunning = new ConcurrentHashMap<>();
    private final LongAdder reading = new LongAdder();
    private final LongAdder mutating = new LongAdder();
    private final List<Consumer<MetricsText>> sources = new CopyOnWriteArrayList<>(List.of(new ProcessMetrics()));

    /** A request on its way. */
    public interface Running {
        /** @param code of the answer; the time of a stream is its client's */
        void ended(int code, boolean stream);
    }

    /** A part of the server that writes families of its own. */
    public void addSource(Consumer<MetricsText> source) {
        sources.add(source);
    }

    public Running began(RequestInfo info, ApiRequest request) {
        LongAdder now = READS.contains(info.verb()) ? reading : mutating;
        now.increment();
        long began = System.nanoTime();
        return (code, stream) -> {
            now.decrement();
            Series series = requests.computeIfAbsent(key(info, request), any -> new Series());
            if (stream) {
                series.addLongRunning(code);
            } else {
                series.add(code, (System.nanoTime() - began) / 1e9);
            }
        };
    }

    /** Returns what ends it. */
    public Runnable streamBegan(RequestInfo info, ApiRequest request) {
        LongAdder streams = longRunning.computeIfAbsent(key(info, request), any -> new LongAdder());
        streams.increment();
        return streams::decrement;
    }

    private Series.Key key(RequestInfo info, ApiRequest request) {
        String type = Objects.requireNonNullElse(request.header("content-type"), "");
        String dryRun = request.parameter("dryRun").equals("All") ? "All" : "";
        Series.Key key = Series.Key.of(info, dryRun, type.startsWith("application/apply-patch"));
        return requests.size() < MAX_SERIES || requests.containsKey(key) ? key : Series.Key.OTHER;
    }

    public Answer answer() {
        MetricsText text = new MetricsText();
        Map<String, Series> sorted = new ConcurrentSkipListMap<>();
        requests.forEach((key, series) -> sorted.put(key.labels(), series));
        String total = "apiserver_request_total";
        text.family(
                total, "counter", "Counter of apiserver requests broken out for each verb, resource and HTTP code.");
        sorted.forEach((labels, series) -> series.writeCodes(total, labels, text));
        String duration = "apiserver_request_duration_seconds";
        text.family(duration, "histogram", "Response latency distribution in seconds for each verb and resource.");
        sorted.forEach((labels, series) -> series.writeHistogram(duration, labels, text));
        String current = "apiserver_current_inflight_requests";
        text.family(current, "gauge", "Number of requests being answered, by request kind.");
        text.sample(current, "request_kind=\"mutating\"", mutating.sum());
        text.sample(current, "request_kind=\"readOnly\"", reading.sum());
        String streams = "apiserver_longrunning_requests";
        text.family(streams, "gauge", "Number of active long-running requests for each verb and resource.");
        Map<String, LongAdder> running = new ConcurrentSkipListMap<>();
        longRunning.forEach((key, count) -> running.put(key.labels(), count));
        running.forEach((labels, count) -> text.sample(streams, labels, count.sum()));
        sources.forEach(source -> source.accept(text));
        return new Answer.Whole(
                200, "text/plain; version=0.0.4; charset=utf-8", text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
