package io.i2kit.apiserver.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** A {@code fieldSelector} parameter: {@code path=value}, {@code path==value}, {@code path!=value}, joined by commas. */
public final class FieldSelector {
    /** Selects all. */
    public static final FieldSelector EVERYTHING = new FieldSelector(List.of());

    private final List<Term> terms;

    private FieldSelector(List<Term> terms) {
        this.terms = terms;
    }

    private record Term(String path, boolean equal, String value) {}

    /**
     * @param definition says which fields can be selected
     * @throws ApiException BadRequest for a field that the kind does not know
     */
    public static FieldSelector parse(String text, ResourceDefinition definition) {
        if (text.isBlank()) {
            return EVERYTHING;
        }
        List<Term> terms = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            if (!part.isBlank()) {
                terms.add(term(part, definition));
            }
        }
        return new FieldSelector(List.copyOf(terms));
    }

    private static Term term(String text, ResourceDefinition definition) {
        int at = text.indexOf('=');
        if (at <= 0) {
            throw ApiException.badRequest("invalid field selector: \"" + text + "\"; can't understand '" + text + "'");
        }
        boolean equal = text.charAt(at - 1) != '!';
        String named = text.substring(0, equal ? at : at - 1).strip();
        String path = definition.view() == null ? named : definition.view().storedField(named);
        String value =
                text.substring(text.startsWith("==", at) ? at + 2 : at + 1).strip();
        List<String> known = definition.strategy().selectableFields();
        if (!path.equals("metadata.name") && !path.equals("metadata.namespace") && !known.contains(path)) {
            throw ApiException.badRequest(
                    known.isEmpty()
                            ? "\"" + named
                                    + "\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
                            : "field label not supported: " + named);
        }
        return new Term(path, equal, value);
    }

    public boolean isEverything() {
        return terms.isEmpty();
    }

    /** The one name that can match, or empty when the selector does not fix it. */
    public String onlyName() {
        return only("metadata.name");
    }

    /** The one namespace that can match, or empty when the selector does not fix it. */
    public String onlyNamespace() {
        return only("metadata.namespace");
    }

    private String only(String path) {
        for (Term term : terms) {
            if (term.equal() && term.path().equals(path)) {
                return term.value();
            }
        }
        return "";
    }

    /** Each set has the terms of {@link SelectorIndex} one of which an object must have to match. */
    List<Set<String>> terms(RestStrategy strategy) {
        List<String> indexed = strategy.indexedFields();
        return terms.stream()
                .filter(term -> term.equal() && indexed.contains(term.path()))
                .map(term -> Set.of(SelectorIndex.field(term.path(), term.value())))
                .toList();
    }

    public boolean matches(ObjectNode object, RestStrategy strategy) {
        for (Term term : terms) {
            String actual = switch (term.path()) {
                case "metadata.name" -> Meta.name(object);
                case "metadata.namespace" -> Meta.namespace(object);
                default -> strategy.fieldValue(object, term.path());
            };
            if (actual.equals(term.value()) != term.equal()) {
                return false;
            }
        }
        return true;
    }
}
