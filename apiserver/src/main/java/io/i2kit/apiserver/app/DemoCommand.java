package io.i2kit.apiserver.app;

import io.i2kit.cloud.image.Images;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code i2kit demo}: packs the sample's images, starts a server on a data folder of its own, applies the sample with kubectl,
 * waits, fetches the page, says what to try next. Everything goes through the same commands that a user types.
 */
@Command(
        name = "demo",
        description = "Start i2kit, apply the sample workload and fetch its page.",
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    private static final Duration READY = Duration.ofSeconds(60);
    private static final Duration AVAILABLE = Duration.ofMinutes(6);
    private static final int DEPLOYMENTS = 3;
    private static final int HTTP_OK = 200;
    private static final int PAGE_ATTEMPTS = 20;

    @Option(names = "--once", description = "End and clean up after the page was fetched.")
    private boolean once;

    @Option(names = "--data", paramLabel = "DIR", description = "Data folder (default: ~/.i2kit/demo).")
    private @Nullable Path dataOption;

    @Option(names = "--listen", paramLabel = "HOST:PORT", description = "Where the API listens (default: a free port).")
    private String listen = "127.0.0.1:0";

    @Override
    public Integer call() throws Exception {
        DataFolder data = DataFolder.of(
                dataOption != null ? dataOption : DataFolder.of(null).root().resolve("demo"));
        if (DemoSession.running(data)) {
            throw new UserError(
                    "a demo already runs on " + data.root() + "; end it with: ./i2kit down --data " + data.root());
        }
        data.create();
        try (Images images = Images.open(Images.Settings.of(DataFolder.cache(), Map.of()), changed -> {})) {
            SampleImages.pack(images, this::say);
        }
        try (DemoSession session = DemoSession.start(data, listen, READY, this::say)) {
            Runtime.getRuntime().addShutdownHook(new Thread(session::close));
            deploy(session);
            fetchPage(session);
            if (once) {
                say("deleting the sample and ending every machine");
                session.kubectl("delete", "--wait=false", "-f", sample().toString());
                return 0;
            }
            sayWhatNext(data);
            new CountDownLatch(1).await();
        }
        return 0;
    }

    private void deploy(DemoSession session) throws IOException, InterruptedException {
        long start = System.nanoTime();
        say("$ kubectl apply -f " + sample());
        session.kubectl("apply", "-f", sample().toString());
        say("$ kubectl get deployments --watch");
        waitForDeployments(session);
        say("");
        say("everything Available %.1f s after the apply".formatted((System.nanoTime() - start) / 1e9));
        session.kubectl("get", "deployments,pods,services", "-o", "wide");
    }

    /** Shows kubectl's own watch until every Deployment has all of its replicas. */
    private void waitForDeployments(DemoSession session) throws IOException, InterruptedException {
        Process watch = session.kubectlProcess("get", "deployments", "--watch")
                .redirectErrorStream(true)
                .start();
        Thread limit = Thread.ofVirtual().start(() -> {
            try {
                if (!watch.waitFor(AVAILABLE.toSeconds(), TimeUnit.SECONDS)) {
                    watch.destroy();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Map<String, Boolean> complete = new HashMap<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(watch.getInputStream(), StandardCharsets.UTF_8))) {
            String line;
            while ((line = lines.readLine()) != null) {
                say("  " + line);
                List<String> columns = List.of(line.trim().split("\\s+"));
                if (columns.size() >= 2 && columns.get(1).matches("\\d+/\\d+")) {
                    String[] ready = columns.get(1).split("/", 2);
                    complete.put(columns.getFirst(), ready[0].equals(ready[1]) && !ready[1].equals("0"));
                }
                if (complete.size() == DEPLOYMENTS && !complete.containsValue(false)) {
                    return;
                }
            }
        } finally {
            limit.interrupt();
            watch.destroy();
        }
        session.kubectl("get", "events", "--sort-by=.lastTimestamp");
        throw new UserError("the sample was not Available within " + AVAILABLE.toMinutes()
                + " minutes; the events above and the log " + session.log() + " say why");
    }

    /** A load balancer may learn of a ready machine a moment later than the Deployment does, so the page is asked for again. */
    private void fetchPage(DemoSession session) throws IOException, InterruptedException {
        URI page = URI.create("http://" + session.frontAddress() + "/");
        say("");
        say("$ curl " + page);
        try (HttpClient http = HttpClient.newBuilder()
                .connectTimeout(Duration.ofSeconds(5))
                .version(HttpClient.Version.HTTP_1_1)
                .build()) {
            HttpRequest request =
                    HttpRequest.newBuilder(page).timeout(Duration.ofSeconds(20)).build();
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            for (int attempt = 1; answer.statusCode() != HTTP_OK && attempt < PAGE_ATTEMPTS; attempt++) {
                TimeUnit.SECONDS.sleep(1);
                answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            }
            answer.body().lines().forEach(this::say);
            if (answer.statusCode() != HTTP_OK) {
                throw new UserError("the page answered " + answer.statusCode() + "; see the log " + session.log());
            }
        }
    }

    private void sayWhatNext(DataFolder data) {
        say("");
        say("It stays up until Ctrl-C. In another terminal:");
        say("  export KUBECONFIG=" + data.kubeconfig());
        for (String command : List.of(
                "kubectl get deployments,pods,services,nodes -o wide",
                "kubectl scale deployment front --replicas=3",
                "kubectl logs deployment/api",
                "kubectl describe pod -l app=redis",
                "kubectl rollout restart deployment front && kubectl rollout status deployment front")) {
            say("  " + command);
        }
    }

    private static Path sample() {
        Path file = Self.home().resolve("kubeconfig-samples/workloads/guestbook.yaml");
        if (!Files.exists(file)) {
            throw new UserError("the sample " + file + " is missing");
        }
        return file;
    }

    private void say(String line) {
        Consumer<String> out = System.out::println;
        out.accept(line);
    }
}
