package io.i2kit.apiserver.http.rest;

import io.i2kit.apiserver.http.content.Accept;
import io.i2kit.apiserver.http.content.Accept.Encoding;
import io.i2kit.apiserver.http.content.Accept.Shape;
import io.i2kit.apiserver.http.content.Yaml;
import io.i2kit.apiserver.patch.StrictDecoder.Decoded;
import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.Change;
import io.i2kit.apiserver.registry.FieldSelector;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.LabelSelector;
import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.ResourceTable;
import io.i2kit.apiserver.registry.Scale;
import io.i2kit.apiserver.registry.Selection;
import io.i2kit.apiserver.registry.Store;
import io.i2kit.apiserver.registry.Written;
import io.i2kit.apiserver.registry.Written.Outcome;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.StoredObject;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Requests for resources: the verbs, by way of the generic store. */
public final class ResourceHandler {
    private final ResourceTable table;
    private final Store store;
    private final WriteBodies bodies;
    private final PodSubresources pods;
    private final WriteHooks hooks;
    private final Clock clock;
    private final TableRows rows = new TableRows();
    private final ListHandler lists;
    private final WatchHandler watches;

    public ResourceHandler(
            ResourceTable table,
            Store store,
            WriteBodies bodies,
            PodSubresources pods,
            WriteHooks hooks,
            Clock clock,
            ScheduledExecutorService timers) {
        this.table = table;
        this.store = store;
        this.bodies = bodies;
        this.pods = pods;
        this.hooks = hooks;
        this.clock = clock;
        this.lists = new ListHandler(store.storage());
        this.watches = new WatchHandler(store.storage(), lists, timers);
    }

    public Answer handle(RequestInfo info, ApiRequest request) {
        RequestInfo.Target target = info.target();
        ResourceDefinition definition = table.find(info.group(), info.version(), target.resource());
        if (definition == null
                || !definition.namespaced() && !target.namespace().isEmpty() && !isNamespace(target)) {
            return NotFoundPage.ANSWER;
        }
        if (!target.subresource().isEmpty() && definition.subresource(target.subresource()) == null) {
            return NotFoundPage.ANSWER;
        }
        boolean outside = definition.namespaced() && target.namespace().isEmpty();
        if (outside && !target.name().isEmpty()) {
            return NotFoundPage.ANSWER;
        }
        if (pods.serves(definition, target.subresource())) {
            return pods.handle(definition, info, request);
        }
        String posted = target.subresource().isEmpty()
                ? definition.names().qualified()
                : definition.names().qualified() + "/" + target.subresource();
        PostAction action = hooks.actions().get(posted);
        if (action != null) {
            return act(action, definition, info, request);
        }
        Presentation presentation = new Presentation(
                definition,
                Accept.negotiate(request.header("accept")),
                request.parameter("includeObject"),
                clock,
                rows);
        return dispatch(info, request, presentation, outside);
    }

    private static boolean isNamespace(RequestInfo.Target target) {
        return target.resource().equals("namespaces");
    }

    private Answer dispatch(RequestInfo info, ApiRequest request, Presentation presentation, boolean outside) {
        ResourceDefinition definition = presentation.definition();
        RequestInfo.Target target = info.target();
        String subresource = target.subresource();
        if (subresource.isEmpty()) {
            return switch (info.verb()) {
                case "get" -> {
                    lists.awaitRevision(ListOptions.revision(request.parameter("resourceVersion")));
                    yield get(presentation, target);
                }
                case "list" -> list(presentation, target, request);
                case "watch" -> watch(presentation, target, request);
                case "create" ->
                    outside || !target.name().isEmpty() ? notAllowed() : create(presentation, info, request);
                case "update", "patch" -> target.name().isEmpty() ? notAllowed() : write(presentation, info, request);
                case "delete" -> delete(presentation, target, request);
                case "deletecollection" ->
                    outside || !definition.strategy().allowsCollectionDeletion()
                            ? notAllowed()
                            : deleteCollection(presentation, target, request);
                default -> notAllowed();
            };
        }
        boolean known = Objects.requireNonNull(definition.subresource(subresource))
                .verbs()
                .contains(info.verb());
        return switch (info.verb()) {
            case "get" -> known ? get(presentation, target) : notAllowed();
            case "update", "patch" -> known ? write(presentation, info, request) : notAllowed();
            default -> notAllowed();
        };
    }

