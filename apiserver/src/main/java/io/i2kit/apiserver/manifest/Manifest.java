package io.i2kit.apiserver.manifest;

import io.i2kit.apiserver.http.content.Yaml;
import io.i2kit.apiserver.openapi.FieldValidation;
import io.i2kit.apiserver.openapi.GroupVersionKind;
import io.i2kit.apiserver.openapi.Schema;
import io.i2kit.apiserver.patch.StrictDecoder;
import io.i2kit.apiserver.patch.StrictDecoder.Decoded;
import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.NewObjects;
import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.ResourceNames;
import io.i2kit.apiserver.registry.ResourceTable;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The objects of files, as a server would store them: strictly decoded, filled in with the defaults, and checked. Every fault of
 * every document is collected.
 */
public final class Manifest {
    private final ResourceTable table;
    private final Instant now;
    private final StrictDecoder decoder = new StrictDecoder(Schema.builtIn());
    private final List<Entry> entries = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    /** One object. */
    public record Entry(ResourceNames names, ObjectNode object) {}

    /** @param table the kinds that are known */
    public Manifest(ResourceTable table, Instant now) {
        this.table = table;
        this.now = now;
    }

    /**
     * Adds the objects of a file.
     *
     * @param file its name, for messages
     * @param content YAML documents or JSON
     */
    public void add(String file, byte[] content) {
        List<String> documents = Documents.in(new String(content, StandardCharsets.UTF_8));
        for (int i = 0; i < documents.size(); i++) {
            String place = documents.size() == 1 ? file : file + ", document " + (i + 1);
            document(place, documents.get(i).getBytes(StandardCharsets.UTF_8));
        }
    }

    private void document(String place, byte[] document) {
        ObjectNode tree;
        try {
            tree = Yaml.parse(document);
        } catch (ApiException e) {
            problems.add(place + ": " + e.getMessage());
            return;
        }
        if (tree.path("items").isArray() && tree.path("kind").asString("").endsWith("List")) {
            for (JsonNode item : tree.path("items")) {
                if (item instanceof ObjectNode object) {
                    object(place, object, kind -> decoder.decode(object, kind, FieldValidation.STRICT));
                }
            }
            return;
        }
        object(place, tree, kind -> decoder.decode(document, StrictDecoder.Format.YAML, kind, FieldValidation.STRICT));
    }

    /** Decodes an object of a known kind. */
    @FunctionalInterface
    private interface Decoding {
        Decoded as(GroupVersionKind kind);
    }

    private void object(String place, ObjectNode tree, Decoding decoding) {
        String version = tree.path("apiVersion").asString("");
        String kind = tree.path("kind").asString("");
        if (version.isEmpty() || kind.isEmpty()) {
            problems.add(
                    place + ": error validating data: " + (version.isEmpty() ? "apiVersion" : "kind") + " not set");
            return;
        }
        GroupVersionKind wanted = GroupVersionKind.of(version, kind);
        ResourceDefinition definition = find(wanted);
        if (definition == null) {
            problems.add(place + ": no matches for kind \"" + kind + "\" in version \"" + version + "\"");
            return;
        }
        admit(place, definition, () -> decoding.as(wanted));
    }

    private void admit(String place, ResourceDefinition definition, Supplier<Decoded> decoding) {
        try {
            Decoded decoded = decoding.get();
            for (String warning : NewObjects.admit(definition, decoded.object(), now)) {
                warnings.add(place + ": " + warning);
            }
            entries.add(new Entry(definition.names(), decoded.object()));
        } catch (ApiException e) {
            problems.add(place + ": " + e.getMessage());
        }
    }

    private @Nullable ResourceDefinition find(GroupVersionKind kind) {
        for (ResourceDefinition definition : table.in(kind.group(), kind.version())) {
            if (definition.names().kind().equals(kind.kind())) {
                return definition;
            }
        }
        return null;
    }

    /** Those without a fault, in the order of the files. */
    public List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** What a server would say in {@code Warning:} headers, each with its place. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** What a server would refuse, each with its place; empty when all is well. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    /** The Pod templates, in the order of the files. */
    public List<PodTemplate> templates() {
        List<PodTemplate> templates = new ArrayList<>();
        for (Entry entry : entries) {
            PodTemplate.in(entry).ifPresent(templates::add);
        }
        return templates;
    }
}
