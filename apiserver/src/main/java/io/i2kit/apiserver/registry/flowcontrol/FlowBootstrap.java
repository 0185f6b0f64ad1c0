package io.i2kit.apiserver.registry.flowcontrol;

import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Meta;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The objects that every cluster has, and that come back when they are deleted ({@code k8s.io/apiserver/pkg/apis/flowcontrol/bootstrap}):
 * mandatory ones never change; suggested ones are their administrator's from the moment that the annotation says so.
 */
public final class FlowBootstrap {
    static final String AUTO_UPDATE = "apf.kubernetes.io/autoupdate-spec";
    private static final List<String> MANDATORY = List.of("exempt", "catch-all");

    /** Lines of {@code name shares lendable [queues hand length]}; a level without queues rejects. */
    private static final String LEVELS = """
            catch-all 5 0
            system 30 33 64 6 50
            node-high 40 25 64 6 50
            leader-election 10 0 16 4 50
            workload-high 40 50 128 6 50
            workload-low 100 90 128 6 50
            global-default 20 50 128 6 50
            """;

    /**
     * Lines of {@code name level precedence method subjects rules}: rules are {@code all}, {@code probes} or lists of resources of a
     * group, of namespaces only unless {@code +}; subjects are users, groups or service accounts of kube-system.
     */
    private static final String SCHEMAS = """
            exempt exempt 1 - Group:system:masters all
            probes exempt 2 - Group:system:unauthenticated,Group:system:authenticated probes
            system-leader-election leader-election 100 ByUser User:system:kube-controller-manager,User:system:kube-scheduler,Account:* leases
            system-node-high node-high 400 ByUser Group:system:nodes nodes
            system-nodes system 500 ByUser Group:system:nodes all
            kube-controller-manager workload-high 800 ByNamespace User:system:kube-controller-manager all
            kube-scheduler workload-high 800 ByNamespace User:system:kube-scheduler all
            kube-system-service-accounts workload-high 900 ByNamespace Account:* all
            service-accounts workload-low 9000 ByUser Group:system:serviceaccounts all
            global-default global-default 9900 ByUser Group:system:unauthenticated,Group:system:authenticated all
            catch-all catch-all 10000 ByUser Group:system:unauthenticated,Group:system:authenticated all
            """;

    private static final Map<String, ObjectNode> LEVELS_BY_NAME = byName(levels());
    private static final Map<String, ObjectNode> SCHEMAS_BY_NAME = byName(schemas());

    private FlowBootstrap() {}

    /** Priority levels and schemas by the resource that they are stored as. */
    public static Map<String, List<ObjectNode>> all() {
        Map<String, List<ObjectNode>> all = new LinkedHashMap<>();
        all.put(FlowControlResources.LEVELS, copies(LEVELS_BY_NAME));
        all.put(FlowControlResources.SCHEMAS, copies(SCHEMAS_BY_NAME));
        return all;
    }

    private static List<ObjectNode> copies(Map<String, ObjectNode> objects) {
        return objects.values().stream().map(ObjectNode::deepCopy).toList();
    }

    /** A copy of the object of this name of either resource, or null when a cluster need not have it. */
    public static @Nullable ObjectNode find(String resource, String name) {
        ObjectNode found = (resource.equals(FlowControlResources.LEVELS) ? LEVELS_BY_NAME : SCHEMAS_BY_NAME).get(name);
        return found == null ? null : found.deepCopy();
    }

    /**
     * Brings an object that a cluster has up to date ({@code ReviseIfNeeded}): the spec while the server keeps it, and the annotation
     * that says whether it does. One without the annotation is its administrator's when its spec was changed.
     */
    public static void revise(String resource, ObjectNode object) {
        ObjectNode wanted = find(resource, Meta.name(object));
        if (wanted == null) {
            return;
        }
        String mark =
                object.path("metadata").path("annotations").path(AUTO_UPDATE).asString("");
        boolean marked = mark.equals("true") || mark.equals("false");
        boolean kept = isMandatory(Meta.name(object)) || (marked ? mark.equals("true") : Meta.generation(object) == 1);
        if (kept && wanted.path("spec") instanceof ObjectNode spec) {
            JsonNode exempt = object.path("spec").path("exempt");
            if (exempt instanceof ObjectNode && spec.has("exempt")) {
                spec.set("exempt", exempt);
            }
            if (!Json.same(spec, object.path("spec"))) {
                object.set("spec", spec);
            }
        }
        if (!marked || kept != mark.equals("true")) {
            Meta.of(object).withObjectProperty("annotations").put(AUTO_UPDATE, Boolean.toString(kept));
        }
    }

    static boolean isMandatory(String name) {
        return MANDATORY.contains(name);
    }

