package io.i2kit.apiserver.registry.storagemigration;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.ResourceNames;
import io.i2kit.apiserver.registry.Support;
import io.i2kit.apiserver.registry.table.Column;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** StorageVersionMigrations: kept for whoever migrates; this server stores one version of each kind. */
public final class StorageMigrationResources {
    private static final Set<String> STATES = Set.of("Running", "Failed", "Succeeded");

    private StorageMigrationResources() {}

    public static List<ResourceDefinition> all() {
        ResourceNames names = new ResourceNames(
                "storagemigration.k8s.io",
                "v1",
                "storageversionmigrations",
                "StorageVersionMigration",
                List.of(),
                List.of());
        return List.of(ResourceDefinition.cluster(names, new StorageVersionMigrationStrategy())
                .withStatus()
                .withColumns(List.of(
                        new Column(
                                "Name",
                                "string",
                                "",
                                "Name must be unique within a namespace.",
                                0,
                                migration -> text(migration.path("metadata"), "name")),
                        Column.text("Resource", "GroupResource to migrate", StorageMigrationResources::resource),
                        Column.text("Status", "Status of the migration", StorageMigrationResources::state)))
                .withSupport(Support.STORED));
    }

    private static String resource(JsonNode migration) {
        JsonNode resource = migration.path("spec").path("resource");
        String group = text(resource, "group");
        return text(resource, "resource") + (group.isEmpty() ? "" : "." + group);
    }

    private static String state(JsonNode migration) {
        String state = "Unknown";
        for (JsonNode condition : migration.path("status").path("conditions")) {
            if (text(condition, "status").equals("True") && STATES.contains(text(condition, "type"))) {
                state = text(condition, "type");
            }
        }
        return state;
    }
}
