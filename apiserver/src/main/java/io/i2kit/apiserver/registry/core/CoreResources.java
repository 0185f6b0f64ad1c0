package io.i2kit.apiserver.registry.core;

import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.ResourceNames;
import io.i2kit.apiserver.registry.SpecStrategy;
import io.i2kit.apiserver.registry.Subresource;
import io.i2kit.apiserver.registry.Support;
import io.i2kit.apiserver.registry.table.Column;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** The kinds of the core group that i2kit acts on. */
public final class CoreResources {
    private CoreResources() {}

    /** In the order of discovery. */
    public static List<ResourceDefinition> all(ServiceAllocator allocator) {
        return List.of(
                componentStatuses(),
                configMaps(),
                endpoints(),
                events(),
                limitRanges(),
                namespaces(),
                nodes(),
                claims(),
                volumes(),
                pods(),
                podTemplates(),
                resourceQuotas(),
                secrets(),
                serviceAccounts(),
                services(allocator));
    }

    /** The definition of Events among these. */
    public static ResourceDefinition events(List<ResourceDefinition> core) {
        return core.stream()
                .filter(definition -> definition.names().plural().equals("events"))
                .findFirst()
                .orElseThrow();
    }

    private static final List<String> ALL = List.of("all");

    private static ResourceNames inAll(String plural, String kind, String shortName) {
        return new ResourceNames("", "v1", plural, kind, List.of(shortName), ALL);
    }

    private static ResourceDefinition componentStatuses() {
        return ResourceDefinition.cluster(names("componentstatuses", "ComponentStatus", "cs"), new SpecStrategy())
                .withColumns(List.of(
                        Column.nameColumn(),
                        Column.text("Status", "Status of the component conditions", CoreResources::health),
                        Column.text(
                                "Message", "Message of the component conditions", status -> healthy(status, "message")),
                        Column.text("Error", "Error of the component conditions", status -> healthy(status, "error"))))
                .withSupport(Support.COMPUTED);
    }

    private static String health(JsonNode status) {
        String known = healthy(status, "status");
        return known.isEmpty() ? "Unknown" : known.equals("True") ? "Healthy" : "Unhealthy";
    }

    private static String healthy(JsonNode status, String field) {
        for (JsonNode condition : status.path("conditions")) {
            if (condition.path("type").asString("").equals("Healthy")) {
                return condition.path(field).asString("");
            }
        }
        return "";
    }

    private static ResourceDefinition pods() {
        ResourceNames names = inAll("pods", "Pod", "po");
        return ResourceDefinition.namespaced(names, new PodStrategy())
                .with(
                        Subresource.of(names, "attach", "PodAttachOptions", "create", "get"),
                        Subresource.of(names, "binding", "Binding", "create"),
                        Subresource.of(names, "ephemeralcontainers", "Pod", "get", "patch", "update"),
                        new Subresource("eviction", "policy", "v1", "Eviction", List.of("create")),
                        Subresource.of(names, "exec", "PodExecOptions", "create", "get"),
                        Subresource.of(names, "log", "Pod", "get"),
                        Subresource.of(names, "portforward", "PodPortForwardOptions", "create", "get"),
                        proxy(names, "PodProxyOptions"),
                        Subresource.of(names, "resize", "Pod", "get", "patch", "update"))
                .withStatus()
                .withColumns(PodColumns.ALL);
    }

    private static Subresource proxy(ResourceNames names, String options) {
        return Subresource.of(names, "proxy", options, "create", "delete", "get", "patch", "update");
    }

    private static ResourceDefinition services(ServiceAllocator allocator) {
        ResourceNames names = inAll("services", "Service", "svc");
        return ResourceDefinition.namespaced(names, new ServiceStrategy(allocator))
                .with(proxy(names, "ServiceProxyOptions"))
                .withStatus()
                .withColumns(ServiceColumns.ALL);
    }

    private static ResourceDefinition limitRanges() {
        return ResourceDefinition.namespaced(names("limitranges", "LimitRange", "limits"), new LimitRangeStrategy())
                .withColumns(List.of(
                        Column.nameColumn(),
                        new Column(
                                "Created At",
                                "date",
                                "",
                                "When the object was created.",
                                0,
                                range -> range.path("metadata")
                                        .path("creationTimestamp")
                                        .asString(""))));
    }

    private static ResourceDefinition claims() {
        return ResourceDefinition.namespaced(
                        names("persistentvolumeclaims", "PersistentVolumeClaim", "pvc"),
                        new PersistentVolumeClaimStrategy())
                .withStatus()
                .withColumns(StorageColumns.CLAIMS)
                .withSupport(Support.STORED);
    }

