package io.i2kit.apiserver.http.audit;

import io.i2kit.apiserver.http.auth.Authorizer.Decision;
import io.i2kit.apiserver.http.auth.UserInfo;
import io.i2kit.apiserver.http.content.MicroTimes;
import io.i2kit.apiserver.http.rest.Answer;
import io.i2kit.apiserver.http.rest.ApiRequest;
import io.i2kit.apiserver.http.rest.RequestInfo;
import io.i2kit.apiserver.registry.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the events of one request: when it is received, when a stream begins, when the answer is complete
 * ({@code k8s.io/apiserver/pkg/audit/request.go}, {@code pkg/endpoints/filters/audit.go}).
 */
final class EventTrail implements AuditTrail {
    private static final String ID = "Audit-Id";
    private static final int LONGEST_AGENT = 1024;

    private final AuditRule rule;
    private final AuditFile file;
    private final InstantSource clock;
    private final Instant receivedAt;
    private final String id;
    private final ObjectNode event;
    private final ObjectNode annotations = Json.object();

    EventTrail(AuditRule rule, AuditFile file, InstantSource clock, RequestInfo info, ApiRequest request) {
        this.rule = rule;
        this.file = file;
        this.clock = clock;
        this.receivedAt = clock.instant();
        String given = request.headers().getOrDefault("audit-id", "");
        this.id = given.isEmpty() ? UUID.randomUUID().toString() : given;
        this.event = describe(info, request);
    }

    private ObjectNode describe(RequestInfo info, ApiRequest request) {
        ObjectNode described = Json.object();
        described.put("kind", "Event").put("apiVersion", "audit.k8s.io/v1");
        described.put("level", rule.level().text()).put("auditID", id).put("stage", "");
        described.put("requestURI", request.headers().getOrDefault(ApiRequest.URI, request.path()));
        described.put("verb", info.verb());
        described.set("user", user(request.user()));
        Set<String> addresses = new LinkedHashSet<>();
        for (String header : new String[] {"x-forwarded-for", "x-real-ip", ApiRequest.REMOTE}) {
            for (String address : request.headers().getOrDefault(header, "").split(",", -1)) {
                addresses.add(address.strip());
            }
        }
        addresses.remove("");
        addresses.forEach(described.putArray("sourceIPs")::add);
        String agent = request.headers().getOrDefault("user-agent", "");
        if (!agent.isEmpty()) {
            described.put(
                    "userAgent",
                    agent.length() > LONGEST_AGENT ? agent.substring(0, LONGEST_AGENT) + "...TRUNCATED" : agent);
        }
        JsonNode body = AuditBodies.request(request);
        if (info.isResource()) {
            described.set("objectRef", AuditBodies.reference(info, request, body));
        }
        if (rule.level().includes(AuditLevel.REQUEST) && !body.isMissingNode()) {
            described.set("requestObject", AuditBodies.shown(body, rule.omitManagedFields()));
        }
        return described;
    }

    private static ObjectNode user(UserInfo user) {
        ObjectNode object = Json.object();
        if (!user.name().isEmpty()) {
            object.put("username", user.name());
        }
        if (!user.uid().isEmpty()) {
            object.put("uid", user.uid());
        }
        if (!user.groups().isEmpty()) {
            user.groups().forEach(object.putArray("groups")::add);
        }
        if (!user.extra().isEmpty()) {
            ObjectNode extra = object.putObject("extra");
            user.extra().forEach((key, values) -> values.forEach(extra.putArray(key)::add));
        }
        return object;
    }

    void received() {
        write("RequestReceived");
    }

    @Override
    public void madeAs(UserInfo user) {
        ObjectNode made = user(user);
        if (!made.equals(event.path("user"))) {
            event.set("impersonatedUser", made);
        }
    }

    @Override
    public void decided(Decision decision) {
        annotations.put("authorization.k8s.io/decision", decision.allowed() ? "allow" : "forbid");
        annotations.put("authorization.k8s.io/reason", decision.reason().get());
    }

    @Override
    public Answer answered(Answer answer) {
        if (answer instanceof Answer.Whole whole) {
            status(whole);
            write("ResponseComplete");
            Map<String, String> headers = new HashMap<>(whole.headers());
            headers.put(ID, id);
            return new Answer.Whole(whole.status(), whole.contentType(), whole.parts(), headers, whole.warnings());
        }
        if (answer instanceof Answer.Sliced sliced) {
            event.putObject("responseStatus").put("code", 200).putObject("metadata");
            write("ResponseComplete");
            return new Answer.Sliced(sliced.contentType(), Map.of(ID, id), sliced.slices());
        }
        begun(answer instanceof Answer.Stream stream ? stream.status() : 101);
        return switch (answer) {
            case Answer.Stream stream -> stream.andThen(() -> write("ResponseComplete"));
            case Answer.Upgrade upgrade ->
                new Answer.Upgrade(upgrade.headers(), upgrade.protocol().andThen(() -> write("ResponseComplete")));
            case Answer.Whole whole -> whole;
            case Answer.Sliced sliced -> sliced;
        };
    }

    private void begun(int status) {
        event.putObject("responseStatus").putObject("metadata");
        ((ObjectNode) event.path("responseStatus")).put("code", status);
        write("ResponseStarted");
    }

    private void status(Answer.Whole whole) {
        boolean wanted = whole.status() >= 400 || rule.level().includes(AuditLevel.REQUEST_RESPONSE);
        JsonNode body = wanted ? AuditBodies.answer(whole) : MissingNode.getInstance();
        ObjectNode status = Json.object();
        status.putObject("metadata");
        if (body.path("kind").asString("").equals("Status")
                && body.path("apiVersion").asString("").equals("v1")) {
            for (String field : new String[] {"status", "message", "reason", "details"}) {
                if (body.has(field)) {
                    status.set(field, body.get(field));
                }
            }
        }
        status.put("code", whole.status());
        event.set("responseStatus", status);
        if (rule.level().includes(AuditLevel.REQUEST_RESPONSE) && body.isObject()) {
            event.set("responseObject", AuditBodies.shown(body, rule.omitManagedFields()));
        }
    }

    private synchronized void write(String stage) {
        if (rule.omitStages().contains(stage)) {
            return;
        }
        event.put("stage", stage);
        ObjectNode shown = event.deepCopy();
        shown.put("requestReceivedTimestamp", MicroTimes.text(receivedAt));
        shown.put("stageTimestamp", MicroTimes.text(clock.instant()));
        if (!annotations.isEmpty()) {
            shown.set("annotations", annotations);
        }
        file.line((shown + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
