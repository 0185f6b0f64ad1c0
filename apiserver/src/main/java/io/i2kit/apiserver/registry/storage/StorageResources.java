package io.i2kit.apiserver.registry.storage;

import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.ResourceNames;
import io.i2kit.apiserver.registry.Support;
import io.i2kit.apiserver.registry.table.Column;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** The kinds of {@code storage.k8s.io}. */
public final class StorageResources {
    private static final List<String> DEFAULT_MARKS =
            List.of("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class");

    private StorageResources() {}

    /** In the order of discovery. */
    public static List<ResourceDefinition> all() {
        List<ResourceDefinition> all = new ArrayList<>(CsiResources.all());
        all.addAll(classes());
        return all;
    }

    private static List<ResourceDefinition> classes() {
        return List.of(
                ResourceDefinition.cluster(names("storageclasses", "StorageClass", "sc"), new StorageClassStrategy())
                        .withColumns(List.of(
                                Column.named(StorageResources::className),
                                text("Provisioner", "The type of the provisioner.", "provisioner", ""),
                                text("ReclaimPolicy", "What becomes of released volumes.", "reclaimPolicy", "Delete"),
                                text("VolumeBindingMode", "When claims are bound.", "volumeBindingMode", "Immediate"),
                                Column.text(
                                        "AllowVolumeExpansion",
                                        "Whether volumes may grow.",
                                        type -> type.path("allowVolumeExpansion")
                                                .asBoolean(false)),
                                Column.age()))
                        .withSupport(Support.STORED),
                ResourceDefinition.cluster(
                                names("volumeattributesclasses", "VolumeAttributesClass", "vac"),
                                new VolumeAttributesClassStrategy())
                        .withColumns(List.of(
                                Column.nameColumn(),
                                text("DriverName", "The name of the CSI driver.", "driverName", ""),
                                Column.age()))
                        .withSupport(Support.STORED));
    }

    private static Column text(String name, String description, String field, String missing) {
        return Column.text(name, description, type -> type.path(field).asString(missing));
    }

    private static String className(JsonNode type) {
        JsonNode annotations = type.path("metadata").path("annotations");
        boolean isDefault = DEFAULT_MARKS.stream()
                .anyMatch(mark -> annotations.path(mark).asString("").equals("true"));
        return isDefault ? Meta.name(type) + " (default)" : Meta.name(type);
    }

    private static ResourceNames names(String plural, String kind, String shortName) {
        return new ResourceNames("storage.k8s.io", "v1", plural, kind, List.of(shortName), List.of());
    }
}
