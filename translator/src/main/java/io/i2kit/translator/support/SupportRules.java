package io.i2kit.translator.support;

import io.i2kit.translator.support.SupportRule.Condition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The rule table. It answers for an object as a client sent it, or with defaults filled in: lines about fields that the server
 * sets by itself have conditions.
 */
public final class SupportRules {
    private static final Map<String, SupportRules> BY_KIND = parseAll();

    private final List<SupportRule> rules;
    private final Node root = new Node();

    private SupportRules(List<SupportRule> rules) {
        this.rules = List.copyOf(rules);
        rules.forEach(rule -> root.add(segments(rule.path()), rule));
    }

    /** Kinds that have rules, sorted. */
    public static Set<String> kinds() {
        return new TreeSet<>(BY_KIND.keySet());
    }

    /** All lines of a kind, in the order of the table; none for an unknown kind. */
    public static List<SupportRule> rules(String kind) {
        SupportRules table = BY_KIND.get(kind);
        return table == null ? List.of() : table.rules;
    }

    /**
     * What is not plainly honoured in an object, in the object's own order. Fields that are null or empty count as not set.
     *
     * @param object a whole object; its {@code kind} chooses the rules
     */
    public static List<SupportFinding> findings(JsonNode object) {
        return findings(object.path("kind").asString(""), object);
    }

    /** The same where the kind is known from elsewhere. */
    public static List<SupportFinding> findings(String kind, JsonNode object) {
        List<SupportFinding> findings = new ArrayList<>();
        SupportRules table = BY_KIND.get(kind);
        if (table != null) {
            table.root.walk(object, "", List.of(), findings);
        }
        return findings;
    }

    private static Map<String, SupportRules> parseAll() {
        Map<String, SupportRules> tables = new LinkedHashMap<>();
        KindRules.BY_KIND.forEach((kind, text) -> tables.put(
                kind, new SupportRules(text.lines().map(SupportRules::parse).toList())));
        return Map.copyOf(tables);
    }

    private static SupportRule parse(String line) {
        String[] parts = line.split("\\|", 4);
        String condition = parts[2].strip();
        return new SupportRule(
                parts[0].strip(),
                SupportLevel.of(parts[1].strip()),
                condition(condition),
                values(condition),
                parts[3].strip());
    }

    private static Condition condition(String text) {
        if (text.isEmpty()) {
            return Condition.ALWAYS;
        }
        if (text.equals("doc")) {
            return Condition.DOCUMENTED;
        }
        if (text.startsWith("!~")) {
            return Condition.MALFORMED;
        }
        return text.startsWith("!=") ? Condition.UNLESS : Condition.EQUALS;
    }

    private static List<String> values(String condition) {
        int start = Math.max(condition.indexOf('='), condition.indexOf('~')) + 1;
        return start == 0
                ? List.of()
                : List.of(condition.substring(start).strip().split("\\s*,\\s*", -1));
    }

    /** {@code a[].b[x.y/z]} → {@code a, [], b, [x.y/z]}. */
    private static List<String> segments(String path) {
        List<String> segments = new ArrayList<>();
        int start = 0;
        while (start < path.length()) {
            char first = path.charAt(start);
            int end = first == '[' ? path.indexOf(']', start) + 1 : nameEnd(path, start);
            segments.add(path.substring(start, end));
            start = end < path.length() && path.charAt(end) == '.' ? end + 1 : end;
        }
        return segments;
    }

    private static int nameEnd(String path, int start) {
        int end = start;
        while (end < path.length() && path.charAt(end) != '.' && path.charAt(end) != '[') {
            end++;
        }
        return end;
    }

    /** A place in the table, reached by segments: field names, {@code []} for list items, {@code [key]} and {@code [*]} for maps. */
    private static final class Node {
        private final Map<String, Node> children = new LinkedHashMap<>();
        private final List<SupportRule> rules = new ArrayList<>();

        void add(List<String> path, SupportRule rule) {
            if (path.isEmpty()) {
                rules.add(rule);
            } else {
                children.computeIfAbsent(path.getFirst(), name -> new Node()).add(path.subList(1, path.size()), rule);
            }
        }

        /** @param inherited the rules of the nearest place above that has some */
        void walk(JsonNode value, String path, List<SupportRule> inherited, List<SupportFinding> findings) {
            if (isUnset(value)) {
                return;
            }
            List<SupportRule> here = rules.isEmpty() ? inherited : rules;
            if (children.isEmpty() || value.isValueNode()) {
                report(value, path, here, findings);
            } else if (value.isArray()) {
                Node items = children.getOrDefault("[]", this);
                for (int i = 0; i < value.size(); i++) {
                    items.walk(value.get(i), path + "[" + i + "]", here, findings);
                }
            } else {
                value.properties().forEach(field -> walkField(field, path, here, findings));
            }
        }

        private void walkField(
                Map.Entry<String, JsonNode> field,
                String path,
                List<SupportRule> inherited,
                List<SupportFinding> findings) {
            String name = field.getKey();
            boolean map = children.keySet().stream().anyMatch(key -> key.length() > 2 && key.startsWith("["));
            Node child = children.get(map ? "[" + name + "]" : name);
            if (child == null && map) {
                child = ofPrefix(name);
            }
            String below = map ? path + "[" + name + "]" : path.isEmpty() ? name : path + "." + name;
            if (child != null) {
                child.walk(field.getValue(), below, inherited, findings);
            } else if (!isUnset(field.getValue())) {
                report(field.getValue(), below, inherited, findings);
            }
        }

        /** {@code [*]} is any key, {@code [a/b-*]} one that begins so. */
        private @Nullable Node ofPrefix(String name) {
            return children.entrySet().stream()
                    .filter(each -> each.getKey().endsWith("*]"))
                    .filter(each -> name.startsWith(
                            each.getKey().substring(1, each.getKey().length() - 2)))
                    .max(Comparator.comparing(each -> each.getKey().length()))
                    .map(Map.Entry::getValue)
                    .orElse(null);
        }

        private static void report(
                JsonNode value, String path, List<SupportRule> rules, List<SupportFinding> findings) {
            String scalar = scalar(value);
            rules.stream()
                    .filter(rule -> rule.level() != SupportLevel.HONOURED && rule.appliesTo(scalar))
                    .forEach(rule -> findings.add(new SupportFinding(path, rule.level(), rule.text())));
        }

        private static @Nullable String scalar(JsonNode value) {
            return value.isValueNode() ? value.asString("") : null;
        }

        private static boolean isUnset(JsonNode value) {
            return value.isNull()
                    || value.isMissingNode()
                    || (value.isContainer() && value.isEmpty())
                    || (value.isString() && value.asString().isEmpty());
        }
    }
}
