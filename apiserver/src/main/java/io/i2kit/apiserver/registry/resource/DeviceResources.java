package io.i2kit.apiserver.registry.resource;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.ResourceNames;
import io.i2kit.apiserver.registry.Support;
import io.i2kit.apiserver.registry.table.Column;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** DeviceClasses, ResourceClaims, their templates and ResourceSlices: kept for drivers; machines have no devices to allot. */
public final class DeviceResources {
    private DeviceResources() {}

    /** In the order of discovery. */
    public static List<ResourceDefinition> all() {
        return List.of(
                ResourceDefinition.cluster(names("deviceclasses", "DeviceClass"), new DeviceClassStrategy())
                        .withSupport(Support.STORED),
                ResourceDefinition.namespaced(names("resourceclaims", "ResourceClaim"), new ResourceClaimStrategy())
                        .withStatus()
                        .withColumns(List.of(
                                Column.nameColumn(),
                                Column.text(
                                        "State",
                                        "A summary of the current state (allocated, pending, reserved, etc.).",
                                        DeviceResources::state),
                                Column.age()))
                        .withSupport(Support.STORED),
                ResourceDefinition.namespaced(
                                names("resourceclaimtemplates", "ResourceClaimTemplate"), new ClaimTemplateStrategy())
                        .withSupport(Support.STORED),
                ResourceDefinition.cluster(names("resourceslices", "ResourceSlice"), new ResourceSliceStrategy())
                        .withColumns(List.of(
                                Column.nameColumn(),
                                Column.text("Node", "Whose devices these are.", slice -> of(slice, "nodeName")),
                                Column.text("Driver", "Who drives them.", slice -> of(slice, "driver")),
                                Column.text(
                                        "Pool",
                                        "The pool that they are of.",
                                        slice -> text(slice.path("spec").path("pool"), "name")),
                                Column.age()))
                        .withSupport(Support.STORED));
    }

    private static ResourceNames names(String plural, String kind) {
        return new ResourceNames("resource.k8s.io", "v1", plural, kind, List.of(), List.of());
    }

    private static String of(JsonNode slice, String field) {
        return text(slice.path("spec"), field);
    }

    /** {@code resourceClaimState}. */
    private static String state(JsonNode claim) {
        boolean deleted = Meta.isDeleting(claim);
        JsonNode status = claim.path("status");
        if (!status.path("allocation").isObject()) {
            return deleted ? "deleted" : "pending";
        }
        return (deleted ? "deleted," : "") + "allocated"
                + (status.path("reservedFor").isEmpty() ? "" : ",reserved");
    }
}
