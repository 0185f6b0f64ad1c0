package io.i2kit.cloud.aws.faults;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a client and AWS' emulator, counts the client's calls, and lets one of them go wrong. An attempt that the SDK makes
 * of the same call counts as that call. Where the emulator does another thing the second time than AWS documents, it answers in AWS'
 * place.
 */
public final class FaultProxy implements AutoCloseable {
    /** The client's own headers that a request made anew must not have. */
    private static final Set<String> NOT_PASSED_ON =
            Set.of("connection", "content-length", "host", "upgrade", "expect", "transfer-encoding");

    /** With which code AWS refuses a call that had its effect already, where the emulator does something else. */
    private static final Map<String, String> REFUSED_AGAIN = Map.of(
            "CreateListener", "DuplicateListener",
            "CreateAutoScalingGroup", "AlreadyExists",
            "DeleteLaunchTemplate", "InvalidLaunchTemplateName.NotFoundException");

    /** What AWS answers a second time as the first; the emulator makes another one, or refuses. */
    private static final Set<String> IDEMPOTENT = Set.of("CreateLoadBalancer", "CreateTargetGroup");

    private final URI target;
    private final HttpServer server;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Duration hold;
    private final List<WireCall> calls = new ArrayList<>();
    private @Nullable WireCall wrong;
    private @Nullable HttpResponse<byte[]> firstAnswer;
    private int wrongAttempts;
    private int countdown = Integer.MAX_VALUE;
    private @Nullable WireFault fault;
    private final Runnable kill;
    private volatile boolean killed;
    private volatile boolean dead;

    /**
     * @param hold for how long a call is kept that times out, longer than the client waits
     * @param kill ends the client's process; whoever calls when it has returned is another one
     */
    public FaultProxy(URI target, Duration hold, Runnable kill) throws IOException {
        this.target = target;
        this.hold = hold;
        this.kill = kill;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Forgets the calls so far and lets the n-th from now that the fault can come upon, counted from 0, go wrong. */
    public synchronized void plan(int call, @Nullable WireFault what) {
        calls.clear();
        wrong = null;
        firstAnswer = null;
        wrongAttempts = 0;
        countdown = call;
        fault = what;
        killed = false;
    }

    /** Since the plan was made, without further attempts of a call. */
    public synchronized List<WireCall> calls() {
        return List.copyOf(calls);
    }

    /** The call that went wrong, if the plan came to it and it could. */
    public synchronized @Nullable WireCall wrong() {
        return wrong;
    }

    private void endClient() {
        kill.run();
        killed = true;
    }

    /** Whether the client's process has ended, as planned. */
    public boolean hasKilled() {
        return killed;
    }

    /** Nobody is heard or answered any more. */
    void hangUp() {
        dead = true;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            WireCall call = WireCall.of(exchange, body);
            int attempt = attemptThatGoesWrong(call);
            if (dead) {
                return;
            }
            if (attempt < 0) {
                answer(exchange, forward(exchange, body));
            } else {
                goWrong(exchange, call, body, attempt);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Counted from 0; -1 when all is well. */
    private synchronized int attemptThatGoesWrong(WireCall call) {
        boolean again = calls.stream().anyMatch(one -> one.invocation().equals(call.invocation()));
        if (!again) {
            calls.add(call);
            if (fault != null && fault.canMeet(call) && countdown-- == 0) {
                wrong = call;
            }
        }
        return wrong != null && wrong.invocation().equals(call.invocation()) ? wrongAttempts++ : -1;
    }

    private void goWrong(HttpExchange exchange, WireCall call, byte[] body, int attempt)
            throws IOException, InterruptedException {
        switch (fault) {
            case THROTTLED -> refuse(exchange, call, call.throttlingStatus(), call.throttling());
            case FAILED -> refuse(exchange, call, 500, call.failure());
            case TIMED_OUT -> {
                if (attempt == 0) {
                    Thread.sleep(hold);
                }
            }
            case ANSWER_LOST, ANSWER_LOST_ONCE -> {
                boolean heard = attempt > 0 && fault == WireFault.ANSWER_LOST_ONCE;
                String refusal = attempt > 0 ? REFUSED_AGAIN.getOrDefault(call.action(), "") : "";
                HttpResponse<byte[]> lost = firstAnswer;
                if (refusal.isEmpty() && (lost == null || !IDEMPOTENT.contains(call.action()))) {
                    lost = forward(exchange, body);
                    firstAnswer = lost;
                }
                if (heard && refusal.isEmpty()) {
                    answer(exchange, lost);
                } else if (heard) {
                    refuse(exchange, call, 400, refusal);
                }
            }
            case KILLED_BEFORE -> endClient();
            case KILLED_AFTER -> {
                forward(exchange, body);
                endClient();
            }
            // RESET: closing without an answer is all.
            case null, default -> {}
        }
    }

    private static void refuse(HttpExchange exchange, WireCall call, int status, String code) throws IOException {
        byte[] body = call.error(code).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders()
                .set("Content-Type", call.service().equals("ebs") ? "application/x-amz-json-1.1" : "text/xml");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private HttpResponse<byte[]> forward(HttpExchange exchange, byte[] body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        target.resolve(exchange.getRequestURI().toString()))
                .method(
                        exchange.getRequestMethod(),
                        body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!NOT_PASSED_ON.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        return http.send(request.build(), BodyHandlers.ofByteArray());
    }

    private static void answer(HttpExchange exchange, HttpResponse<byte[]> answer) throws IOException {
        answer.headers().map().forEach((name, values) -> {
            if (!NOT_PASSED_ON.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> exchange.getResponseHeaders().add(name, value));
            }
        });
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(
                answer.statusCode(), head || answer.body().length == 0 ? -1 : answer.body().length);
        if (!head && answer.body().length > 0) {
            exchange.getResponseBody().write(answer.body());
        }
    }

    @Override
    public void close() {
        dead = true;
        server.stop(0);
    }
}
