package io.i2kit.apiserver.http;

import io.i2kit.apiserver.http.audit.AuditTrail;
import io.i2kit.apiserver.http.auth.Attributes;
import io.i2kit.apiserver.http.auth.Authorizer.Decision;
import io.i2kit.apiserver.http.auth.Forbidden;
import io.i2kit.apiserver.http.content.Accept;
import io.i2kit.apiserver.http.content.Accept.Encoding;
import io.i2kit.apiserver.http.content.Yaml;
import io.i2kit.apiserver.http.discovery.DiscoveryHandler;
import io.i2kit.apiserver.http.metrics.Metrics;
import io.i2kit.apiserver.http.rest.Answer;
import io.i2kit.apiserver.http.rest.ApiRequest;
import io.i2kit.apiserver.http.rest.ComponentStatuses;
import io.i2kit.apiserver.http.rest.NotFoundPage;
import io.i2kit.apiserver.http.rest.RequestInfo;
import io.i2kit.apiserver.http.rest.RequestTimeout;
import io.i2kit.apiserver.http.rest.ResourceHandler;
import io.i2kit.apiserver.http.rest.Statuses;
import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.storage.StorageException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From a request to an answer: authorization, then the handler of the path. Runs on virtual threads. */
final class Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    private final AccessControl access;
    private final Handlers handlers;
    private final Metrics metrics;

    Dispatcher(AccessControl access, Handlers handlers, Metrics metrics) {
        this.access = access;
        this.handlers = handlers;
        this.metrics = metrics;
    }

    /** What answers which paths. */
    record Handlers(
            ResourceHandler resources,
            ComponentStatuses components,
            DiscoveryHandler discovery,
            HealthChecks health,
            Paths others) {}

    /** Answers paths that are neither resources nor discovery; null for none of its own. */
    @FunctionalInterface
    interface Paths {
        @Nullable
        Answer handle(ApiRequest request);
    }

    Answer dispatch(ApiRequest request) {
        RequestInfo info = RequestInfo.parse(request.method(), request.path(), request.flag("watch"));
        Metrics.Running running = metrics.began(info, request);
        AuditTrail trail = access.auditor().begin(info, request);
        Answer answer;
        try {
            if (!info.verb().equals("watch") && !info.isProxied()) {
                RequestTimeout.check(request);
            }
            ApiRequest by = request.by(access.impersonation().apply(request.headers(), info.attributes(request)));
            trail.madeAs(by.user());
            authorize(info.attributes(by), trail);
            if (info.alsoCreates()) {
                authorize(info.creating().attributes(by), trail);
            }
            answer = route(info, by);
        } catch (ApiException e) {
            answer = failure(request, e);
        } catch (StorageException.Unavailable e) {
            LOG.warn("{} {}: the store does not answer", request.method(), request.path(), e);
            answer = failure(request, ApiException.unavailable(String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            LOG.error("{} {} failed", request.method(), request.path(), e);
            answer = failure(request, ApiException.internal(String.valueOf(e.getMessage())));
        }
        return trail.answered(
                switch (answer) {
                    case Answer.Whole whole -> {
                        running.ended(whole.status(), false);
                        yield whole;
                    }
                    case Answer.Sliced sliced -> {
                        running.ended(200, false);
                        yield sliced;
                    }
                    case Answer.Stream stream -> {
                        running.ended(stream.status(), true);
                        yield stream.andThen(metrics.streamBegan(info, request));
                    }
                    case Answer.Upgrade upgrade -> {
                        running.ended(101, true);
                        yield new Answer.Upgrade(
                                upgrade.headers(), upgrade.protocol().andThen(metrics.streamBegan(info, request)));
                    }
                });
    }

    /** The answer to a request that does not get so far as to be dispatched. */
    Answer refused(ApiRequest request, ApiException e) {
        return access.auditor().refused(request, failure(request, e));
    }

    private Answer route(RequestInfo info, ApiRequest request) {
        if (info.isResource()) {
            return handlers.components().serves(info)
                    ? handlers.components().handle(info, request)
                    : handlers.resources().handle(info, request);
        }
        boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
        Answer answer = switch (request.path().split("/", 3)[1]) {
            case "healthz", "livez", "readyz" -> handlers.health().answer(request);
            case "metrics" -> metrics.answer();
            case "api", "apis" -> handlers.discovery().handle(request);
            default -> handlers.others().handle(request);
        };
        if (answer != null && !reads) {
            throw new ApiException(
                    405, "MethodNotAllowed", "the server does not allow this method on the requested resource", null);
        }
        return answer == null ? NotFoundPage.ANSWER : answer;
    }

    private void authorize(Attributes attributes, AuditTrail trail) {
        Decision decision = access.authorizer().decide(attributes);
        trail.decided(decision);
        if (!decision.allowed()) {
            throw Forbidden.of(attributes, decision.reason().get());
        }
    }

    /** An error in the form that the client accepts, or JSON. */
    static Answer failure(ApiRequest request, ApiException e) {
        byte[] json = Json.bytes(Statuses.failure(e));
        Map<String, String> headers = e.details() != null && e.details().retryAfterSeconds() > 0
                ? Map.of("Retry-After", Integer.toString(e.details().retryAfterSeconds()))
                : Map.of();
        boolean yaml = acceptsYaml(request);
        return new Answer.Whole(
                e.code(),
                yaml ? "application/yaml" : "application/json",
                List.of(yaml ? Yaml.fromJson(json) : json),
                headers,
                e.warnings());
    }

    private static boolean acceptsYaml(ApiRequest request) {
        try {
            return Accept.negotiate(request.header("accept")).encoding() == Encoding.YAML;
        } catch (ApiException e) {
            return false;
        }
    }
}
