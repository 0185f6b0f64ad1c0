package io.i2kit.apiserver.registry.discovery;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Names;
import io.i2kit.apiserver.registry.core.FieldChecks;
import io.i2kit.apiserver.registry.core.NetworkRules;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** {@code pkg/apis/discovery/validation/validation.go}, with the declarative rules of {@code pkg/apis/discovery/v1} after it. */
final class EndpointSliceValidation {
    private static final List<String> TYPES = List.of("FQDN", "IPv4", "IPv6");
    private static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");
    private static final int MAX_PORTS = 20_000;
    private static final int MAX_ENDPOINTS = 1000;
    private static final int MAX_ADDRESSES = 100;
    private static final int MAX_HINTS = 8;

    private final JsonNode slice;
    private final FieldChecks checks;

    EndpointSliceValidation(JsonNode slice, FieldChecks checks) {
        this.slice = slice;
        this.checks = checks;
    }

    void validate() {
        ports();
        endpoints();
        addressType();
        addressCounts();
    }

    /** Endpoints that were stored under older rules stay good; of a type that changed there is no more to say. */
    void validateUpdate(JsonNode old) {
        boolean sameType = Json.same(slice.path("addressType"), old.path("addressType"));
        if (!sameType) {
            addressType();
        }
        ports();
        boolean changed = !Json.same(slice.path("endpoints"), old.path("endpoints"));
        if (changed) {
            endpoints();
        }
        checks.frozen(slice.path("addressType"), old.path("addressType"), "addressType");
        if (changed) {
            addressCounts();
        }
    }

    private void addressType() {
        checks.oneOf(slice, "addressType", "", TYPES);
    }

    private void addressCounts() {
        JsonNode endpoints = slice.path("endpoints");
        for (int i = 0; i < endpoints.size(); i++) {
            int count = endpoints.path(i).path("addresses").size();
            String path = "endpoints[" + i + "].addresses";
            if (count == 0) {
                checks.required(path, "");
            } else if (count > MAX_ADDRESSES) {
                checks.tooMany(path, count, MAX_ADDRESSES);
            }
        }
    }

    private void ports() {
        JsonNode ports = slice.path("ports");
        if (ports.size() > MAX_PORTS) {
            checks.tooMany("ports", ports.size(), MAX_PORTS);
            return;
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            JsonNode port = ports.path(i);
            String path = "ports[" + i + "]";
            String name = text(port, "name");
            if (!name.isEmpty()) {
                checks.label(name, path + ".name");
            }
            if (!names.add(name)) {
                checks.duplicate(path + ".name", name);
            }
            if (!PROTOCOLS.contains(text(port, "protocol"))) {
                checks.notSupported(path + ".protocol", port.path("protocol"), PROTOCOLS);
            }
            if (port.has("appProtocol")) {
                checks.qualified(text(port, "appProtocol"), path + ".appProtocol");
            }
        }
    }

    private void endpoints() {
        JsonNode endpoints = slice.path("endpoints");
        if (endpoints.size() > MAX_ENDPOINTS) {
            checks.tooMany("endpoints", endpoints.size(), MAX_ENDPOINTS);
            return;
        }
        for (int i = 0; i < endpoints.size(); i++) {
            JsonNode endpoint = endpoints.path(i);
            String path = "endpoints[" + i + "]";
            for (int a = 0; a < endpoint.path("addresses").size(); a++) {
                address(endpoint.path("addresses").path(a).asString(""), path + ".addresses", a);
            }
            if (endpoint.has("nodeName")) {
                checks.subdomain(text(endpoint, "nodeName"), path + ".nodeName");
            }
            checks.labels(endpoint.path("deprecatedTopology"), path + ".deprecatedTopology");
            if (endpoint.has("hostname")) {
                checks.label(text(endpoint, "hostname"), path + ".hostname");
            }
            hints(endpoint.path("hints"), path + ".hints");
        }
    }

    private void address(String address, String list, int index) {
        String path = list + "[" + index + "]";
        List<FieldError> faults = new ArrayList<>();
        boolean six = text(slice, "addressType").equals("IPv6");
        if (six) {
            String fault = NetworkRules.canonicalAddressFault(address);
            if (!fault.isEmpty()) {
                new FieldChecks(faults::add).invalid(path, address, fault);
            }
        } else if (text(slice, "addressType").equals("IPv4")) {
            NetworkRules.address(new FieldChecks(faults::add), address, path);
        } else {
            if (text(slice, "addressType").equals("FQDN")) {
                NetworkRules.fullName(checks, address, path);
            }
            return;
        }
        faults.forEach(checks::add);
        if (faults.isEmpty()) {
            if (six != address.contains(":")) {
                checks.invalid(list, address, "must be an " + text(slice, "addressType") + " address");
            }
            NetworkRules.endpointAddress(checks, address, path);
        }
    }

    private void hints(JsonNode hints, String path) {
        for (String field : List.of("forZones", "forNodes")) {
            JsonNode all = hints.path(field);
            if (all.size() > MAX_HINTS) {
                checks.tooMany(path + "." + field, all.size(), MAX_HINTS);
                return;
            }
            Set<String> names = new HashSet<>();
            for (int i = 0; i < all.size(); i++) {
                String name = text(all.path(i), "name");
                String here = path + "." + field + "[" + i + "].name";
                if (!names.add(name)) {
                    checks.duplicate(here, name);
                }
                if (field.equals("forZones")) {
                    Names.labelValue(name, problem -> checks.invalid(here, name, problem));
                } else {
                    checks.subdomain(name, here);
                }
            }
        }
    }
}
