package io.i2kit.apiserver.openapi;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The {@code paths} of an OpenAPI v3 document, from the resources that are served. */
final class OpenApiPaths {
    static final String REFERENCE = "#/components/schemas/";
    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** The word of {@code x-kubernetes-action} and of operation ids, and the method, of each verb. */
    private enum Verb {
        GET("read", "get"),
        LIST("list", "get"),
        CREATE("create", "post"),
        UPDATE("replace", "put"),
        PATCH("patch", "patch"),
        DELETE("delete", "delete"),
        DELETECOLLECTION("deletecollection", "delete");

        private final String action;
        private final String method;

        Verb(String action, String method) {
            this.action = action;
            this.method = method;
        }

        static Stream<Verb> among(List<String> verbs) {
            return Stream.of(values()).filter(verb -> verbs.contains(verb.name().toLowerCase(Locale.ROOT)));
        }

        boolean onCollection() {
            return this == LIST || this == CREATE || this == DELETECOLLECTION;
        }
    }

    private static final Map<String, String> QUERY = Map.ofEntries(
            Map.entry("pretty", "If 'true', then the output is pretty printed."),
            Map.entry(
                    "dryRun",
                    "When present, indicates that modifications should not be persisted. Valid values are: All."),
            Map.entry("fieldManager", "The name of the actor or entity that is making these changes."),
            Map.entry(
                    "fieldValidation",
                    "What to do with objects that contain unknown or duplicate fields: Ignore, Warn or Strict."),
            Map.entry("force", "Take fields over from other managers; only for apply requests."),
            Map.entry("labelSelector", "Restricts the list of returned objects by their labels."),
            Map.entry("fieldSelector", "Restricts the list of returned objects by their fields."),
            Map.entry("limit", "The most items to answer at once; the continue token leads on."),
            Map.entry("continue", "The token of the next page of a list."),
            Map.entry("resourceVersion", "How recent the answer must be."),
            Map.entry("resourceVersionMatch", "How resourceVersion is meant: Exact or NotOlderThan."),
            Map.entry("sendInitialEvents", "Start a watch with the present objects and a bookmark that ends them."),
            Map.entry("allowWatchBookmarks", "Send bookmarks, which carry a resourceVersion only, in a watch."),
            Map.entry("timeoutSeconds", "Ends a list or watch after this time, whatever its activity."),
            Map.entry(
                    "watch",
                    "Watch for changes to the described resources and return them as a stream of add, update, and"
                            + " remove notifications."),
            Map.entry("gracePeriodSeconds", "Seconds before the object is deleted; 0 is at once."),
            Map.entry("orphanDependents", "Deprecated: use propagationPolicy. Whether dependents are kept."),
            Map.entry(
                    "propagationPolicy", "Whether and how dependents are deleted: Orphan, Background or Foreground."));
    private static final List<String> SELECTION = List.of(
            "labelSelector",
            "fieldSelector",
            "limit",
            "continue",
            "resourceVersion",
            "resourceVersionMatch",
            "sendInitialEvents",
            "timeoutSeconds");
    private static final List<String> DELETION =
            List.of("dryRun", "gracePeriodSeconds", "orphanDependents", "propagationPolicy");
    private static final Set<String> FLAGS =
            Set.of("force", "watch", "allowWatchBookmarks", "sendInitialEvents", "orphanDependents");
    private static final Set<String> NUMBERS = Set.of("limit", "timeoutSeconds", "gracePeriodSeconds");

    private final Function<GroupVersionKind, @Nullable String> definitionNames;
    private final ObjectNode paths = NODES.objectNode();

    private OpenApiPaths(Function<GroupVersionKind, @Nullable String> definitionNames) {
        this.definitionNames = definitionNames;
    }

    /** @param definitionNames the definition that describes a kind, or null */
    static ObjectNode of(
            List<OpenApiResource> resources, Function<GroupVersionKind, @Nullable String> definitionNames) {
        OpenApiPaths out = new OpenApiPaths(definitionNames);
        resources.forEach(out::add);
        return out.paths;
    }

    private void add(OpenApiResource resource) {
        String group = resource.kind().group();
        String root = (group.isEmpty() ? "/api/" : "/apis/") + resource.kind().apiVersion() + "/";
        String collection = root + (resource.namespaced() ? "namespaces/{namespace}/" : "") + resource.plural();
        GroupVersionKind kind = resource.kind();
        Verb.among(resource.verbs())
                .filter(Verb::onCollection)
                .forEach(verb -> operation(collection, resource, verb, kind, ""));
        if (resource.namespaced() && resource.verbs().contains("list")) {
            operation(root + resource.plural(), resource, Verb.LIST, kind, "ForAllNamespaces");
        }
        String item = collection + "/{name}";
        Verb.among(resource.verbs())
                .filter(verb -> !verb.onCollection())
                .forEach(verb -> operation(item, resource, verb, kind, ""));
        for (OpenApiResource.Subresource sub : resource.subresources()) {
            Verb.among(sub.verbs())
                    .forEach(verb ->
                            operation(item + "/" + sub.name(), resource, verb, sub.kind(), capital(sub.name())));
        }
    }