    /** The level that nobody may change, or null. */
    static @Nullable ObjectNode mandatoryLevel(String name) {
        return isMandatory(name) ? LEVELS_BY_NAME.get(name) : null;
    }

    /** The schema that nobody may change, or null. */
    static @Nullable ObjectNode mandatorySchema(String name) {
        return isMandatory(name) ? SCHEMAS_BY_NAME.get(name) : null;
    }

    private static Map<String, ObjectNode> byName(List<ObjectNode> objects) {
        Map<String, ObjectNode> byName = new LinkedHashMap<>();
        objects.forEach(object -> byName.put(Meta.name(object), object));
        return byName;
    }

    private static ObjectNode named(String name) {
        ObjectNode object = Json.object();
        ObjectNode metadata = object.putObject("metadata").put("name", name);
        metadata.putObject("annotations").put(AUTO_UPDATE, "true");
        return object;
    }

    private static List<ObjectNode> levels() {
        List<ObjectNode> levels = new ArrayList<>();
        ObjectNode exempt = named("exempt");
        ObjectNode spec = exempt.putObject("spec").put("type", "Exempt");
        spec.putObject("exempt").put("nominalConcurrencyShares", 0).put("lendablePercent", 0);
        levels.add(exempt);
        for (String line : LEVELS.strip().split("\n")) {
            String[] words = line.split(" ");
            ObjectNode level = named(words[0]);
            ObjectNode limited = level.putObject("spec").put("type", "Limited").putObject("limited");
            limited.put("nominalConcurrencyShares", number(words[1])).put("lendablePercent", number(words[2]));
            ObjectNode response = limited.putObject("limitResponse");
            response.put("type", words.length > 3 ? "Queue" : "Reject");
            if (words.length > 3) {
                response.putObject("queuing")
                        .put("queues", number(words[3]))
                        .put("handSize", number(words[4]))
                        .put("queueLengthLimit", number(words[5]));
            }
            levels.add(level);
        }
        return levels;
    }

    private static int number(String word) {
        return Integer.parseInt(word);
    }

    private static List<ObjectNode> schemas() {
        List<ObjectNode> schemas = new ArrayList<>();
        for (String line : SCHEMAS.strip().split("\n")) {
            String[] words = line.split(" ");
            ObjectNode schema = named(words[0]);
            ObjectNode spec = schema.putObject("spec");
            spec.putObject("priorityLevelConfiguration").put("name", words[1]);
            spec.put("matchingPrecedence", number(words[2]));
            if (!words[3].equals("-")) {
                spec.putObject("distinguisherMethod").put("type", words[3]);
            }
            ObjectNode rule = spec.putArray("rules").addObject();
            subjects(rule.putArray("subjects"), words[4]);
            rules(rule, words[5]);
            schemas.add(schema);
        }
        return schemas;
    }

    private static void subjects(ArrayNode subjects, String words) {
        for (String word : words.split(",")) {
            String kind = word.substring(0, word.indexOf(':'));
            String name = word.substring(word.indexOf(':') + 1);
            ObjectNode subject = subjects.addObject();
            switch (kind) {
                case "User" -> subject.put("kind", kind).putObject("user").put("name", name);
                case "Group" -> subject.put("kind", kind).putObject("group").put("name", name);
                default ->
                    subject.put("kind", "ServiceAccount")
                            .putObject("serviceAccount")
                            .put("namespace", "kube-system")
                            .put("name", name);
            }
        }
    }

    private static void rules(ObjectNode rule, String word) {
        switch (word) {
            case "probes" -> urls(rule, "get", "/healthz", "/readyz", "/livez");
            case "leases" -> leases(rule, List.of("get", "create", "update"));
            case "nodes" -> {
                resources(rule, List.of("*"), "", "nodes", "nodes/status").put("clusterScope", true);
                leases(rule, List.of("*"));
            }
            default -> {
                resources(rule, List.of("*"), "*", "*").put("clusterScope", true);
                urls(rule, "*", "*");
            }
        }
    }

    private static void leases(ObjectNode rule, List<String> verbs) {
        resources(rule, verbs, "coordination.k8s.io", "leases");
    }

    private static ObjectNode resources(ObjectNode rule, List<String> verbs, String group, String... resources) {
        ObjectNode made = rule.withArray("resourceRules").addObject();
        verbs.forEach(made.putArray("verbs")::add);
        made.putArray("apiGroups").add(group);
        List.of(resources).forEach(made.putArray("resources")::add);
        made.putArray("namespaces").add("*");
        return made;
    }

    private static void urls(ObjectNode rule, String verb, String... urls) {
        ObjectNode made = rule.withArray("nonResourceRules").addObject();
        made.putArray("verbs").add(verb);
        List.of(urls).forEach(made.putArray("nonResourceURLs")::add);
    }
}
