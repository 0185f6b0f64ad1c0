package io.i2kit.apiserver.http;

import io.i2kit.apiserver.registry.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes requests of valid ones by random damage, always the same for one seed. */
final class FuzzRequests {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int NAMES = 4;
    private static final String APPLY = "application/apply-patch+yaml";

    private static final List<String> COLLECTIONS = List.of(
            "/api/v1/namespaces/default/configmaps",
            "/api/v1/namespaces/default/secrets",
            "/api/v1/namespaces/default/services",
            "/api/v1/namespaces/default/pods",
            "/api/v1/namespaces/default/events",
            "/api/v1/namespaces/default/serviceaccounts",
            "/api/v1/namespaces",
            "/apis/apps/v1/namespaces/default/deployments",
            "/apis/apps/v1/namespaces/default/replicasets",
            "/apis/events.k8s.io/v1/namespaces/default/events",
            "/apis/coordination.k8s.io/v1/namespaces/default/leases",
            "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices");

    private static final String POD = """
            {"containers":[{"name":"c","image":"nginx:1","ports":[{"containerPort":80,"protocol":"TCP"}],
             "env":[{"name":"A","value":"b"},{"name":"B","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}],
             "resources":{"limits":{"cpu":"1","memory":"64Mi"}},"volumeMounts":[{"name":"v","mountPath":"/v"}],
             "readinessProbe":{"httpGet":{"path":"/","port":80}},"securityContext":{"runAsUser":1}}],
             "initContainers":[{"name":"i","image":"busybox"}],"volumes":[{"name":"v","emptyDir":{}}],
             "tolerations":[{"key":"k","operator":"Exists"}],"restartPolicy":"Always"}""";

    private static final String META =
            "\"metadata\":{\"name\":\"f0\",\"labels\":{\"a\":\"b\"},\"annotations\":{\"x/y\":\"z\"},"
                    + "\"finalizers\":[\"example.com/f\"],\"ownerReferences\":[{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"name\":\"p\",\"uid\":\"u\"}]}";

    private static final List<String> BODIES = List.of(
            "{" + META + ",\"data\":{\"k\":\"dg==\"},\"binaryData\":{\"b\":\"dg==\"},\"immutable\":false}",
            "{" + META + ",\"type\":\"Opaque\",\"stringData\":{\"k\":\"v\"}}",
            "{" + META + ",\"spec\":{\"type\":\"ClusterIP\",\"selector\":{\"a\":\"b\"},"
                    + "\"ports\":[{\"name\":\"p\",\"port\":80,\"targetPort\":\"http\",\"nodePort\":30001}],\"clusterIP\":\"10.96.1.2\"}}",
            "{" + META + ",\"spec\":" + POD + "}",
            "{" + META + ",\"spec\":{\"replicas\":2,\"selector\":{\"matchLabels\":{\"a\":\"b\"},"
                    + "\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"In\",\"values\":[\"b\"]}]},"
                    + "\"strategy\":{\"type\":\"RollingUpdate\",\"rollingUpdate\":{\"maxSurge\":\"25%\"}},"
                    + "\"template\":{\"metadata\":{\"labels\":{\"a\":\"b\"}},\"spec\":" + POD + "}}}",
            "{" + META + ",\"involvedObject\":{\"kind\":\"Pod\",\"name\":\"p\"},\"reason\":\"R\",\"type\":\"Normal\","
                    + "\"regarding\":{\"kind\":\"Pod\"},\"eventTime\":\"2026-01-01T00:00:00.000000Z\",\"action\":\"A\"}",
            "{" + META
                    + ",\"spec\":{\"holderIdentity\":\"h\",\"leaseDurationSeconds\":10,\"renewTime\":\"2026-01-01T00:00:00.000000Z\"}}",
            "{" + META
                    + ",\"addressType\":\"IPv4\",\"endpoints\":[{\"addresses\":[\"10.1.2.3\"],\"conditions\":{\"ready\":true}}],"
                    + "\"ports\":[{\"name\":\"p\",\"port\":80,\"protocol\":\"TCP\"}]}");

