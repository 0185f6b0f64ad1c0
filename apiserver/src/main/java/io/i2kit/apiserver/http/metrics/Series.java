package io.i2kit.apiserver.http.metrics;

import io.i2kit.apiserver.http.rest.RequestInfo;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/** The requests of one kind: how many with which code, and how long they took ({@code endpoints/metrics/metrics.go}). */
final class Series {
    /** Upstream's buckets of {@code apiserver_request_duration_seconds}. */
    private static final double[] BOUNDS = {
        0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60
    };

    private final AtomicLongArray buckets = new AtomicLongArray(BOUNDS.length + 1);
    private final DoubleAdder seconds = new DoubleAdder();
    private final Map<Integer, LongAdder> codes = new ConcurrentSkipListMap<>();

    /** What requests are told apart by. */
    record Key(RequestInfo.Target target, String group, String version, String verb, String dryRun) {
        /** What is not told apart any more. */
        static final Key OTHER = new Key(new RequestInfo.Target("", "", "", ""), "", "", "other", "");

        private static final Set<String> PATHS =
                Set.of("/healthz", "/livez", "/readyz", "/metrics", "/api", "/apis", "/openapi", "/version", "/openid");

        static Key of(RequestInfo info, String dryRun, boolean apply) {
            RequestInfo.Target target = info.target();
            // A path that is no resource's is told by its first segment: anything longer is a client's to invent.
            String subresource =
                    info.isResource() ? target.subresource() : "/" + info.path().split("/", 3)[1];
            return new Key(
                    new RequestInfo.Target(scope(target, info), target.resource(), "", known(subresource, info)),
                    info.isResource() ? info.group() : "",
                    info.isResource() ? info.version() : "",
                    verb(info, apply),
                    dryRun);
        }

        private static String known(String subresource, RequestInfo info) {
            return info.isResource() || PATHS.contains(subresource) ? subresource : "";
        }

        private static String scope(RequestInfo.Target target, RequestInfo info) {
            if (!info.isResource()) {
                return "";
            }
            boolean one = !target.name().isEmpty() || info.verb().equals("create");
            return one ? "resource" : target.namespace().isEmpty() ? "cluster" : "namespace";
        }

        private static String verb(RequestInfo info, boolean apply) {
            return switch (info.verb()) {
                case "create" -> "POST";
                case "update" -> "PUT";
                case "patch" -> apply ? "APPLY" : "PATCH";
                default -> info.verb().toUpperCase(Locale.ROOT);
            };
        }

        /** As upstream orders them. */
        String labels() {
            return "component=\"apiserver\",dry_run=\"" + MetricsText.escaped(dryRun) + "\",group=\""
                    + MetricsText.escaped(group) + "\",resource=\"" + MetricsText.escaped(target.resource())
                    + "\",scope=\"" + target.namespace() + "\",subresource=\""
                    + MetricsText.escaped(target.subresource()) + "\",verb=\"" + MetricsText.escaped(verb)
                    + "\",version=\"" + MetricsText.escaped(version) + "\"";
        }
    }

    void add(int code, double took) {
        codes.computeIfAbsent(code, any -> new LongAdder()).increment();
        seconds.add(took);
        int bucket = 0;
        while (bucket < BOUNDS.length && took > BOUNDS[bucket]) {
            bucket++;
        }
        buckets.incrementAndGet(bucket);
    }

    /** A request whose time says nothing: it runs as long as the client wants. */
    void addLongRunning(int code) {
        codes.computeIfAbsent(code, any -> new LongAdder()).increment();
    }

    void writeCodes(String name, String labels, MetricsText text) {
        codes.forEach((code, count) -> text.sample(name, "code=\"" + code + "\"," + labels, count.sum()));
    }

    void writeHistogram(String name, String labels, MetricsText text) {
        long below = 0;
        for (int i = 0; i < BOUNDS.length; i++) {
            below += buckets.get(i);
            String bound = BOUNDS[i] == Math.rint(BOUNDS[i]) ? Long.toString((long) BOUNDS[i]) : "" + BOUNDS[i];
            text.sample(name + "_bucket", labels + ",le=\"" + bound + "\"", below);
        }
        long all = below + buckets.get(BOUNDS.length);
        if (all > 0) {
            text.sample(name + "_bucket", labels + ",le=\"+Inf\"", all);
            text.sample(name + "_sum", labels, seconds.sum());
            text.sample(name + "_count", labels, all);
        }
    }
}