    private static Answer notAllowed() {
        throw new ApiException(
                405, "MethodNotAllowed", "the server does not allow this method on the requested resource", null);
    }

    private static ObjectKey key(ResourceDefinition definition, RequestInfo.Target target) {
        return definition.key(target.namespace(), target.name());
    }

    private Answer act(PostAction action, ResourceDefinition definition, RequestInfo info, ApiRequest request) {
        RequestInfo.Target target = info.target();
        boolean addressed = target.name().isEmpty() == target.subresource().isEmpty()
                && definition.namespaced() == !target.namespace().isEmpty();
        if (!info.verb().equals("create") || !addressed) {
            return notAllowed();
        }
        boolean yaml = Accept.negotiateObject(request.header("accept")).encoding() == Encoding.YAML;
        boolean dryRun = WriteBodies.options(request, "CreateOptions").dryRun();
        Decoded body = bodies.object(request, definition, target.subresource(), "CreateOptions");
        List<String> warnings = new ArrayList<>(body.warnings());
        ObjectNode answer =
                action.answer(new PostAction.Call(request.user(), target, body.object(), dryRun, warnings::add));
        byte[] json = Json.bytes(answer);
        return new Answer.Whole(
                201,
                yaml ? "application/yaml" : "application/json",
                List.of(yaml ? Yaml.fromJson(json) : json),
                Map.of(),
                warnings);
    }

    private Answer get(Presentation presentation, RequestInfo.Target target) {
        ResourceDefinition definition = presentation.definition();
        StoredObject stored = store.get(definition, key(definition, target));
        return object(presentation, 200, target.subresource(), stored.json(), List.of());
    }

    private Answer list(Presentation presentation, RequestInfo.Target target, ApiRequest request) {
        ListOptions options = ListOptions.of(request);
        return lists.list(presentation, selection(presentation.definition(), request), target.namespace(), options);
    }

    private Answer watch(Presentation presentation, RequestInfo.Target target, ApiRequest request) {
        ResourceDefinition definition = presentation.definition();
        Selection selection = target.name().isEmpty()
                ? selection(definition, request)
                : new Selection(
                        definition,
                        LabelSelector.EVERYTHING,
                        FieldSelector.parse("metadata.name=" + target.name(), definition));
        String namespace = definition.namespaced() ? target.namespace() : "";
        Answer.Stream events = watches.watch(presentation, selection, namespace, WatchOptions.of(request));
        return MessageStream.isAskedFor(request) ? MessageStream.ofEvents(request, events) : events;
    }

    private static Selection selection(ResourceDefinition definition, ApiRequest request) {
        return new Selection(
                definition,
                LabelSelector.parse(request.parameter("labelSelector")),
                FieldSelector.parse(request.parameter("fieldSelector"), definition));
    }

    private Answer create(Presentation presentation, RequestInfo info, ApiRequest request) {
        ResourceDefinition definition = presentation.definition();
        Decoded body = bodies.object(request, definition, "", "CreateOptions");
        ObjectNode object = toStored(definition, body.object());
        if (hooks.guard().concerns(definition)) {
            hooks.guard().check(info, request, definition, object, null);
        }
        String namespace = info.target().namespace();
        Written written = warned(
                body.warnings(),
                () -> store.create(definition, namespace, object, WriteBodies.options(request, "CreateOptions")));
        return object(presentation, 201, "", written.json(), join(body.warnings(), written.warnings()));
    }

    private Answer write(Presentation presentation, RequestInfo info, ApiRequest request) {
        ResourceDefinition definition = presentation.definition();
        RequestInfo.Target target = info.target();
        List<String> warnings = new ArrayList<>();
        Change change = info.verb().equals("update")
                ? bodies.replacement(request, definition, target, warnings)
                : bodies.patch(request, definition, target, warnings);
        if (hooks.guard().concerns(definition)) {
            change = guarded(info, request, definition, change);
        }
        if (target.subresource().equals("scale")) {
            change = Scale.of(definition, change);
        }
        Change meant = viewed(definition, change);
        Written written = warned(
                warnings,
                () -> store.update(
                        definition,
                        key(definition, target),
                        target.subresource(),
                        meant,
                        bodies.writeOptions(request, info.verb())));
        if (written == null) {
            throw new IllegalStateException("a request's change never gives up");
        }
        int status = written.outcome() == Outcome.CREATED ? 201 : 200;
        return object(presentation, status, target.subresource(), written.json(), join(warnings, written.warnings()));
    }