    private static final List<String> PATCHES = List.of(
            "{\"metadata\":{\"labels\":{\"c\":null},\"managedFields\":[{}]},\"spec\":{\"replicas\":3}}",
            "{\"spec\":{\"template\":{\"spec\":{\"$setElementOrder/containers\":[{\"name\":\"c\"}],"
                    + "\"containers\":[{\"name\":\"c\",\"$patch\":\"delete\"},{\"name\":\"d\",\"image\":\"x\"}]}}}}",
            "{\"spec\":{\"$retainKeys\":[\"type\"],\"type\":\"Recreate\"},\"metadata\":{\"$deleteFromPrimitiveList/finalizers\":[\"a/b\"]}}",
            "[{\"op\":\"replace\",\"path\":\"/metadata/labels/a\",\"value\":\"c\"},{\"op\":\"test\",\"path\":\"/spec\",\"value\":{}}]",
            "[{\"op\":\"move\",\"from\":\"/metadata/labels\",\"path\":\"/metadata/annotations\"},{\"op\":\"remove\",\"path\":\"/spec/-1\"}]",
            "[{\"op\":\"copy\",\"from\":\"\",\"path\":\"/metadata/labels/x\"},{\"op\":\"add\",\"path\":\"/data/~1~0\",\"value\":null}]");

    private static final List<String> TYPES = List.of(
            "application/json",
            "application/yaml",
            "application/vnd.kubernetes.protobuf",
            "application/json-patch+json",
            "application/merge-patch+json",
            "application/strategic-merge-patch+json",
            APPLY);

    private static final List<String> ACCEPTS = List.of(
            "application/json",
            "application/yaml",
            "application/json;as=Table;v=v1;g=meta.k8s.io",
            "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io",
            "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,*/*",
            "application/vnd.kubernetes.protobuf",
            ";;q=,/,*/*;q=x",
            "text/html");

    private static final List<String> PARAMETERS = List.of(
            "labelSelector",
            "fieldSelector",
            "limit",
            "continue",
            "resourceVersion",
            "resourceVersionMatch",
            "includeObject",
            "dryRun",
            "fieldManager",
            "fieldValidation",
            "force",
            "propagationPolicy",
            "gracePeriodSeconds",
            "pretty",
            "sendInitialEvents",
            "allowWatchBookmarks",
            "orphanDependents");

    private static final List<String> WORDS = List.of(
            "",
            "0",
            "1",
            "-1",
            "99999999999999999999",
            "true",
            "false",
            "All",
            "Strict",
            "Warn",
            "Exact",
            "NotOlderThan",
            "None",
            "a=b",
            "a in (b,c)",
            "a notin (",
            "!a",
            "a>1",
            ",,,",
            "a==b,c!=d",
            "metadata.name=f0",
            "metadata.name!=",
            "status.phase=",
            "spec.nodeName=x,=y",
            "Foreground",
            "Orphan",
            "\u0000",
            "\uD83D\uDE00",
            "x".repeat(300),
            "(((((",
            "..",
            "%",
            "a b",
            "1e9",
            "NaN");

    private final Random random;
    private final List<String> tokens = new ArrayList<>(List.of("eyJ2IjoibWV0YS5rOHMuaW8vdjEifQ"));

    FuzzRequests(Random random) {
        this.random = random;
    }

    /** A request. */
    record Request(String method, String path, byte[] body, List<String> headers) {
        @Override
        public String toString() {
            return method + " " + path + " " + headers + "\n" + new String(body, StandardCharsets.UTF_8);
        }
    }

    /** A token that the server gave, to be damaged. */
    void remember(String token) {
        tokens.set(0, token);
    }

    Request next() {
        String collection = pick(COLLECTIONS);
        String object = collection + "/f" + random.nextInt(NAMES)
                + (random.nextInt(6) == 0 ? pick(List.of("/status", "/scale", "/x", "/log")) : "");
        return switch (random.nextInt(8)) {
            case 0, 1 -> write("POST", collection, tree(pick(BODIES), named()));
            case 2 -> write("PUT", object, tree(pick(BODIES), named()));
            case 3, 4 -> write("PATCH", object, tree(random.nextBoolean() ? pick(PATCHES) : pick(BODIES), false));
            case 5 ->
                write(
                        "DELETE",
                        random.nextInt(20) == 0 ? collection : object,
                        bytes("{\"gracePeriodSeconds\":0,\"preconditions\":{\"uid\":\"u\"}}"));
            case 6 ->
                new Request("GET", collection + "?watch=true&timeoutSeconds=1" + query("&"), new byte[0], headers());
            default ->
                new Request("GET", (random.nextBoolean() ? collection : object) + query("?"), new byte[0], headers());
        };
    }

    private boolean named() {
        return random.nextInt(4) != 0;
    }

