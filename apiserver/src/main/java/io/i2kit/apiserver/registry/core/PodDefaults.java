package io.i2kit.apiserver.registry.core;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The defaults of {@code pkg/apis/core/v1/defaults.go} for Pods and Pod templates. */
final class PodDefaults {
    private static final int GRACE_SECONDS = 30;
    private static final int FILE_MODE = 0644;
    private static final List<String> CONTAINER_LISTS = List.of("initContainers", "containers", "ephemeralContainers");
    private static final List<String> VOLUMES_WITH_MODE = List.of("secret", "configMap", "downwardAPI", "projected");
    private static final int TOKEN_SECONDS = 3600;

    private PodDefaults() {}

    /** What Pods have beyond templates. */
    static void pod(ObjectNode spec) {
        spec(spec);
        if (spec.path("terminationGracePeriodSeconds").asLong(0) < 0) {
            spec.put("terminationGracePeriodSeconds", 1);
        }
        for (String list : List.of("initContainers", "containers")) {
            for (JsonNode container : spec.path(list)) {
                requestsFromLimits((ObjectNode) container);
                if (spec.path("hostNetwork").asBoolean(false)) {
                    container.path("ports").forEach(port -> {
                        if (port.path("hostPort").asInt(0) == 0) {
                            ((ObjectNode) port).set("hostPort", port.path("containerPort"));
                        }
                    });
                }
            }
        }
        if (!spec.has("enableServiceLinks")) {
            spec.put("enableServiceLinks", true);
        }
    }

    private static void requestsFromLimits(ObjectNode container) {
        JsonNode limits = container.path("resources").path("limits");
        if (limits.isObject()) {
            ObjectNode requests = container.withObjectProperty("resources").withObjectProperty("requests");
            for (Map.Entry<String, JsonNode> limit : limits.properties()) {
                if (!requests.has(limit.getKey())) {
                    requests.set(limit.getKey(), limit.getValue());
                }
            }
        }
    }

    /** What every PodSpec has. */
    static void spec(ObjectNode spec) {
        absent(spec, "restartPolicy", "Always");
        if (!spec.has("terminationGracePeriodSeconds")) {
            spec.put("terminationGracePeriodSeconds", GRACE_SECONDS);
        }
        absent(spec, "dnsPolicy", "ClusterFirst");
        serviceAccount(spec);
        if (!spec.has("securityContext")) {
            spec.putObject("securityContext");
        }
        absent(spec, "schedulerName", "default-scheduler");
        for (String list : CONTAINER_LISTS) {
            spec.path(list).forEach(container -> container((ObjectNode) container));
        }
        spec.path("volumes").forEach(volume -> volume((ObjectNode) volume));
    }

    /** The two names of one field. */
    private static void serviceAccount(ObjectNode spec) {
        String name = FieldChecks.text(spec, "serviceAccountName");
        String old = FieldChecks.text(spec, "serviceAccount");
        String chosen = name.isEmpty() ? old : name;
        if (!chosen.isEmpty()) {
            spec.put("serviceAccountName", chosen);
            spec.put("serviceAccount", chosen);
        }
    }

    private static void container(ObjectNode container) {
        absent(
                container,
                "imagePullPolicy",
                isLatest(FieldChecks.text(container, "image")) ? "Always" : "IfNotPresent");
        absent(container, "terminationMessagePath", "/dev/termination-log");
        absent(container, "terminationMessagePolicy", "File");
        if (!container.has("resources")) {
            container.putObject("resources");
        }
        for (JsonNode port : container.path("ports")) {
            absent((ObjectNode) port, "protocol", "TCP");
        }
        for (JsonNode variable : container.path("env")) {
            if (variable.path("valueFrom").get("fieldRef") instanceof ObjectNode reference) {
                absent(reference, "apiVersion", "v1");
            }
            if (variable.path("valueFrom").get("resourceFieldRef") instanceof ObjectNode reference) {
                absent(reference, "divisor", "0");
            }
        }
        for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
            if (container.get(probe) instanceof ObjectNode present) {
                probe(present);
            }
        }
        for (String hook : List.of("postStart", "preStop")) {
            if (container.path("lifecycle").get(hook) instanceof ObjectNode present) {
                httpGet(present);
            }
        }
    }

    /** {@code :latest}, or neither a tag nor a digest. */
    private static boolean isLatest(String image) {
        if (image.contains("@")) {
            return false;
        }
        String name = image.substring(image.lastIndexOf('/') + 1);
        int colon = name.indexOf(':');
        return colon < 0 || name.substring(colon + 1).equals("latest");
    }

    private static void probe(ObjectNode probe) {
        httpGet(probe);
        zero(probe, "timeoutSeconds", 1);
        zero(probe, "periodSeconds", 10);
        zero(probe, "successThreshold", 1);
        zero(probe, "failureThreshold", 3);
        if (probe.get("grpc") instanceof ObjectNode grpc && !grpc.has("service")) {
            grpc.put("service", "");
        }
    }

    private static void httpGet(ObjectNode handler) {
        if (handler.get("httpGet") instanceof ObjectNode get) {
            absent(get, "path", "/");
            absent(get, "scheme", "HTTP");
        }
    }

    private static void volume(ObjectNode volume) {
        if (volume.size() == (volume.has("name") ? 1 : 0)) {
            volume.putObject("emptyDir");
        }
        for (String type : VOLUMES_WITH_MODE) {
            if (volume.get(type) instanceof ObjectNode source && !source.has("defaultMode")) {
                source.put("defaultMode", FILE_MODE);
            }
        }
        if (volume.get("hostPath") instanceof ObjectNode path && !path.has("type")) {
            path.put("type", "");
        }
        fieldReferences(volume.path("downwardAPI").path("items"));
        for (JsonNode source : volume.path("projected").path("sources")) {
            fieldReferences(source.path("downwardAPI").path("items"));
            if (source.get("serviceAccountToken") instanceof ObjectNode token && !token.has("expirationSeconds")) {
                token.put("expirationSeconds", TOKEN_SECONDS);
            }
        }
    }

    private static void fieldReferences(JsonNode items) {
        if (items instanceof ArrayNode list) {
            for (JsonNode item : list) {
                if (item.get("fieldRef") instanceof ObjectNode reference) {
                    absent(reference, "apiVersion", "v1");
                }
            }
        }
    }

    private static void absent(ObjectNode owner, String field, String value) {
        if (FieldChecks.text(owner, field).isEmpty()) {
            owner.put(field, value);
        }
    }

    private static void zero(ObjectNode owner, String field, int value) {
        if (owner.path(field).asInt(0) == 0) {
            owner.put(field, value);
        }
    }
}
