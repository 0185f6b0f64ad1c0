package io.i2kit.apiserver.http;

import io.i2kit.apiserver.http.rest.Answer;
import io.i2kit.apiserver.http.rest.ApiRequest;
import io.i2kit.apiserver.http.rest.NotFoundPage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /healthz}, {@code /livez}, {@code /readyz} and one path below them for each check; the texts are those of
 * {@code k8s.io/apiserver/pkg/server/healthz}.
 */
public final class HealthChecks {
    private static final Logger LOG = LoggerFactory.getLogger(HealthChecks.class);

    private final Map<String, Check> live = new ConcurrentSkipListMap<>();
    private final Map<String, Check> ready = new ConcurrentSkipListMap<>();

    /** Raises an exception, whose message is logged, when something is wrong. Must be quick. */
    @FunctionalInterface
    public interface Check {
        void run();
    }

    public HealthChecks() {
        addLive("ping", () -> {});
    }

    /** A check of {@code /livez}, {@code /healthz} and {@code /readyz}. */
    public void addLive(String name, Check check) {
        live.put(name, check);
        ready.put(name, check);
    }

    /** A check of {@code /readyz} only. */
    public void addReady(String name, Check check) {
        ready.put(name, check);
    }

    Answer answer(ApiRequest request) {
        String[] segments = request.path().substring(1).split("/", 2);
        String name = segments[0];
        Map<String, Check> checks = name.equals("readyz") ? ready : live;
        if (segments.length > 1) {
            Check check = checks.get(segments[1]);
            return check == null ? NotFoundPage.ANSWER : answer(name, Map.of(segments[1], check), List.of(), false);
        }
        List<String> excluded = Arrays.asList(request.parameter("exclude").split(",", -1));
        return answer(name, checks, excluded, request.query().containsKey("verbose"));
    }

    private static Answer answer(String name, Map<String, Check> checks, List<String> excluded, boolean verbose) {
        List<String> lines = new ArrayList<>();
        boolean failed = false;
        for (Map.Entry<String, Check> check : checks.entrySet()) {
            if (excluded.contains(check.getKey())) {
                lines.add("[+]" + check.getKey() + " excluded: ok");
                continue;
            }
            try {
                check.getValue().run();
                lines.add("[+]" + check.getKey() + " ok");
            } catch (RuntimeException e) {
                LOG.warn("{} check {} failed", name, check.getKey(), e);
                lines.add("[-]" + check.getKey() + " failed: reason withheld");
                failed = true;
            }
        }
        List<String> unknown = excluded.stream()
                .filter(each -> !each.isEmpty() && !checks.containsKey(each))
                .map(each -> '"' + each + '"')
                .toList();
        if (!unknown.isEmpty()) {
            lines.add("warn: some health checks cannot be excluded: no matches for " + String.join(",", unknown));
        }
        lines.add(name + " check " + (failed ? "failed" : "passed"));
        String text = failed || verbose ? String.join("\n", lines) + "\n" : "ok";
        return new Answer.Whole(failed ? 500 : 200, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }
}
