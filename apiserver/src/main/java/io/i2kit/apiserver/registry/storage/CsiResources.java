package io.i2kit.apiserver.registry.storage;

import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.ResourceNames;
import io.i2kit.apiserver.registry.RestStrategy;
import io.i2kit.apiserver.registry.Support;
import io.i2kit.apiserver.registry.table.Column;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What storage drivers and the controllers beside them write: kept for them, since i2kit runs none. */
final class CsiResources {
    private CsiResources() {}

    static List<ResourceDefinition> all() {
        return List.of(
                cluster("csidrivers", "CSIDriver", new CsiDriverStrategy()).withColumns(drivers()),
                cluster("csinodes", "CSINode", new CsiNodeStrategy())
                        .withColumns(List.of(
                                Column.nameColumn(),
                                Column.number(
                                        "Drivers",
                                        "How many drivers are registered on the node.",
                                        node -> node.path("spec")
                                                .path("drivers")
                                                .size()),
                                Column.age())),
                ResourceDefinition.namespaced(
                                names("csistoragecapacities", "CSIStorageCapacity"), new StorageCapacityStrategy())
                        .withColumns(List.of(
                                Column.nameColumn(),
                                Column.text(
                                        "StorageClassName",
                                        "The class that the capacity is of.",
                                        capacity -> capacity.path("storageClassName")
                                                .asString("")),
                                Column.text(
                                        "Capacity",
                                        "How much may be provisioned.",
                                        capacity -> capacity.path("capacity").asString("<unset>"))))
                        .withSupport(Support.STORED),
                cluster("volumeattachments", "VolumeAttachment", new VolumeAttachmentStrategy())
                        .withStatus()
                        .withColumns(attachments()));
    }

    private static ResourceDefinition cluster(String plural, String kind, RestStrategy strategy) {
        return ResourceDefinition.cluster(names(plural, kind), strategy).withSupport(Support.STORED);
    }

    private static ResourceNames names(String plural, String kind) {
        return new ResourceNames("storage.k8s.io", "v1", plural, kind, List.of(), List.of());
    }

    private static List<Column> drivers() {
        return List.of(
                Column.nameColumn(),
                truth(
                        "AttachRequired",
                        "Whether volumes are attached before they are mounted.",
                        "attachRequired",
                        true),
                truth("PodInfoOnMount", "Whether the driver is told of the pod.", "podInfoOnMount", false),
                truth("StorageCapacity", "Whether the driver tells its capacity.", "storageCapacity", false),
                Column.text("TokenRequests", "Audiences of the tokens that the driver gets.", CsiResources::audiences),
                truth(
                        "RequiresRepublish",
                        "Whether volumes are published again and again.",
                        "requiresRepublish",
                        false),
                Column.text("Modes", "Kinds of volumes.", CsiResources::modes),
                Column.age());
    }

    private static Column truth(String name, String description, String field, boolean missing) {
        return Column.truth(
                name, description, driver -> driver.path("spec").path(field).asBoolean(missing));
    }

    private static String audiences(JsonNode driver) {
        JsonNode requests = driver.path("spec").path("tokenRequests");
        List<String> audiences = new ArrayList<>();
        requests.forEach(request -> audiences.add(request.path("audience").asString("")));
        return requests.isMissingNode() ? "<unset>" : String.join(",", audiences);
    }

    private static String modes(JsonNode driver) {
        List<String> modes = new ArrayList<>();
        driver.path("spec").path("volumeLifecycleModes").forEach(mode -> modes.add(mode.asString("")));
        return modes.isEmpty() ? "<none>" : String.join(",", modes);
    }

    private static List<Column> attachments() {
        return List.of(
                Column.nameColumn(),
                text("Attacher", "The driver that attaches.", "attacher"),
                Column.text(
                        "PV",
                        "The volume.",
                        attachment -> attachment
                                .path("spec")
                                .path("source")
                                .path("persistentVolumeName")
                                .asString("")),
                text("Node", "The node it is attached to.", "nodeName"),
                Column.truth(
                        "Attached",
                        "Whether it is attached.",
                        attachment -> attachment.path("status").path("attached").asBoolean(false)),
                Column.age());
    }

    private static Column text(String name, String description, String field) {
        return Column.text(
                name,
                description,
                attachment -> attachment.path("spec").path(field).asString(""));
    }
}
