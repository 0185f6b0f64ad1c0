package io.i2kit.apiserver.registry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** A {@code labelSelector} parameter: requirements that must all hold ({@code k8s.io/apimachinery/pkg/labels/selector.go}). */
public final class LabelSelector {
    /** Selects all. */
    public static final LabelSelector EVERYTHING = new LabelSelector(List.of());

    private static final String KEY = "([A-Za-z0-9][-A-Za-z0-9_./]*)";
    private static final Pattern SET = Pattern.compile(KEY + "\\s+(in|notin)\\s*\\(([^()]*)\\)");
    private static final Pattern EXISTS = Pattern.compile("(!?)\\s*" + KEY);
    private static final Pattern COMPARED = Pattern.compile(KEY + "\\s*(==|!=|=|>|<)\\s*([-A-Za-z0-9_.]*)");

    private final List<Requirement> requirements;

    private LabelSelector(List<Requirement> requirements) {
        this.requirements = requirements;
    }

    private enum Operator {
        IN,
        NOT_IN,
        EXISTS,
        ABSENT,
        GREATER,
        LESS
    }

    private record Requirement(String key, Operator operator, Set<String> values) {
        boolean matches(JsonNode labels) {
            JsonNode label = labels.get(key);
            String value = label == null ? "" : label.asString("");
            return switch (operator) {
                case IN -> label != null && values.contains(value);
                case NOT_IN -> label == null || !values.contains(value);
                case EXISTS -> label != null;
                case ABSENT -> label == null;
                case GREATER -> label != null && compare(value) > 0;
                case LESS -> label != null && compare(value) < 0;
            };
        }

        private int compare(String value) {
            try {
                return Long.compare(
                        Long.parseLong(value), Long.parseLong(values.iterator().next()));
            } catch (NumberFormatException e) {
                return 0;
            }
        }
    }

    /** @throws ApiException BadRequest when it cannot be parsed */
    public static LabelSelector parse(String text) {
        if (text.isBlank()) {
            return EVERYTHING;
        }
        List<Requirement> requirements = new ArrayList<>();
        for (String part : split(text)) {
            requirements.add(requirement(part.strip()));
        }
        return new LabelSelector(List.copyOf(requirements));
    }

    /** Splits at commas outside of parentheses. */
    private static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '(' -> depth++;
                case ')' -> depth--;
                case ',' -> {
                    if (depth == 0) {
                        parts.add(text.substring(start, i));
                        start = i + 1;
                    }
                }
                default -> {}
            }
        }
        parts.add(text.substring(start));
        return parts;
    }

    private static Requirement requirement(String text) {
        Matcher set = SET.matcher(text);
        if (set.matches()) {
            Set<String> values = Set.copyOf(Arrays.stream(set.group(3).split(",", -1))
                    .map(String::strip)
                    .toList());
            return checked(
                    new Requirement(set.group(1), set.group(2).equals("in") ? Operator.IN : Operator.NOT_IN, values),
                    text);
        }
        Matcher compared = COMPARED.matcher(text);
        if (compared.matches()) {
            Operator operator = switch (compared.group(2)) {
                case "!=" -> Operator.NOT_IN;
                case ">" -> Operator.GREATER;
                case "<" -> Operator.LESS;
                default -> Operator.IN;
            };
            return checked(new Requirement(compared.group(1), operator, Set.of(compared.group(3))), text);
        }
        Matcher exists = EXISTS.matcher(text);
        if (exists.matches()) {
            Operator operator = exists.group(1).isEmpty() ? Operator.EXISTS : Operator.ABSENT;
            return checked(new Requirement(exists.group(2), operator, Set.of()), text);
        }
        throw ApiException.badRequest("unable to parse requirement: invalid label selector \"" + text + "\"");
    }

    private static Requirement checked(Requirement requirement, String text) {
        Names.qualified(requirement.key(), problem -> refuse(text, problem));
        requirement.values().forEach(value -> Names.labelValue(value, problem -> refuse(text, problem)));
        if (requirement.operator() == Operator.GREATER || requirement.operator() == Operator.LESS) {
            try {
                Long.parseLong(requirement.values().iterator().next());
            } catch (NumberFormatException e) {
                refuse(text, "for 'Gt', 'Lt' operators, the value must be an integer");
            }
        }
        return requirement;
    }

    private static void refuse(String text, String problem) {
        throw ApiException.badRequest("unable to parse requirement: \"" + text + "\": " + problem);
    }

    /** Each set has the terms of {@link SelectorIndex} one of which an object must have to match. */
    List<Set<String>> terms() {
        List<Set<String>> terms = new ArrayList<>();
        for (Requirement requirement : requirements) {
            if (requirement.operator() == Operator.IN) {
                Set<String> set = new HashSet<>();
                requirement.values().forEach(value -> set.add(SelectorIndex.label(requirement.key(), value)));
                terms.add(set);
            }
        }
        return terms;
    }

    public boolean isEverything() {
        return requirements.isEmpty();
    }

    public boolean matches(JsonNode object) {
        return matchesLabels(object.path("metadata").path("labels"));
    }

    /** Whether an object with these labels matches. */
    public boolean matchesLabels(JsonNode labels) {
        for (Requirement requirement : requirements) {
            if (!requirement.matches(labels)) {
                return false;
            }
        }
        return true;
    }
}
