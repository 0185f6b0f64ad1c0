package io.i2kit.apiserver.registry.admission;

import io.i2kit.apiserver.openapi.Quantity;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Quantities by the names of resources, sorted: {@code v1.ResourceList} and {@code pkg/quota/v1/resources.go}. */
final class Amounts {
    private final TreeMap<String, Quantity> values = new TreeMap<>();

    static Amounts of(JsonNode list) {
        Amounts amounts = new Amounts();
        for (Map.Entry<String, JsonNode> amount : list.properties()) {
            amounts.values.put(amount.getKey(), Quantity.parse(amount.getValue().asString("0")));
        }
        return amounts;
    }

    private static final Quantity ZERO = new Quantity(BigDecimal.ZERO, Quantity.Format.DECIMAL_SI);

    Map<String, Quantity> values() {
        return values;
    }

    Quantity get(String name) {
        return values.getOrDefault(name, ZERO);
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    Amounts put(String name, Quantity value) {
        values.put(name, value);
        return this;
    }

    Amounts put(String name, long count) {
        return put(name, new Quantity(BigDecimal.valueOf(count), Quantity.Format.DECIMAL_SI));
    }

    Amounts copy() {
        return new Amounts().add(this);
    }

    /** Adds another's amounts to these. */
    Amounts add(Amounts other) {
        other.values.forEach((name, value) -> values.merge(name, value, Amounts::sum));
        return this;
    }

    /** Takes another's amounts from these; what was not here becomes negative. */
    Amounts subtract(Amounts other) {
        other.values.forEach((name, value) ->
                values.merge(name, new Quantity(value.amount().negate(), value.format()), Amounts::sum));
        return this;
    }

    /** Raises these amounts to another's where that are greater. */
    Amounts max(Amounts other) {
        other.values.forEach(
                (name, value) -> values.merge(name, value, (one, two) -> one.compareTo(two) >= 0 ? one : two));
        return this;
    }

    private static Quantity sum(Quantity one, Quantity two) {
        Quantity.Format format = one.sign() == 0 ? two.format() : one.format();
        return new Quantity(one.amount().add(two.amount()), format);
    }

    /** Only these names. */
    Amounts only(Collection<String> names) {
        values.keySet().retainAll(names);
        return this;
    }

    Amounts withoutZeros() {
        values.values().removeIf(value -> value.sign() == 0);
        return this;
    }

    /** No amount below zero. */
    Amounts clamped() {
        values.replaceAll((name, value) -> value.sign() < 0 ? ZERO : value);
        return this;
    }

    void writeTo(ObjectNode list) {
        values.forEach((name, value) -> list.put(name, value.canonical()));
    }

    /** {@code prettyPrint}: {@code cpu=1,memory=2Gi}. */
    @Override
    public String toString() {
        return values.entrySet().stream()
                .map(amount -> amount.getKey() + "=" + amount.getValue().canonical())
                .collect(Collectors.joining(","));
    }
}
