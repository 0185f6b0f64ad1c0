package io.i2kit.apiserver.registry.networking;

import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.Scale;
import io.i2kit.apiserver.registry.table.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** Columns of this group's kinds ({@code pkg/printers/internalversion/printers.go}). */
final class NetworkingColumns {
    private static final int MAX_HOSTS = 3;

    static final List<Column> INGRESSES = List.of(
            Column.nameColumn(),
            Column.text(
                    "Class",
                    "The name of the IngressClass resource that should be used for additional configuration",
                    ingress -> ingress.path("spec").path("ingressClassName").asString("<none>")),
            Column.text(
                    "Hosts",
                    "Hosts that incoming requests are matched against before the ingress rule",
                    NetworkingColumns::hosts),
            Column.text(
                    "Address",
                    "Address is a list containing ingress points for the load-balancer",
                    NetworkingColumns::addresses),
            Column.text(
                    "Ports",
                    "Ports of TLS configurations that open",
                    ingress -> ingress.path("spec").path("tls").isEmpty() ? "80" : "80, 443"),
            Column.age());

    static final List<Column> INGRESS_CLASSES = List.of(
            Column.named(NetworkingColumns::className),
            Column.text(
                    "Controller",
                    "Controller that is responsible for handling this class",
                    type -> type.path("spec").path("controller").asString("")),
            Column.text(
                    "Parameters",
                    "A reference to a resource with additional parameters",
                    NetworkingColumns::parameters),
            Column.age());

    static final List<Column> NETWORK_POLICIES = List.of(
            Column.nameColumn(),
            Column.text("Pod-Selector", "Selects the pods to which this policy applies.", policy -> {
                String text = Scale.selectorText(policy.path("spec").path("podSelector"));
                return text.isEmpty() ? "<none>" : text;
            }),
            Column.age());

    static final List<Column> ADDRESSES = List.of(
            Column.nameColumn(),
            Column.text("ParentRef", "The object that the address is of.", NetworkingColumns::parent));

    static final List<Column> SERVICE_RANGES = List.of(
            Column.nameColumn(),
            Column.text("CIDRs", "Where the addresses of Services come from.", range -> {
                List<String> ranges = new ArrayList<>();
                range.path("spec").path("cidrs").forEach(each -> ranges.add(each.asString("")));
                return String.join(",", ranges);
            }),
            Column.age());

    private NetworkingColumns() {}

    private static String parent(JsonNode address) {
        JsonNode parent = address.path("spec").path("parentRef");
        if (!parent.isObject()) {
            return "<none>";
        }
        String group = parent.path("group").asString("");
        String resource = parent.path("resource").asString("") + (group.isEmpty() ? "" : "." + group);
        String namespace = parent.path("namespace").asString("");
        return resource.toLowerCase(Locale.ROOT) + (namespace.isEmpty() ? "" : "/" + namespace) + "/"
                + parent.path("name").asString("");
    }

    private static String hosts(JsonNode ingress) {
        JsonNode rules = ingress.path("spec").path("rules");
        List<String> hosts = new ArrayList<>();
        boolean more = false;
        for (JsonNode rule : rules) {
            more |= hosts.size() == MAX_HOSTS;
            String host = rule.path("host").asString("");
            if (!more && !host.isEmpty()) {
                hosts.add(host);
            }
        }
        if (hosts.isEmpty()) {
            return "*";
        }
        String text = String.join(",", hosts);
        return more ? text + " + " + (rules.size() - MAX_HOSTS) + " more..." : text;
    }

    private static String addresses(JsonNode ingress) {
        TreeSet<String> addresses = new TreeSet<>();
        for (JsonNode point : ingress.path("status").path("loadBalancer").path("ingress")) {
            String address = point.path("ip").asString(point.path("hostname").asString(""));
            if (!address.isEmpty()) {
                addresses.add(address);
            }
        }
        return String.join(",", addresses);
    }

    private static String className(JsonNode type) {
        JsonNode isDefault =
                type.path("metadata").path("annotations").path("ingressclass.kubernetes.io/is-default-class");
        return isDefault.asString("").equals("true") ? Meta.name(type) + " (default)" : Meta.name(type);
    }

    private static String parameters(JsonNode type) {
        JsonNode parameters = type.path("spec").path("parameters");
        if (!parameters.isObject()) {
            return "<none>";
        }
        String group = parameters.path("apiGroup").asString("");
        return parameters.path("kind").asString("") + (group.isEmpty() ? "" : "." + group) + "/"
                + parameters.path("name").asString("");
    }
}
