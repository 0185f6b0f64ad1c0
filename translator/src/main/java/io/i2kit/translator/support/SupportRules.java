package io.i2kit.translator.support;

import io.i2kit.translator.support.SupportRule.Condition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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
            table.root.walk(object, null, List.of(), findings);
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

    /** Where a value of an object is. Its text is made for a finding only: most values have none. */
    private record Place(@Nullable Place above, String name, int index, boolean key) {
        static Place field(@Nullable Place above, String name) {
            return new Place(above, name, -1, false);
        }

        static Place key(@Nullable Place above, String name) {
            return new Place(above, name, -1, true);
        }

        static Place item(@Nullable Place above, int index) {
            return new Place(above, "", index, false);
        }

        String path() {
            String before = above == null ? "" : above.path();
            if (index >= 0) {
                return before + "[" + index + "]";
            }
            if (key) {
                return before + "[" + name + "]";
            }
            return before.isEmpty() ? name : before + "." + name;
        }
    }

    /** A place in the table, reached by segments: field names, {@code []} for list items, {@code [key]} and {@code [*]} for maps. */
    private static final class Node {
        private static final String ITEMS = "[]";

        /** By field name, {@link #ITEMS}, or a map's key. */
        private final Map<String, Node> children = new HashMap<>();
        /** {@code [*]} is any key, {@code [a/b-*]} one that begins so; the longest beginning first. */
        private final Map<String, Node> prefixes =
                new TreeMap<>(Comparator.comparingInt(String::length).reversed().thenComparing(prefix -> prefix));

        private boolean map;
        private boolean ruled;
        /** The rules that may have something to report. */
        private final List<SupportRule> reporting = new ArrayList<>();

        void add(List<String> path, SupportRule rule) {
            if (!path.isEmpty()) {
                child(path.getFirst()).add(path.subList(1, path.size()), rule);
                return;
            }
            ruled = true;
            if (rule.level() != SupportLevel.HONOURED && rule.condition() != Condition.DOCUMENTED) {
                reporting.add(rule);
            }
        }

        private Node child(String segment) {
            if (!segment.startsWith("[") || segment.equals(ITEMS)) {
                return children.computeIfAbsent(segment, name -> new Node());
            }
            map = true;
            String key = segment.substring(1, segment.length() - 1);
            return key.endsWith("*")
                    ? prefixes.computeIfAbsent(key.substring(0, key.length() - 1), prefix -> new Node())
                    : children.computeIfAbsent(key, name -> new Node());
        }

        /** @param inherited the rules of the nearest place above that has some */
        void walk(JsonNode value, @Nullable Place place, List<SupportRule> inherited, List<SupportFinding> findings) {
            if (isUnset(value)) {
                return;
            }
            List<SupportRule> here = ruled ? reporting : inherited;
            if (value.isValueNode() || children.isEmpty() && prefixes.isEmpty()) {
                report(value, place, here, findings);
            } else if (value.isArray()) {
                Node items = children.getOrDefault(ITEMS, this);
                for (int i = 0; i < value.size(); i++) {
                    items.walk(value.get(i), Place.item(place, i), here, findings);
                }
            } else {
                for (Map.Entry<String, JsonNode> field : value.properties()) {
                    walkField(field.getKey(), field.getValue(), place, here, findings);
                }
            }
        }

        private void walkField(
                String name,
                JsonNode value,
                @Nullable Place above,
                List<SupportRule> inherited,
                List<SupportFinding> findings) {
            Place place = map ? Place.key(above, name) : Place.field(above, name);
            Node child = children.get(name);
            if (child == null && map) {
                child = ofPrefix(name);
            }
            if (child != null) {
                child.walk(value, place, inherited, findings);
            } else if (!isUnset(value)) {
                report(value, place, inherited, findings);
            }
        }

        private @Nullable Node ofPrefix(String name) {
            for (Map.Entry<String, Node> each : prefixes.entrySet()) {
                if (name.startsWith(each.getKey())) {
                    return each.getValue();
                }
            }
            return null;
        }

        private static void report(
                JsonNode value, @Nullable Place place, List<SupportRule> rules, List<SupportFinding> findings) {
            for (SupportRule rule : rules) {
                if (rule.appliesTo(value.isValueNode() ? value.asString("") : null)) {
                    String path = place == null ? "" : place.path();
                    findings.add(new SupportFinding(path, rule.level(), rule.text()));
                }
            }
        }

        private static boolean isUnset(JsonNode value) {
            return value.isNull()
                    || value.isMissingNode()
                    || (value.isContainer() && value.isEmpty())
                    || (value.isString() && value.stringValue().isEmpty());
        }
    }
}
