package io.i2kit.apiserver.openapi;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The OpenAPI documents of the resources served: v3, one for each group-version with its index, and v2 in one. They are made when
 * first asked for and kept; safe for any thread.
 */
public final class OpenApiDocuments {
    private static final String RESOURCE = "definitions.json";
    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";

    /**
     * @param body JSON, or protobuf where it says so; never modified
     * @param hash SHA-512 of it in capital hexadecimal digits: the {@code hash} of its address and its ETag
     */
    @SuppressWarnings("ArrayRecordComponent") // shared on purpose: one encoding serves every reader
    public record Document(byte[] body, String hash) {
        static Document of(ObjectNode tree) {
            return of(JsonMapper.shared().writeValueAsBytes(tree));
        }

        static Document of(byte[] body) {
            try {
                byte[] digest = MessageDigest.getInstance("SHA-512").digest(body);
                return new Document(body, HexFormat.of().withUpperCase().formatHex(digest));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-512", e);
            }
        }
    }

    private record Made(Document index, Map<String, Document> v3, Document v2, Document v2Protobuf) {}

    private final List<OpenApiResource> resources;
    private final String version;
    private volatile @Nullable Made made;

    /** @param version of Kubernetes, for example {@code v1.37.2} */
    public OpenApiDocuments(List<OpenApiResource> resources, String version) {
        this.resources = List.copyOf(resources);
        this.version = version;
    }

    /** The body of {@code /openapi/v3}. */
    public Document index() {
        return made().index();
    }

    /** @param path of the index: {@code api/v1}, {@code apis/apps/v1}; null for one that is not served */
    public @Nullable Document v3(String path) {
        return made().v3().get(path);
    }

    /** The body of {@code /openapi/v2}. */
    public Document v2() {
        return made().v2();
    }

    /** The same as the message {@code openapi.v2.Document}. */
    public Document v2Protobuf() {
        return made().v2Protobuf();
    }

    private Made made() {
        Made done = made;
        if (done == null) {
            synchronized (this) {
                done = made == null ? make() : made;
                made = done;
            }
        }
        return done;
    }

    private Made make() {
        ObjectNode definitions = definitions();
        Map<GroupVersionKind, String> names = new HashMap<>();
        for (Map.Entry<String, JsonNode> definition : definitions.properties()) {
            for (JsonNode kind : definition.getValue().path("x-kubernetes-group-version-kind")) {
                names.putIfAbsent(
                        new GroupVersionKind(
                                kind.path("group").asString(""),
                                kind.path("version").asString(""),
                                kind.path("kind").asString("")),
                        definition.getKey());
            }
        }
        Map<String, List<OpenApiResource>> byVersion = resources.stream()
                .collect(Collectors.groupingBy(
                        resource -> (resource.kind().group().isEmpty() ? "api/" : "apis/")
                                + resource.kind().apiVersion(),
                        TreeMap::new,
                        Collectors.toList()));
        Map<String, Document> v3 = new TreeMap<>();
        ObjectNode index = JsonNodeFactory.instance.objectNode();
        ObjectNode allPaths = JsonNodeFactory.instance.objectNode();
        byVersion.forEach((path, served) -> {
            ObjectNode paths = OpenApiPaths.of(served, names::get);
            allPaths.setAll(paths);
            Document document = Document.of(document(paths, definitions));
            v3.put(path, document);
            index.withObjectProperty("paths")
                    .putObject(path)
                    .put("serverRelativeURL", "/openapi/v3/" + path + "?hash=" + document.hash());
        });
        ObjectNode v2 = swagger(allPaths, definitions);
        Document binary = Document.of(OpenApiV2Protobuf.document(v2));
        return new Made(Document.of(index), Map.copyOf(v3), Document.of(v2), binary);
    }

    private ObjectNode document(ObjectNode paths, ObjectNode definitions) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("openapi", "3.0.0");
        document.putObject("info").put("title", "Kubernetes").put("version", version);
        document.set("paths", paths);
        ObjectNode schemas = document.putObject("components").putObject("schemas");
        used(paths, definitions).forEach(name -> schemas.set(name, definitions.path(name)));
        return document;
    }

    private ObjectNode swagger(ObjectNode paths, ObjectNode definitions) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("swagger", "2.0");
        document.putObject("info").put("title", "Kubernetes").put("version", version);
        document.set("paths", OpenApiV2.paths(paths));
        ObjectNode out = document.putObject("definitions");
        used(paths, definitions)
                .forEach(name -> out.set(name, OpenApiV2.definition((ObjectNode) definitions.path(name))));
        return document;
    }

    /** The definitions that paths name, and those that these name. */
    private static TreeSet<String> used(ObjectNode paths, ObjectNode definitions) {
        TreeSet<String> names = new TreeSet<>();
        Deque<JsonNode> todo = new ArrayDeque<>(List.of(paths));
        names.add(META + "WatchEvent");
        todo.add(definitions.path(META + "WatchEvent"));
        while (!todo.isEmpty()) {
            JsonNode node = todo.pop();
            JsonNode reference = node.path("$ref");
            if (reference.isString()) {
                String name = reference.asString().substring(OpenApiPaths.REFERENCE.length());
                if (names.add(name)) {
                    todo.push(definitions.path(name));
                }
            }
            node.forEach(todo::push);
        }
        return names;
    }

    private static ObjectNode definitions() {
        try (InputStream in = OpenApiDocuments.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("the build left out " + RESOURCE);
            }
            return (ObjectNode) JsonMapper.shared().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
