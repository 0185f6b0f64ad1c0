package io.i2kit.apiserver.http.rest;

import io.i2kit.apiserver.http.content.Accept;
import io.i2kit.apiserver.http.content.Accept.Encoding;
import io.i2kit.apiserver.http.content.Yaml;
import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.FieldSelector;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.LabelSelector;
import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.ResourceTable;
import io.i2kit.apiserver.registry.Selection;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.StoredObject;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code /api/v1/componentstatuses}, under the names that upstream's components have ({@code pkg/registry/core/componentstatus}): what
 * plays their part in this server.
 */
public final class ComponentStatuses {
    private static final List<String> WARNINGS = List.of("v1 ComponentStatus is deprecated in v1.19+");
    private static final Check ABSENT = () -> {
        throw new IllegalStateException("does not run in this server");
    };

    private final Map<String, Check> checks = new ConcurrentSkipListMap<>();
    private final ResourceDefinition definition;
    private final Clock clock;
    private final TableRows rows = new TableRows();

    /** Raises an exception, whose message is shown, when something is wrong. Must be quick. */
    @FunctionalInterface
    public interface Check {
        void run();
    }

    public ComponentStatuses(ResourceTable table, Clock clock) {
        this.definition = Objects.requireNonNull(table.find("", "v1", "componentstatuses"));
        this.clock = clock;
        add("controller-manager", ABSENT);
        add("scheduler", ABSENT);
    }

    /** The component runs: from here on this says how it fares. */
    public void add(String name, Check check) {
        checks.put(name, check);
    }

    public boolean serves(RequestInfo info) {
        return info.group().isEmpty()
                && info.version().equals("v1")
                && info.target().resource().equals("componentstatuses");
    }

    /** @throws ApiException NotFound, or MethodNotAllowed for all but get and list */
    public Answer handle(RequestInfo info, ApiRequest request) {
        RequestInfo.Target target = info.target();
        if (!target.namespace().isEmpty() || !target.subresource().isEmpty()) {
            return NotFoundPage.ANSWER;
        }
        Presentation presentation = new Presentation(
                definition,
                Accept.negotiate(request.header("accept")),
                request.parameter("includeObject"),
                clock,
                rows);
        return switch (info.verb()) {
            case "get" -> one(presentation, target.name());
            case "list" -> list(presentation, request);
            default ->
                throw new ApiException(
                        405,
                        "MethodNotAllowed",
                        "the server does not allow this method on the requested resource",
                        null);
        };
    }

    private Answer one(Presentation presentation, String name) {
        Check check = checks.get(name);
        if (check == null) {
            throw ApiException.notFound("", "componentstatus", name);
        }
        byte[] json = presentation.one(Json.bytes(status(name, check)));
        boolean yaml = presentation.form().encoding() == Encoding.YAML;
        return new Answer.Whole(
                200,
                yaml ? "application/yaml" : "application/json",
                List.of(yaml ? Yaml.fromJson(json) : json),
                Map.of(),
                WARNINGS);
    }

    private Answer list(Presentation presentation, ApiRequest request) {
        Selection selection = new Selection(
                definition,
                LabelSelector.parse(request.parameter("labelSelector")),
                FieldSelector.parse(request.parameter("fieldSelector"), definition));
        List<StoredObject> all = checks.entrySet().stream()
                .map(entry -> new StoredObject(
                        new ObjectKey("componentstatuses", "", entry.getKey()),
                        0,
                        Json.bytes(status(entry.getKey(), entry.getValue()))))
                .filter(selection::matches)
                .toList();
        Answer list = ListWriter.whole(presentation, new ListHandler.Found(0, all, "", 0));
        return list instanceof Answer.Whole whole
                ? new Answer.Whole(whole.status(), whole.contentType(), whole.parts(), whole.headers(), WARNINGS)
                : list;
    }

    private ObjectNode status(String name, Check check) {
        ObjectNode status = Json.object();
        status.put("apiVersion", "v1").put("kind", "ComponentStatus");
        status.putObject("metadata").put("name", name).putNull("creationTimestamp");
        ObjectNode condition = status.putArray("conditions").addObject().put("type", "Healthy");
        try {
            check.run();
            condition.put("status", "True").put("message", "ok");
        } catch (RuntimeException e) {
            condition.put("status", "False").put("message", String.valueOf(e.getMessage()));
        }
        return status;
    }
}
