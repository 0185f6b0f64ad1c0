package io.i2kit.apiserver.registry.autoscaling;

import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.ResourceNames;
import io.i2kit.apiserver.registry.Support;
import io.i2kit.apiserver.registry.table.Column;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** HorizontalPodAutoscalers: stored as {@code v2}, shown as {@code v1} too. */
public final class AutoscalingResources {
    private AutoscalingResources() {}

    /** In the order of preference: upstream prefers {@code v2}. */
    public static List<ResourceDefinition> all() {
        ResourceDefinition stored = ResourceDefinition.namespaced(names("v2"), new AutoscalerStrategy())
                .withStatus()
                .withColumns(AutoscalerColumns.ALL)
                .withSupport(Support.STORED);
        AutoscalerView view = new AutoscalerView(stored);
        List<Column> columns = new ArrayList<>();
        for (Column column : stored.columns()) {
            columns.add(new Column(
                    column.name(),
                    column.type(),
                    column.format(),
                    column.description(),
                    column.priority(),
                    object -> column.cell().of(view.toStored((ObjectNode) object.deepCopy()))));
        }
        return List.of(
                stored,
                ResourceDefinition.namespaced(names("v1"), stored.strategy())
                        .withStatus()
                        .withColumns(columns)
                        .withSupport(Support.STORED)
                        .withView(view));
    }

    private static ResourceNames names(String version) {
        return new ResourceNames(
                "autoscaling",
                version,
                "horizontalpodautoscalers",
                "HorizontalPodAutoscaler",
                List.of("hpa"),
                List.of("all"));
    }
}
