package io.i2kit.apiserver.registry.core;

import io.i2kit.apiserver.registry.Scale;
import io.i2kit.apiserver.registry.table.Column;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Columns of Services: printService of {@code pkg/printers/internalversion/printers.go}. */
final class ServiceColumns {
    static final List<Column> ALL = List.of(
            Column.nameColumn(),
            Column.text(
                    "Type",
                    "Type of the service.",
                    service -> service.path("spec").path("type").asString("")),
            Column.text("Cluster-IP", "IP address of the service inside the cluster.", ServiceColumns::clusterIp),
            Column.text(
                    "External-IP", "Addresses at which the service is reached from outside.", ServiceColumns::external),
            Column.text("Port(s)", "The ports exposed by the service.", ServiceColumns::ports),
            Column.age(),
            Column.wide("Selector", "Labels of the pods that serve it.", ServiceColumns::selector));

    private ServiceColumns() {}

    private static String clusterIp(JsonNode service) {
        String address = service.path("spec").path("clusterIP").asString("");
        return address.isEmpty() ? "<none>" : address;
    }

    private static String external(JsonNode service) {
        JsonNode spec = service.path("spec");
        List<String> addresses = new ArrayList<>();
        String type = spec.path("type").asString("");
        if (type.equals("ExternalName")) {
            return spec.path("externalName").asString("");
        }
        if (type.equals("LoadBalancer")) {
            for (JsonNode ingress : service.path("status").path("loadBalancer").path("ingress")) {
                String ip = ingress.path("ip").asString("");
                addresses.add(ip.isEmpty() ? ingress.path("hostname").asString("") : ip);
            }
        }
        spec.path("externalIPs").forEach(address -> addresses.add(address.asString("")));
        if (addresses.isEmpty()) {
            return type.equals("LoadBalancer") ? "<pending>" : "<none>";
        }
        return String.join(",", addresses);
    }

    private static String ports(JsonNode service) {
        List<String> ports = new ArrayList<>();
        for (JsonNode port : service.path("spec").path("ports")) {
            int nodePort = port.path("nodePort").asInt(0);
            String number = Integer.toString(port.path("port").asInt(0));
            ports.add((nodePort > 0 ? number + ":" + nodePort : number) + "/"
                    + port.path("protocol").asString(""));
        }
        return ports.isEmpty() ? "<none>" : String.join(",", ports);
    }

    private static String selector(JsonNode service) {
        String text = Scale.selectorText(service.path("spec").path("selector"));
        return text.isEmpty() ? "<none>" : text;
    }
}
