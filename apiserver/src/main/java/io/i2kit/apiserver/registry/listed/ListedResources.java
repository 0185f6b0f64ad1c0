package io.i2kit.apiserver.registry.listed;

import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.ResourceNames;
import io.i2kit.apiserver.registry.SpecStrategy;
import io.i2kit.apiserver.registry.Support;
import io.i2kit.apiserver.registry.table.Column;
import java.util.List;

/** Kinds that clients expect to list and that cannot be made here. */
public final class ListedResources {
    private ListedResources() {}

    public static List<ResourceDefinition> all() {
        return List.of(customResourceDefinitions());
    }

    private static ResourceDefinition customResourceDefinitions() {
        ResourceNames names = new ResourceNames(
                "apiextensions.k8s.io",
                "v1",
                "customresourcedefinitions",
                "CustomResourceDefinition",
                List.of("crd", "crds"),
                List.of("api-extensions"));
        Column created = new Column(
                "Created At",
                "date",
                "",
                "When the object was created.",
                0,
                (definition, now) ->
                        definition.path("metadata").path("creationTimestamp").asString(""));
        return ResourceDefinition.cluster(names, new SpecStrategy())
                .withColumns(List.of(Column.nameColumn(), created))
                .withSupport(Support.LISTED);
    }
}
