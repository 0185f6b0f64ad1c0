package io.i2kit.apiserver.registry;

import java.util.List;
import java.util.Locale;

/**
 * What a resource is called.
 *
 * @param group empty for the core group
 * @param plural lower case, as in the URL
 * @param kind in CamelCase
 * @param categories for example {@code all}
 */
public record ResourceNames(
        String group, String version, String plural, String kind, List<String> shortNames, List<String> categories) {
    public ResourceNames {
        shortNames = List.copyOf(shortNames);
        categories = List.copyOf(categories);
    }

    /** {@code apps/v1}, or {@code v1}. */
    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    public String singular() {
        return kind.toLowerCase(Locale.ROOT);
    }

    public String listKind() {
        return kind + "List";
    }

    /** {@code deployments.apps}, or {@code pods}: how messages and events name the resource. */
    public String qualified() {
        return group.isEmpty() ? plural : plural + "." + group;
    }
}
