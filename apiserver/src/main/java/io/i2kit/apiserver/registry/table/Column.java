package io.i2kit.apiserver.registry.table;

import java.time.Instant;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * One column of a Table ({@code metav1.TableColumnDefinition}) and how its cell is computed.
 *
 * @param type {@code string}, {@code integer} …
 * @param format {@code name} for the name column, else empty
 * @param priority 0 always shown, 1 with {@code -o wide}
 */
public record Column(String name, String type, String format, String description, int priority, Cell cell) {
    /** The columns of a kind that has none of its own. */
    public static final List<Column> NAME_AND_AGE = List.of(nameColumn(), age());

    /** Computes a cell: a String, an Integer, a Long or a Boolean. */
    @FunctionalInterface
    public interface Cell {
        Object of(JsonNode object, Instant now);
    }

    /** Computes a cell that does not depend on the time. */
    @FunctionalInterface
    public interface Field {
        Object of(JsonNode object);
    }

    public static Column nameColumn() {
        return new Column(
                "Name",
                "string",
                "name",
                "Name must be unique within a namespace.",
                0,
                (o, now) -> o.path("metadata").path("name").asString(""));
    }

    /** The name column where upstream writes more than the name. */
    public static Column named(Field field) {
        return new Column(
                "Name", "string", "name", "Name must be unique within a namespace.", 0, (o, now) -> field.of(o));
    }

    public static Column age() {
        return new Column(
                "Age",
                "string",
                "",
                "Time since the object was created.",
                0,
                (o, now) ->
                        Ages.since(o.path("metadata").path("creationTimestamp").asString(""), now));
    }

    public static Column text(String name, String description, Field field) {
        return new Column(name, "string", "", description, 0, (o, now) -> field.of(o));
    }

    public static Column number(String name, String description, Field field) {
        return new Column(name, "integer", "", description, 0, (o, now) -> field.of(o));
    }

    /** Of type {@code boolean}; the cell may be text, as upstream's printBoolPtr has it. */
    public static Column truth(String name, String description, Field field) {
        return new Column(name, "boolean", "", description, 0, (o, now) -> field.of(o));
    }

    public static Column wide(String name, String description, Field field) {
        return new Column(name, "string", "", description, 1, (o, now) -> field.of(o));
    }

    public static Column timed(String name, String description, Cell cell) {
        return new Column(name, "string", "", description, 0, cell);
    }

    /** The same, shown with {@code -o wide} only. */
    public Column onlyWide() {
        return new Column(name, type, format, description, 1, cell);
    }
}
