package io.i2kit.apiserver.registry.networking;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.SpecStrategy;
import io.i2kit.apiserver.registry.core.FieldChecks;
import io.i2kit.apiserver.registry.core.NetworkRules;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** NetworkPolicies: {@code pkg/registry/networking/networkpolicy/strategy.go} and {@code pkg/apis/networking/validation}. */
final class NetworkPolicyStrategy extends SpecStrategy {
    private static final List<String> TYPES = List.of("Ingress", "Egress");
    private static final List<String> PROTOCOLS = List.of("TCP", "UDP", "SCTP");

    /** A direction of rules and the field that names their peers. */
    private record Direction(String rules, String peers) {}

    private static final List<Direction> DIRECTIONS =
            List.of(new Direction("ingress", "from"), new Direction("egress", "to"));

    @Override
    public void setDefaults(ObjectNode object) {
        ObjectNode spec = object.withObjectProperty("spec");
        spec.withObjectProperty("podSelector");
        for (Direction direction : DIRECTIONS) {
            for (JsonNode rule : spec.path(direction.rules())) {
                for (JsonNode port : rule.path("ports")) {
                    if (port instanceof ObjectNode node && !node.has("protocol")) {
                        node.put("protocol", "TCP");
                    }
                }
            }
        }
        if (spec.path("policyTypes").isEmpty()) {
            ArrayNode types = spec.putArray("policyTypes").add("Ingress");
            if (!spec.path("egress").isEmpty()) {
                types.add("Egress");
            }
        }
    }

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        validate(object.path("spec"), Set.of(), new FieldChecks(errors));
    }

    /** Address ranges that were stored before stay valid. */
    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        Set<String> known = new HashSet<>();
        for (Direction direction : DIRECTIONS) {
            for (JsonNode rule : old.path("spec").path(direction.rules())) {
                for (JsonNode peer : rule.path(direction.peers())) {
                    known.add(text(peer.path("ipBlock"), "cidr"));
                    peer.path("ipBlock").path("except").forEach(except -> known.add(except.asString("")));
                }
            }
        }
        validate(object.path("spec"), known, new FieldChecks(errors));
    }

    private static void validate(JsonNode spec, Set<String> knownRanges, FieldChecks checks) {
        checks.selector(spec.path("podSelector"), "spec.podSelector");
        for (Direction direction : DIRECTIONS) {
            JsonNode rules = spec.path(direction.rules());
            for (int i = 0; i < rules.size(); i++) {
                String path = "spec." + direction.rules() + "[" + i + "]";
                JsonNode ports = rules.path(i).path("ports");
                for (int p = 0; p < ports.size(); p++) {
                    port(ports.path(p), path + ".ports[" + p + "]", checks);
                }
                JsonNode peers = rules.path(i).path(direction.peers());
                for (int p = 0; p < peers.size(); p++) {
                    peer(peers.path(p), path + "." + direction.peers() + "[" + p + "]", knownRanges, checks);
                }
            }
        }
        JsonNode types = spec.path("policyTypes");
        if (types.size() > TYPES.size()) {
            checks.invalid("spec.policyTypes", types, "may not specify more than two policyTypes");
            return;
        }
        for (int i = 0; i < types.size(); i++) {
            if (!TYPES.contains(types.path(i).asString(""))) {
                checks.notSupported("spec.policyTypes[" + i + "]", types.path(i), TYPES);
            }
        }
    }

    private static void port(JsonNode port, String path, FieldChecks checks) {
        if (port.has("protocol") && !PROTOCOLS.contains(text(port, "protocol"))) {
            checks.notSupported(path + ".protocol", port.path("protocol"), PROTOCOLS);
        }
        JsonNode first = port.path("port");
        JsonNode last = port.path("endPort");
        if (first.isNumber()) {
            checks.port(first, path + ".port");
            if (last.isNumber()) {
                if (last.asInt() < first.asInt()) {
                    checks.invalid(path + ".endPort", last, "must be greater than or equal to `port`");
                }
                checks.port(last, path + ".endPort");
            }
            return;
        }
        if (last.isNumber()) {
            String why = first.isString() ? "non-numeric" : "not specified";
            checks.invalid(path + ".endPort", last, "may not be specified when `port` is " + why);
        }
        if (first.isString()) {
            checks.port(first, path + ".port");
        }
    }

    private static void peer(JsonNode peer, String path, Set<String> knownRanges, FieldChecks checks) {
        int kinds = 0;
        for (String field : List.of("podSelector", "namespaceSelector")) {
            if (peer.has(field)) {
                kinds++;
                checks.selector(peer.path(field), path + "." + field);
            }
        }
        if (peer.has("ipBlock")) {
            kinds++;
            block(peer.path("ipBlock"), path + ".ipBlock", knownRanges, checks);
        }
        if (kinds == 0) {
            checks.required(path, "must specify a peer");
        } else if (kinds > 1 && peer.has("ipBlock")) {
            checks.forbidden(path, "may not specify both ipBlock and another peer");
        }
    }

    private static void block(JsonNode block, String path, Set<String> known, FieldChecks checks) {
        String range = text(block, "cidr");
        if (range.isEmpty()) {
            checks.required(path + ".cidr", "");
            return;
        }
        if (!known.contains(range)) {
            NetworkRules.range(checks, range, path + ".cidr");
        }
        if (!NetworkRules.isRange(range)) {
            return;
        }
        JsonNode except = block.path("except");
        for (int i = 0; i < except.size(); i++) {
            String part = except.path(i).asString("");
            String here = path + ".except[" + i + "]";
            if (!known.contains(part)) {
                NetworkRules.range(checks, part, here);
            }
            if (NetworkRules.isRange(part) && !NetworkRules.isStrictSubset(part, range)) {
                checks.invalid(here, part, "must be a strict subset of `cidr`");
            }
        }
    }
}
