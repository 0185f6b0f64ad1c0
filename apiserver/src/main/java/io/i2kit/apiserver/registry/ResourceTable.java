package io.i2kit.apiserver.registry;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All kinds of a server, in the order of discovery. */
public final class ResourceTable {
    private final Map<String, ResourceDefinition> byPath = new LinkedHashMap<>();
    private final Map<String, ResourceDefinition> byStored = new LinkedHashMap<>();

    public ResourceTable(Collection<ResourceDefinition> definitions) {
        for (ResourceDefinition definition : definitions) {
            ResourceNames names = definition.names();
            byPath.put(path(names.group(), names.version(), names.plural()), definition);
            if (definition.view() == null) {
                byStored.put(definition.storedResource(), definition);
            }
        }
    }

    /** The same, but kinds that nothing acts on cannot be written. */
    public ResourceTable refusingStored() {
        return new ResourceTable(all().stream()
                .map(definition ->
                        definition.support() == Support.STORED ? definition.withSupport(Support.LISTED) : definition)
                .toList());
    }

    /** The kind served at a URL, or null. */
    public @Nullable ResourceDefinition find(String group, String version, String plural) {
        return byPath.get(path(group, version, plural));
    }

    /** The kind whose objects are stored under {@code group/plural}. */
    public ResourceDefinition stored(String resource) {
        ResourceDefinition definition = byStored.get(resource);
        if (definition == null) {
            throw new IllegalArgumentException("no resource " + resource);
        }
        return definition;
    }

    public List<ResourceDefinition> all() {
        return List.copyOf(byPath.values());
    }

    /** Those of one group and version. */
    public List<ResourceDefinition> in(String group, String version) {
        List<ResourceDefinition> found = new ArrayList<>();
        for (ResourceDefinition definition : byPath.values()) {
            if (definition.names().group().equals(group)
                    && definition.names().version().equals(version)) {
                found.add(definition);
            }
        }
        return found;
    }

    /** Versions of each group, in order of preference; the core group is the empty name. */
    public Map<String, List<String>> versionsByGroup() {
        Map<String, List<String>> versions = new LinkedHashMap<>();
        for (ResourceDefinition definition : byPath.values()) {
            List<String> of = versions.computeIfAbsent(definition.names().group(), group -> new ArrayList<>());
            if (!of.contains(definition.names().version())) {
                of.add(definition.names().version());
            }
        }
        return versions;
    }

    private static String path(String group, String version, String plural) {
        return group + "/" + version + "/" + plural;
    }
}