    private void operation(String path, OpenApiResource resource, Verb verb, GroupVersionKind kind, String suffix) {
        ObjectNode item = paths.withObjectProperty(path);
        parameters(item, path);
        ObjectNode operation = item.putObject(verb.method);
        String version = resource.kind().apiVersion().replace('.', '/');
        String tag = Stream.of(version.split("/")).map(OpenApiPaths::capital).collect(Collectors.joining());
        boolean all = suffix.equals("ForAllNamespaces");
        operation
                .putArray("tags")
                .add((resource.kind().group().isEmpty() ? "core_" : "")
                        + resource.kind().apiVersion().replaceAll("[/.]", "_"));
        operation.put(
                "description",
                verb.action + " " + (suffix.isEmpty() || all ? "" : suffix.toLowerCase(Locale.ROOT) + " of ")
                        + "the specified " + resource.kind().kind());
        operation.put(
                "operationId",
                verb.action
                        + (resource.kind().group().isEmpty() ? "Core" : "")
                        + tag
                        + (resource.namespaced() && !all ? "Namespaced" : "")
                        + resource.kind().kind()
                        + suffix);
        query(operation.putArray("parameters"), verb);
        body(operation, verb, kind);
        responses(operation.putObject("responses"), verb, kind);
        operation.put(
                "x-kubernetes-action",
                verb == Verb.GET ? "get" : verb == Verb.CREATE ? "post" : verb == Verb.UPDATE ? "put" : verb.action);
        operation
                .putObject("x-kubernetes-group-version-kind")
                .put("group", kind.group())
                .put("kind", kind.kind())
                .put("version", kind.version());
    }

    private static void parameters(ObjectNode item, String path) {
        if (item.has("parameters")) {
            return;
        }
        ArrayNode parameters = item.putArray("parameters");
        for (String name : List.of("name", "namespace")) {
            if (path.contains("{" + name + "}")) {
                parameters
                        .addObject()
                        .put("name", name)
                        .put("in", "path")
                        .put("required", true)
                        .set("schema", NODES.objectNode().put("type", "string").put("uniqueItems", true));
            }
        }
    }

    private static void query(ArrayNode parameters, Verb verb) {
        List<String> names = new ArrayList<>(List.of("pretty"));
        switch (verb) {
            case GET -> {}
            case LIST -> {
                names.addAll(List.of("watch", "allowWatchBookmarks"));
                names.addAll(SELECTION);
            }
            case CREATE, UPDATE -> names.addAll(List.of("dryRun", "fieldManager", "fieldValidation"));
            case PATCH -> names.addAll(List.of("dryRun", "fieldManager", "fieldValidation", "force"));
            case DELETE -> names.addAll(DELETION);
            case DELETECOLLECTION -> {
                names.addAll(SELECTION);
                names.addAll(DELETION);
            }
        }
        for (String name : names) {
            parameters
                    .addObject()
                    .put("name", name)
                    .put("in", "query")
                    .put("description", QUERY.getOrDefault(name, ""))
                    .set("schema", NODES.objectNode().put("type", type(name)).put("uniqueItems", true));
        }
    }

    private static String type(String parameter) {
        return FLAGS.contains(parameter) ? "boolean" : NUMBERS.contains(parameter) ? "integer" : "string";
    }

    private void body(ObjectNode operation, Verb verb, GroupVersionKind kind) {
        switch (verb) {
            case CREATE, UPDATE -> {
                ObjectNode body = operation.putObject("requestBody").put("required", true);
                content(body, List.of("*/*"), definitionNames.apply(kind));
            }
            case PATCH ->
                content(
                        operation.putObject("requestBody").put("required", true),
                        List.of(
                                "application/apply-patch+yaml",
                                "application/json-patch+json",
                                "application/merge-patch+json",
                                "application/strategic-merge-patch+json"),
                        META + "Patch");
            case DELETE, DELETECOLLECTION ->
                content(operation.putObject("requestBody"), List.of("*/*"), META + "DeleteOptions");
            case GET, LIST -> {}
        }
    }

    private void responses(ObjectNode responses, Verb verb, GroupVersionKind kind) {
        String name = switch (verb) {
            case LIST ->
                definitionNames.apply(new GroupVersionKind(kind.group(), kind.version(), kind.kind() + "List"));
            case DELETE, DELETECOLLECTION -> META + "Status";
            default -> definitionNames.apply(kind);
        };
        content(responses.putObject("200").put("description", "OK"), List.of("application/json"), name);
        if (verb == Verb.CREATE || verb == Verb.UPDATE || verb == Verb.PATCH) {
            content(responses.putObject("201").put("description", "Created"), List.of("application/json"), name);
        }
        responses.putObject("401").put("description", "Unauthorized");
    }

    private static void content(ObjectNode owner, List<String> types, @Nullable String definition) {
        ObjectNode content = owner.putObject("content");
        for (String type : types) {
            ObjectNode schema = content.putObject(type).putObject("schema");
            if (definition == null) {
                schema.put("type", "string");
            } else {
                schema.put("$ref", REFERENCE + definition);
            }
        }
    }

    private static String capital(String word) {
        return word.isEmpty() ? word : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }
}
