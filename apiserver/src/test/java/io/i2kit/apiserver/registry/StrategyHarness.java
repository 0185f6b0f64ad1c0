package io.i2kit.apiserver.registry;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Runs a strategy over trees as the store does; apostrophes stand for quotation marks. */
public final class StrategyHarness {
    private final RestStrategy strategy;

    public StrategyHarness(RestStrategy strategy) {
        this.strategy = strategy;
    }

    public static ObjectNode tree(String text) {
        return (ObjectNode) JsonMapper.shared().readTree(text.replace('\'', '"'));
    }

    /** A new object, named {@code x} with the uid {@code u} unless the text says otherwise, after defaults and preparation. */
    public ObjectNode created(String text) {
        ObjectNode object = tree(text);
        ObjectNode metadata = Meta.of(object);
        if (!metadata.has("name")) {
            metadata.put("name", "x");
        }
        metadata.put("uid", "u");
        strategy.setDefaults(object);
        strategy.prepareForCreate(object);
        return object;
    }

    /** What is wrong with a new object, as {@code path: message}. */
    public List<String> faults(String text) {
        ObjectNode object = created(text);
        List<String> faults = new ArrayList<>();
        strategy.validateName(Meta.name(object), false, problem -> faults.add("metadata.name: " + problem));
        strategy.validate(object, error -> faults.add(shown(error)));
        return faults;
    }

    /** What is wrong with changing the first object into the second. */
    public List<String> updateFaults(ObjectNode old, ObjectNode changed) {
        strategy.setDefaults(changed);
        strategy.prepareForUpdate(changed, old);
        List<String> faults = new ArrayList<>();
        strategy.validateUpdate(changed, old, error -> faults.add(shown(error)));
        return faults;
    }

    /** What is wrong with a status. */
    public List<String> statusFaults(ObjectNode old, String status) {
        ObjectNode changed = old.deepCopy();
        changed.set("status", tree(status));
        strategy.prepareForStatusUpdate(changed, old);
        List<String> faults = new ArrayList<>();
        strategy.validateStatusUpdate(changed, old, error -> faults.add(shown(error)));
        return faults;
    }

    public List<String> warnings(ObjectNode object) {
        List<String> warnings = new ArrayList<>();
        strategy.warnings(object, null, warnings::add);
        return warnings;
    }

    private static String shown(FieldError error) {
        return error.field() + ": " + error.message();
    }
}
