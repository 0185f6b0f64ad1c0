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

    /** Computes a cell: a String, an Integer, a Long, a Boolean, or a {@link Timed} text. */
    @FunctionalInterface
    public interface Cell {
        Object of(JsonNode object);
    }

    /** A text that depends on the time, of letters, digits and punctuation that JSON does not escape; holds nothing of the object. */
    @FunctionalInterface
    public interface Timed {
        String at(Instant now);
    }

    /** The cell of an object as it is shown now: a String, an Integer, a Long or a Boolean. */
    public Object shown(JsonNode object, Instant now) {
        Object value = cell.of(object);
        return value instanceof Timed timed ? timed.at(now) : value;
    }

    public static Column nameColumn() {
        return new Column(
                "Name",
                "string",
                "name",
                "Name must be unique within a namespace.",
                0,
                o -> o.path("metadata").path("name").asString(""));
    }

    /** The name column where upstream writes more than the name. */
    public static Column named(Cell cell) {
        return new Column("Name", "string", "name", "Name must be unique within a namespace.", 0, cell);
    }

    public static Column age() {
        return new Column(
                "Age",
                "string",
                "",
                "Time since the object was created.",
                0,
                o -> Ages.since(o.path("metadata").path("creationTimestamp").asString("")));
    }

    public static Column text(String name, String description, Cell cell) {
        return new Column(name, "string", "", description, 0, cell);
    }

    public static Column number(String name, String description, Cell cell) {
        return new Column(name, "integer", "", description, 0, cell);
    }

    /** Of type {@code boolean}; the cell may be text, as upstream's printBoolPtr has it. */
    public static Column truth(String name, String description, Cell cell) {
        return new Column(name, "boolean", "", description, 0, cell);
    }

    public static Column wide(String name, String description, Cell cell) {
        return new Column(name, "string", "", description, 1, cell);
    }

    /** The same, shown with {@code -o wide} only. */
    public Column onlyWide() {
        return new Column(name, type, format, description, 1, cell);
    }
}
