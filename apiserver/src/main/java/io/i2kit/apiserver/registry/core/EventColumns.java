package io.i2kit.apiserver.registry.core;

import io.i2kit.apiserver.registry.table.Ages;
import io.i2kit.apiserver.registry.table.Column;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** Columns of Events: printEvent of {@code pkg/printers/internalversion/printers.go}. */
public final class EventColumns {
    /** Of {@code v1} Events. */
    public static final List<Column> ALL = List.of(
            Column.text("Last Seen", "Time of the last occurrence.", EventColumns::lastSeen),
            Column.text(
                    "Type", "Type of the event.", event -> event.path("type").asString("")),
            Column.text(
                    "Reason",
                    "Reason of the event.",
                    event -> event.path("reason").asString("")),
            Column.text("Object", "What it is about.", EventColumns::object),
            Column.wide(
                    "Subobject",
                    "The part that it is about.",
                    event -> event.path("involvedObject").path("fieldPath").asString("")),
            Column.wide("Source", "Who reports it.", EventColumns::source),
            Column.text(
                    "Message",
                    "What happened.",
                    event -> event.path("message").asString("").strip()),
            Column.text("First Seen", "Time of the first occurrence.", EventColumns::firstSeen)
                    .onlyWide(),
            Column.wide("Count", "How often it happened.", EventColumns::count),
            Column.nameColumn().onlyWide());

    private EventColumns() {}

    private static Object firstSeen(JsonNode event) {
        String first = event.path("firstTimestamp").asString("");
        return Ages.since(first.isEmpty() ? event.path("eventTime").asString("") : first);
    }

    private static Object lastSeen(JsonNode event) {
        String observed = event.path("series").path("lastObservedTime").asString("");
        String last = observed.isEmpty() ? event.path("lastTimestamp").asString("") : observed;
        return last.isEmpty() ? firstSeen(event) : Ages.since(last);
    }

    private static String object(JsonNode event) {
        JsonNode about = event.path("involvedObject");
        String kind = about.path("kind").asString("").toLowerCase(Locale.ROOT);
        String name = about.path("name").asString("");
        return name.isEmpty() ? kind : kind + "/" + name;
    }

    private static String source(JsonNode event) {
        String component = event.path("source").path("component").asString("");
        if (component.isEmpty()) {
            component = event.path("reportingComponent").asString("");
        }
        String host = event.path("source").path("host").asString("");
        if (host.isEmpty()) {
            host = event.path("reportingInstance").asString("");
        }
        return host.isEmpty() ? component : component + ", " + host;
    }

    private static Object count(JsonNode event) {
        long series = event.path("series").path("count").asLong(0);
        long count = series > 0 ? series : event.path("count").asLong(0);
        return Math.max(count, 1);
    }
}
