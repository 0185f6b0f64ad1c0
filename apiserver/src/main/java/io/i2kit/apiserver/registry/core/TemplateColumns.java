package io.i2kit.apiserver.registry.core;

import io.i2kit.apiserver.registry.table.Column;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** The wide columns of kinds with a Pod template: {@code layoutContainerCells}. */
public final class TemplateColumns {
    private TemplateColumns() {}

    /** @param template the dotted path of the template */
    public static Column containers(String template) {
        return Column.wide(
                "Containers", "Names of each container in the template.", object -> joined(object, template, "name"));
    }

    /** @param template the dotted path of the template */
    public static Column images(String template) {
        return Column.wide(
                "Images",
                "Images referenced by each container in the template.",
                object -> joined(object, template, "image"));
    }

    private static String joined(JsonNode object, String template, String field) {
        JsonNode node = object;
        for (String part : template.split("\\.", -1)) {
            node = node.path(part);
        }
        List<String> values = new ArrayList<>();
        for (JsonNode container : node.path("spec").path("containers")) {
            values.add(container.path(field).asString(""));
        }
        return String.join(",", values);
    }
}
