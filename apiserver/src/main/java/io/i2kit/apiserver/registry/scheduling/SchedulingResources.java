package io.i2kit.apiserver.registry.scheduling;

import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.ResourceNames;
import io.i2kit.apiserver.registry.table.Column;
import java.util.List;

/** PriorityClasses. */
public final class SchedulingResources {
    private SchedulingResources() {}

    public static List<ResourceDefinition> all() {
        ResourceNames names = new ResourceNames(
                "scheduling.k8s.io", "v1", "priorityclasses", "PriorityClass", List.of("pc"), List.of());
        return List.of(ResourceDefinition.cluster(names, new PriorityClassStrategy())
                .withColumns(List.of(
                        Column.nameColumn(),
                        Column.number(
                                "Value",
                                "The priority that pods of this class get.",
                                type -> type.path("value").asInt(0)),
                        Column.truth(
                                "Global-Default",
                                "Whether pods without a class have this one.",
                                type -> type.path("globalDefault").asBoolean(false)),
                        Column.age(),
                        Column.text(
                                "PreemptionPolicy",
                                "Whether pods of this class preempt others.",
                                type -> type.path("preemptionPolicy").asString("")))));
    }
}
