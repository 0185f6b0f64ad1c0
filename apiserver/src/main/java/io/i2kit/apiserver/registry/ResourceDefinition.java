package io.i2kit.apiserver.registry;

import io.i2kit.apiserver.openapi.GoForm;
import io.i2kit.apiserver.openapi.Schema;
import io.i2kit.apiserver.registry.table.Column;
import io.i2kit.apiserver.storage.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Everything the server knows of a kind: one value, made in the kind's own package and listed in {@link ResourceTable}.
 *
 * @param namespaced whether objects live in namespaces
 * @param columns of {@code kubectl get}
 * @param view when the objects are stored as another resource's (events.k8s.io), how they look here; else null
 */
public record ResourceDefinition(
        ResourceNames names,
        boolean namespaced,
        Support support,
        RestStrategy strategy,
        List<Subresource> subresources,
        List<Column> columns,
        @Nullable ObjectView view) {
    private static final List<String> ALL_VERBS =
            List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");
    private static final List<String> SINGLE_VERBS =
            ALL_VERBS.stream().filter(verb -> !verb.equals("deletecollection")).toList();
    private static final List<String> READ_VERBS = List.of("get", "list", "watch");
    private static final List<String> COMPUTED_VERBS = List.of("get", "list");
    private static final List<String> REVIEW_VERBS = List.of("create");

    public ResourceDefinition {
        subresources = List.copyOf(subresources);
        columns = List.copyOf(columns);
    }

    /** A namespaced kind that is acted on, with the default columns and no subresource. */
    public static ResourceDefinition namespaced(ResourceNames names, RestStrategy strategy) {
        return new ResourceDefinition(names, true, Support.SERVED, strategy, List.of(), Column.NAME_AND_AGE, null);
    }

    /** A cluster-scoped kind that is acted on, with the default columns and no subresource. */
    public static ResourceDefinition cluster(ResourceNames names, RestStrategy strategy) {
        return new ResourceDefinition(names, false, Support.SERVED, strategy, List.of(), Column.NAME_AND_AGE, null);
    }

    public ResourceDefinition with(Subresource... more) {
        List<Subresource> all = new ArrayList<>(subresources);
        all.addAll(List.of(more));
        return new ResourceDefinition(names, namespaced, support, strategy, all, columns, view);
    }

    public ResourceDefinition withStatus() {
        return with(Subresource.status(names));
    }

    public ResourceDefinition withColumns(List<Column> other) {
        return new ResourceDefinition(names, namespaced, support, strategy, subresources, other, view);
    }

    public ResourceDefinition withSupport(Support other) {
        return new ResourceDefinition(names, namespaced, other, strategy, subresources, columns, view);
    }

    /** The stored form as this version shows it; may change its argument. */
    public ObjectNode shown(ObjectNode stored) {
        if (view == null) {
            return stored;
        }
        ObjectNode shown = view.fromStored(stored);
        GoForm.complete(shown, Schema.builtIn());
        return shown;
    }

    public ResourceDefinition withView(ObjectView other) {
        return new ResourceDefinition(names, namespaced, support, strategy, subresources, columns, other);
    }

    /** {@code group/plural} under which objects are stored, or {@code plural} for the core group. */
    public String storedResource() {
        if (view != null) {
            return view.storedResource();
        }
        return names.group().isEmpty() ? names.plural() : names.group() + "/" + names.plural();
    }

    /** The group of the stored form: faults name it, as upstream's name that of the internal type. */
    String storedGroup() {
        String stored = storedResource();
        int slash = stored.indexOf('/');
        return slash < 0 ? "" : stored.substring(0, slash);
    }

    /** The key of an object; the namespace is left out for cluster-scoped kinds. */
    public ObjectKey key(String namespace, String name) {
        return new ObjectKey(storedResource(), namespaced ? namespace : "", name);
    }

    public List<String> verbs() {
        return switch (support) {
            case LISTED -> READ_VERBS;
            case COMPUTED -> COMPUTED_VERBS;
            case REVIEW -> REVIEW_VERBS;
            case SERVED, STORED -> strategy.allowsCollectionDeletion() ? ALL_VERBS : SINGLE_VERBS;
        };
    }

    /** Whether there are objects in the store. */
    public boolean isStored() {
        return support != Support.REVIEW && support != Support.COMPUTED;
    }

    /** The subresource, or null. */
    public @Nullable Subresource subresource(String name) {
        for (Subresource subresource : subresources) {
            if (subresource.name().equals(name)) {
                return subresource;
            }
        }
        return null;
    }
}