    /** What decoding has to say is said of a write that fails, too. */
    private static <T extends @Nullable Object> T warned(List<String> warnings, Supplier<T> write) {
        try {
            return write.get();
        } catch (ApiException e) {
            throw e.with(warnings);
        }
    }

    private Change guarded(RequestInfo info, ApiRequest request, ResourceDefinition definition, Change change) {
        return new Change() {
            @Override
            public @Nullable ObjectNode apply(@Nullable ObjectNode current) {
                ObjectNode old = current == null ? null : current.deepCopy();
                ObjectNode object = change.apply(current);
                if (object != null) {
                    hooks.guard().check(info, request, definition, object, old);
                }
                return object;
            }

            @Override
            public boolean createsMissing() {
                return change.createsMissing();
            }
        };
    }

    private Answer delete(Presentation presentation, RequestInfo.Target target, ApiRequest request) {
        ResourceDefinition definition = presentation.definition();
        Deletions.Request deletion = Deletions.of(request);
        Written written =
                store.delete(definition, key(definition, target), deletion.options(), deletion.dryRun(), List.of());
        if (written.outcome() == Outcome.MARKED_DELETED || definition.strategy().returnsDeletedObject()) {
            return object(presentation, 200, "", written.json(), written.warnings());
        }
        ObjectNode status = Statuses.deleted(definition, Json.parse(written.json()));
        return encoded(presentation, 200, Json.bytes(status), written.warnings());
    }

    private Answer deleteCollection(Presentation presentation, RequestInfo.Target target, ApiRequest request) {
        ResourceDefinition definition = presentation.definition();
        Deletions.Request deletion = Deletions.of(request);
        ListHandler.Found found =
                lists.find(selection(definition, request), target.namespace(), ListOptions.of(request));
        List<StoredObject> deleted = new ArrayList<>();
        for (StoredObject stored : found.objects()) {
            try {
                Written written =
                        store.delete(definition, stored.key(), deletion.options(), deletion.dryRun(), List.of());
                deleted.add(new StoredObject(stored.key(), stored.revision(), written.json()));
            } catch (ApiException e) {
                // Another client may have been quicker; what is gone is deleted.
                if (!e.reason().equals("NotFound")) {
                    throw e;
                }
            }
        }
        return ListWriter.whole(presentation, new ListHandler.Found(found.revision(), deleted, "", 0));
    }

    private Answer object(
            Presentation presentation, int status, String subresource, byte[] stored, List<String> warnings) {
        boolean scale = subresource.equals("scale");
        if (scale && presentation.form().shape() != Shape.TABLE) {
            byte[] shown = Json.bytes(Scale.show(presentation.definition(), Json.parse(stored)));
            return encoded(presentation, status, shown, warnings);
        }
        return encoded(presentation, status, presentation.one(stored), warnings);
    }

    private static Answer encoded(Presentation presentation, int status, byte[] json, List<String> warnings) {
        boolean yaml = presentation.form().encoding() == Encoding.YAML;
        return new Answer.Whole(
                status,
                yaml ? "application/yaml" : "application/json",
                List.of(yaml ? Yaml.fromJson(json) : json),
                Map.of(),
                warnings);
    }

    private static ObjectNode toStored(ResourceDefinition definition, ObjectNode object) {
        return definition.view() == null ? object : definition.view().toStored(object);
    }

    /** The change of the stored form that a change of the shown form means. */
    private static Change viewed(ResourceDefinition definition, Change change) {
        var view = definition.view();
        if (view == null) {
            return change;
        }
        return new Change() {
            @Override
            public @Nullable ObjectNode apply(@Nullable ObjectNode current) {
                ObjectNode changed = change.apply(current == null ? null : view.fromStored(current));
                return changed == null ? null : view.toStored(changed);
            }

            @Override
            public boolean createsMissing() {
                return change.createsMissing();
            }
        };
    }

    private static List<String> join(List<String> some, List<String> more) {
        List<String> all = new ArrayList<>(some);
        all.addAll(more);
        return all;
    }
}
