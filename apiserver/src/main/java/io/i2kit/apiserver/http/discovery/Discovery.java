package io.i2kit.apiserver.http.discovery;

import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.ResourceNames;
import io.i2kit.apiserver.registry.ResourceTable;
import io.i2kit.apiserver.registry.Subresource;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The discovery documents (rule 38), aggregated and legacy, in JSON. */
public final class Discovery {
    private static final int HASH_BYTES = 8;

    private final ResourceTable table;
    private final String serverAddress;

    /** @param serverAddress {@code host:port} for the legacy list of versions */
    public Discovery(ResourceTable table, String serverAddress) {
        this.table = table;
        this.serverAddress = serverAddress;
    }

    /**
     * {@code APIGroupDiscoveryList}.
     *
     * @param core whether of {@code /api}, else of {@code /apis}
     * @param version {@code v2} or {@code v2beta1}
     */
    public ObjectNode aggregated(boolean core, String version) {
        ObjectNode list = Json.object();
        list.put("kind", "APIGroupDiscoveryList");
        list.put("apiVersion", "apidiscovery.k8s.io/" + version);
        list.putObject("metadata");
        ArrayNode items = list.putArray("items");
        for (Map.Entry<String, List<String>> group : table.versionsByGroup().entrySet()) {
            if (group.getKey().isEmpty() != core) {
                continue;
            }
            ObjectNode item = items.addObject();
            ObjectNode metadata = item.putObject("metadata");
            if (!core) {
                metadata.put("name", group.getKey());
            }
            metadata.putNull("creationTimestamp");
            ArrayNode versions = item.putArray("versions");
            for (String of : group.getValue()) {
                ObjectNode entry = versions.addObject();
                entry.put("version", of);
                ArrayNode resources = entry.putArray("resources");
                table.in(group.getKey(), of).forEach(definition -> aggregated(definition, resources.addObject()));
                entry.put("freshness", "Current");
            }
        }
        return list;
    }

    private static void aggregated(ResourceDefinition definition, ObjectNode to) {
        ResourceNames names = definition.names();
        to.put("resource", names.plural());
        to.set("responseKind", kind(names.group(), names.version(), names.kind()));
        to.put("scope", definition.namespaced() ? "Namespaced" : "Cluster");
        to.put("singularResource", names.singular());
        strings(to, "verbs", definition.verbs());
        strings(to, "shortNames", names.shortNames());
        strings(to, "categories", names.categories());
        if (definition.subresources().isEmpty()) {
            return;
        }
        ArrayNode subresources = to.putArray("subresources");
        for (Subresource subresource : definition.subresources()) {
            ObjectNode entry = subresources.addObject();
            entry.put("subresource", subresource.name());
            entry.set("responseKind", kind(subresource.group(), subresource.version(), subresource.kind()));
            strings(entry, "verbs", subresource.verbs());
        }
    }

    private static ObjectNode kind(String group, String version, String kind) {
        return Json.object().put("group", group).put("version", version).put("kind", kind);
    }

    private static void strings(ObjectNode to, String field, List<String> values) {
        if (!values.isEmpty()) {
            ArrayNode array = to.putArray(field);
            values.forEach(array::add);
        }
    }

    /** {@code APIVersions} of {@code /api}. */
    public ObjectNode coreVersions() {
        ObjectNode object = Json.object();
        object.put("kind", "APIVersions");
        object.putArray("versions").add("v1");
        ObjectNode address = object.putArray("serverAddressByClientCIDRs").addObject();
        address.put("clientCIDR", "0.0.0.0/0");
        address.put("serverAddress", serverAddress);
        return object;
    }

    /** {@code APIGroupList} of {@code /apis}. */
    public ObjectNode groups() {
        ObjectNode list = Json.object();
        list.put("kind", "APIGroupList");
        list.put("apiVersion", "v1");
        ArrayNode groups = list.putArray("groups");
        for (String name : table.versionsByGroup().keySet()) {
            if (!name.isEmpty()) {
                groups.add(describe(name));
            }
        }
        return list;
    }

    /** {@code APIGroup}, or null for an unknown one. */
    public @Nullable ObjectNode group(String name) {
        if (name.isEmpty() || !table.versionsByGroup().containsKey(name)) {
            return null;
        }
        ObjectNode group = Json.object();
        group.put("kind", "APIGroup");
        group.put("apiVersion", "v1");
        group.setAll(describe(name));
        return group;
    }

    private ObjectNode describe(String name) {
        ObjectNode group = Json.object();
        group.put("name", name);
        ArrayNode versions = group.putArray("versions");
        for (String version : table.versionsByGroup().getOrDefault(name, List.of())) {
            versions.addObject().put("groupVersion", name + "/" + version).put("version", version);
        }
        group.set("preferredVersion", versions.get(0).deepCopy());
        return group;
    }

    /** {@code APIResourceList}, or null for an unknown group or version. */
    public @Nullable ObjectNode resources(String group, String version) {
        List<ResourceDefinition> definitions = table.in(group, version);
        if (definitions.isEmpty()) {
            return null;
        }
        ObjectNode list = Json.object();
        list.put("kind", "APIResourceList");
        list.put("apiVersion", "v1");
        list.put("groupVersion", definitions.getFirst().names().apiVersion());
        ArrayNode resources = list.putArray("resources");
        for (ResourceDefinition definition : definitions) {
            ResourceNames names = definition.names();
            ObjectNode entry = resources.addObject();
            entry.put("name", names.plural());
            entry.put("singularName", names.singular());
            entry.put("namespaced", definition.namespaced());
            entry.put("kind", names.kind());
            strings(entry, "verbs", definition.verbs());
            strings(entry, "shortNames", names.shortNames());
            strings(entry, "categories", names.categories());
            if (definition.isStored()) {
                ResourceDefinition stored = table.stored(definition.storedResource());
                entry.put("storageVersionHash", storageVersionHash(stored.names()));
            }
            definition.subresources().forEach(subresource -> subresource(definition, subresource, resources));
        }
        return list;
    }

    /** {@code k8s.io/apiserver/pkg/endpoints/discovery/storageversionhash.go}: eight bytes of the digest of the stored kind. */
    private static String storageVersionHash(ResourceNames names) {
        String kind = names.group() + "/" + names.version() + "/" + names.kind();
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(kind.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(Arrays.copyOf(digest, HASH_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static void subresource(ResourceDefinition definition, Subresource subresource, ArrayNode resources) {
        ResourceNames names = definition.names();
        ObjectNode entry = resources.addObject();
        entry.put("name", names.plural() + "/" + subresource.name());
        entry.put("singularName", "");
        entry.put("namespaced", definition.namespaced());
        if (!subresource.group().equals(names.group()) || !subresource.version().equals(names.version())) {
            entry.put("group", subresource.group());
            entry.put("version", subresource.version());
        }
        entry.put("kind", subresource.kind());
        strings(entry, "verbs", subresource.verbs());
    }
}