    private static ResourceDefinition volumes() {
        return ResourceDefinition.cluster(
                        names("persistentvolumes", "PersistentVolume", "pv"),
                        new PersistentVolumeStrategy(Clock.systemUTC()))
                .withStatus()
                .withColumns(StorageColumns.VOLUMES)
                .withSupport(Support.STORED);
    }

    private static ResourceDefinition podTemplates() {
        return ResourceDefinition.namespaced(names("podtemplates", "PodTemplate"), new PodTemplateStrategy())
                .withColumns(StorageColumns.POD_TEMPLATES);
    }

    private static ResourceDefinition resourceQuotas() {
        return ResourceDefinition.namespaced(
                        names("resourcequotas", "ResourceQuota", "quota"), new ResourceQuotaStrategy())
                .withStatus()
                .withColumns(StorageColumns.QUOTAS);
    }

    private static ResourceDefinition nodes() {
        ResourceNames names = names("nodes", "Node", "no");
        return ResourceDefinition.cluster(names, new NodeStrategy())
                .with(proxy(names, "NodeProxyOptions"))
                .withStatus()
                .withColumns(NodeColumns.ALL);
    }

    private static ResourceDefinition events() {
        return ResourceDefinition.namespaced(names("events", "Event", "ev"), EventStrategy.lenient())
                .withColumns(EventColumns.ALL);
    }

    private static ResourceDefinition endpoints() {
        return ResourceDefinition.namespaced(names("endpoints", "Endpoints", "ep"), new EndpointsStrategy())
                .withColumns(List.of(
                        Column.nameColumn(),
                        Column.text("Endpoints", "Addresses and ports.", CoreResources::endpointsText),
                        Column.age()));
    }

    /** formatEndpoints: at most three. */
    private static String endpointsText(JsonNode endpoints) {
        List<String> shown = new ArrayList<>();
        for (JsonNode subset : endpoints.path("subsets")) {
            List<String> ports = new ArrayList<>();
            subset.path("ports")
                    .forEach(port -> ports.add(":" + port.path("port").asInt(0)));
            for (String port : ports.isEmpty() ? List.of("") : ports) {
                for (JsonNode address : subset.path("addresses")) {
                    shown.add(address.path("ip").asString("") + port);
                }
            }
        }
        int count = shown.size();
        if (shown.isEmpty()) {
            return "<none>";
        }
        String text = String.join(",", shown.subList(0, Math.min(3, shown.size())));
        return count > 3 ? text + " + " + (count - 3) + " more..." : text;
    }

    private static ResourceNames names(String plural, String kind, String... shortNames) {
        return new ResourceNames("", "v1", plural, kind, List.of(shortNames), List.of());
    }

    private static ResourceDefinition namespaces() {
        ResourceNames names = names("namespaces", "Namespace", "ns");
        return ResourceDefinition.cluster(names, new NamespaceStrategy())
                .with(Subresource.of(names, "finalize", "Namespace", "update"))
                .withStatus()
                .withColumns(List.of(
                        Column.nameColumn(),
                        Column.text(
                                "Status",
                                "The status of the namespace",
                                object -> object.path("status").path("phase").asString("")),
                        Column.age()));
    }

    private static ResourceDefinition configMaps() {
        return ResourceDefinition.namespaced(names("configmaps", "ConfigMap", "cm"), new ConfigMapStrategy())
                .withColumns(List.of(
                        Column.nameColumn(),
                        Column.text(
                                "Data",
                                "The number of data entries.",
                                object -> object.path("data").size()
                                        + object.path("binaryData").size()),
                        Column.age()));
    }

    private static ResourceDefinition secrets() {
        return ResourceDefinition.namespaced(names("secrets", "Secret"), new SecretStrategy())
                .withColumns(List.of(
                        Column.nameColumn(),
                        Column.text(
                                "Type",
                                "Used to facilitate programmatic handling of secret data.",
                                object -> object.path("type").asString("")),
                        Column.text(
                                "Data",
                                "The number of data entries.",
                                object -> object.path("data").size()),
                        Column.age()));
    }

    private static ResourceDefinition serviceAccounts() {
        ResourceNames names = names("serviceaccounts", "ServiceAccount", "sa");
        Subresource token = new Subresource("token", "authentication.k8s.io", "v1", "TokenRequest", List.of("create"));
        return ResourceDefinition.namespaced(names, new ServiceAccountStrategy())
                .with(token);
    }
}
