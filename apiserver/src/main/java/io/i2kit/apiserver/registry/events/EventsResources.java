package io.i2kit.apiserver.registry.events;

import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.ObjectView;
import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.ResourceNames;
import io.i2kit.apiserver.registry.core.EventStrategy;
import io.i2kit.apiserver.registry.table.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code events.k8s.io/v1}: another view of the core Events, as {@code pkg/apis/events/v1/conversion.go} has it. */
public final class EventsResources {
    private EventsResources() {}

    /** @param core the definition of {@code v1} Events */
    public static List<ResourceDefinition> all(ResourceDefinition core) {
        EventView view = new EventView(core);
        ResourceNames names = new ResourceNames("events.k8s.io", "v1", "events", "Event", List.of("ev"), List.of());
        List<Column> columns = new ArrayList<>();
        for (Column column : core.columns()) {
            columns.add(new Column(
                    column.name(),
                    column.type(),
                    column.format(),
                    column.description(),
                    column.priority(),
                    event -> column.cell().of(view.toStored((ObjectNode) event.deepCopy()))));
        }
        return List.of(ResourceDefinition.namespaced(names, EventStrategy.strict())
                .withColumns(columns)
                .withView(view));
    }

    private record EventView(ResourceDefinition core) implements ObjectView {
        /** Names of the stored form to names here. */
        private static final Map<String, String> RENAMED = Map.of(
                "involvedObject", "regarding",
                "message", "note",
                "reportingComponent", "reportingController",
                "source", "deprecatedSource",
                "firstTimestamp", "deprecatedFirstTimestamp",
                "lastTimestamp", "deprecatedLastTimestamp",
                "count", "deprecatedCount");

        @Override
        public String storedResource() {
            return core.storedResource();
        }

        @Override
        public ObjectNode fromStored(ObjectNode stored) {
            ObjectNode shown = Json.object();
            for (Map.Entry<String, JsonNode> entry : stored.properties()) {
                shown.set(RENAMED.getOrDefault(entry.getKey(), entry.getKey()), entry.getValue());
            }
            return shown.put("apiVersion", "events.k8s.io/v1");
        }

        @Override
        public String storedField(String path) {
            return path.equals("reportingController")
                    ? "reportingComponent"
                    : path.replace("regarding.", "involvedObject.");
        }

        @Override
        public ObjectNode toStored(ObjectNode shown) {
            ObjectNode stored = shown.deepCopy();
            for (Map.Entry<String, String> names : RENAMED.entrySet()) {
                JsonNode value = stored.remove(names.getValue());
                if (value != null) {
                    stored.set(names.getKey(), value);
                }
            }
            return stored.put("apiVersion", core.names().apiVersion());
        }
    }
}
