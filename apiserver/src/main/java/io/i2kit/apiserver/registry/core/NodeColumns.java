package io.i2kit.apiserver.registry.core;

import io.i2kit.apiserver.registry.table.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Columns of Nodes: printNode of {@code pkg/printers/internalversion/printers.go}. */
final class NodeColumns {
    private static final String ROLE = "node-role.kubernetes.io/";

    static final List<Column> ALL = List.of(
            Column.nameColumn(),
            Column.text("Status", "The status of the node", NodeColumns::status),
            Column.text("Roles", "The roles of the node", NodeColumns::roles),
            Column.age(),
            Column.text(
                    "Version",
                    "Kubelet Version reported by the node.",
                    node -> node.path("status")
                            .path("nodeInfo")
                            .path("kubeletVersion")
                            .asString("")),
            Column.wide("Internal-IP", "An address inside the cluster.", node -> address(node, "InternalIP")),
            Column.wide("External-IP", "An address outside of the cluster.", node -> address(node, "ExternalIP")),
            Column.wide("OS-Image", "OS Image reported by the node.", node -> info(node, "osImage")),
            Column.wide("Kernel-Version", "Kernel Version reported by the node.", NodeColumns::kernel),
            Column.wide(
                    "Container-Runtime",
                    "ContainerRuntime Version reported by the node.",
                    node -> info(node, "containerRuntimeVersion")));

    private NodeColumns() {}

    private static String status(JsonNode node) {
        String status = "Unknown";
        for (JsonNode condition : node.path("status").path("conditions")) {
            if (condition.path("type").asString("").equals("Ready")) {
                status = condition.path("status").asString("").equals("True") ? "Ready" : "NotReady";
            }
        }
        return node.path("spec").path("unschedulable").asBoolean(false) ? status + ",SchedulingDisabled" : status;
    }

    private static String roles(JsonNode node) {
        List<String> roles = new ArrayList<>();
        for (Map.Entry<String, JsonNode> label :
                node.path("metadata").path("labels").properties()) {
            if (label.getKey().startsWith(ROLE)) {
                roles.add(label.getKey().substring(ROLE.length()));
            } else if (label.getKey().equals("kubernetes.io/role")) {
                roles.add(label.getValue().asString(""));
            }
        }
        roles.sort(null);
        return roles.isEmpty() ? "<none>" : String.join(",", roles);
    }

    private static String info(JsonNode node, String field) {
        String value = node.path("status").path("nodeInfo").path(field).asString("");
        return value.isEmpty() ? "<unknown>" : value;
    }

    private static String kernel(JsonNode node) {
        String architecture =
                node.path("status").path("nodeInfo").path("architecture").asString("");
        String version = info(node, "kernelVersion");
        return architecture.isEmpty() ? version : version + " (" + architecture + ")";
    }

    private static String address(JsonNode node, String type) {
        for (JsonNode address : node.path("status").path("addresses")) {
            if (address.path("type").asString("").equals(type)) {
                return address.path("address").asString("");
            }
        }
        return "<none>";
    }
}