    private Request write(String method, String path, byte[] body) {
        List<String> headers = headers();
        headers.addAll(List.of(
                "Content-Type", pick(method.equals("PATCH") || random.nextInt(10) == 0 ? TYPES : TYPES.subList(0, 3))));
        String query = query("?");
        if (headers.contains(APPLY) && random.nextInt(4) != 0) {
            // Without one nothing is applied.
            query += (query.isEmpty() ? "?" : "&") + "fieldManager=m" + random.nextInt(3);
        }
        return new Request(method, path + query, random.nextInt(5) == 0 ? torn(body) : body, headers);
    }

    private List<String> headers() {
        return new ArrayList<>(List.of("Accept", pick(ACCEPTS)));
    }

    private String query(String first) {
        StringBuilder query = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            String name = pick(PARAMETERS);
            String value = name.equals("continue") ? token() : pick(WORDS);
            query.append(query.isEmpty() ? first : "&")
                    .append(name)
                    .append('=')
                    .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
        }
        return query.toString();
    }

    private String token() {
        if (random.nextInt(3) == 0) {
            String fields = "{\"v\":\"meta.k8s.io/v1\",\"rv\":"
                    + pick(List.of("1", "-1", "0", "\"x\"", "99999999999", "null")) + ",\"start\":\""
                    + pick(List.of("", "/", "default/f1\\u0000", "../x", "a/b/c/d", "\\u0000")) + "\"}";
            return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(fields));
        }
        String torn = new String(torn(bytes(tokens.getFirst())), StandardCharsets.ISO_8859_1);
        return torn.substring(0, Math.min(torn.length(), 1000)); // a longer URL is not read at all
    }

    private byte[] tree(String json, boolean named) {
        JsonNode tree = Json.MAPPER.readTree(json);
        for (int i = random.nextInt(4); i > 0; i--) {
            damage(tree, random.nextInt(8));
        }
        if (named && tree.path("metadata") instanceof ObjectNode metadata) {
            metadata.put("name", "f" + random.nextInt(NAMES));
            if (random.nextInt(3) != 0) {
                metadata.remove(List.of("finalizers", "ownerReferences"));
            }
        }
        return Json.bytes(tree);
    }

    /** Changes one thing at some depth. */
    private void damage(JsonNode node, int depth) {
        if (node instanceof ObjectNode object && !object.isEmpty()) {
            String name = pick(List.copyOf(object.propertyNames()));
            if (depth > 0 && object.get(name).isContainer() && !object.get(name).isEmpty()) {
                damage(object.get(name), depth - 1);
            } else {
                switch (random.nextInt(4)) {
                    case 0 -> object.remove(name);
                    case 1 -> object.set(pick(WORDS), object.get(name).deepCopy());
                    default -> object.set(name, value());
                }
            }
        } else if (node instanceof ArrayNode array && !array.isEmpty()) {
            int at = random.nextInt(array.size());
            if (depth > 0 && array.get(at).isContainer() && !array.get(at).isEmpty()) {
                damage(array.get(at), depth - 1);
            } else {
                switch (random.nextInt(4)) {
                    case 0 -> array.remove(at);
                    case 1 -> array.add(array.get(at).deepCopy());
                    default -> array.set(at, value());
                }
            }
        }
    }

    private JsonNode value() {
        return switch (random.nextInt(10)) {
            case 0 -> NODES.nullNode();
            case 1 -> NODES.numberNode(random.nextLong());
            case 2 -> NODES.numberNode(random.nextDouble() * 1e300);
            case 3 -> NODES.numberNode(-1);
            case 4 -> NODES.booleanNode(random.nextBoolean());
            case 5 -> NODES.objectNode();
            case 6 -> NODES.arrayNode();
            case 7 ->
                NODES.arrayNode()
                        .add(NODES.objectNode().put("name", pick(WORDS)))
                        .add(pick(WORDS));
            case 8 -> NODES.objectNode().put(pick(WORDS), pick(WORDS));
            default -> NODES.stringNode(pick(WORDS));
        };
    }

    /** Bytes that are no document any more, mostly. */
    private byte[] torn(byte[] body) {
        if (body.length == 0) {
            return body;
        }
        switch (random.nextInt(5)) {
            case 0:
                return Arrays.copyOf(body, random.nextInt(body.length));
            case 1:
                return bytes("[".repeat(20_000));
            case 2:
                return bytes("{\"metadata\":".repeat(5_000));
            default:
                byte[] changed = body.clone();
                for (int i = 1 + random.nextInt(4); i > 0; i--) {
                    changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
                }
                return changed;
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
