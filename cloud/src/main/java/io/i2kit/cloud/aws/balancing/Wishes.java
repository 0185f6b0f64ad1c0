package io.i2kit.cloud.aws.balancing;

import io.i2kit.cloud.aws.AwsOptions.Installation;
import io.i2kit.cloud.aws.api.LoadBalancingApi.Check;
import io.i2kit.cloud.aws.api.LoadBalancingApi.Rhythm;
import io.i2kit.cloud.aws.api.LoadBalancingApi.Tls;
import io.i2kit.cloud.model.LoadBalancer;
import io.i2kit.cloud.model.LoadBalancer.Listener;
import io.i2kit.cloud.provider.CloudException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a load balancer's options ask, with the meaning that the AWS Load Balancer Controller gives them
 * (docs/guide/service/annotations.md), but for two defaults: the internet reaches a load balancer, and the guest's {@code /ready}
 * is asked.
 */
record Wishes(LoadBalancer loadBalancer) {
    /** The guest's plain {@code /ready}. */
    private static final String READY_PORT = "10256";

    /** How long a machine that leaves still gets what its open connections send; a Pod's usual grace. */
    private static final String DRAIN_SECONDS = "30";

    private static final String TRAFFIC_PORT = "traffic-port";

    /** What holds where nobody asks for anything. */
    static Wishes none(String name) {
        return new Wishes(new LoadBalancer(name, "", false, false, 0, List.of(), LoadBalancer.Settings.of(Map.of())));
    }

    private String text(String option) {
        return loadBalancer.settings().options().getOrDefault(option, "");
    }

    private List<String> list(String option) {
        return Arrays.stream(text(option).split(","))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .toList();
    }

    private Map<String, String> pairs(String option) {
        Map<String, String> pairs = new TreeMap<>();
        for (String item : list(option)) {
            String[] parts = item.split("=", 2);
            pairs.put(parts[0].strip(), parts.length > 1 ? parts[1].strip() : "");
        }
        return pairs;
    }

    private int number(String option, int otherwise) {
        return text(option).isEmpty() ? otherwise : Integer.parseInt(text(option));
    }

    String awsName() {
        return text("name").isEmpty() ? loadBalancer.name() : text("name");
    }

    boolean internal() {
        return text("scheme").isEmpty()
                ? text("internal").equals("true")
                : text("scheme").equals("internal");
    }

    List<String> subnets(Installation installation) {
        return list("subnets").isEmpty() ? installation.subnetIds() : list("subnets");
    }

    /** @throws CloudException.Invalid when they do not fit the subnets or the scheme */
    List<String> allocations(Installation installation) {
        List<String> allocations = list("eip-allocations");
        if (!allocations.isEmpty()
                && (internal() || allocations.size() != subnets(installation).size())) {
            throw new CloudException.Invalid(
                    "aws-load-balancer-eip-allocations: an internet-facing load balancer takes one"
                            + " address for each of its "
                            + subnets(installation).size() + " subnets");
        }
        return allocations;
    }

    /** The Service's own groups; empty: one by source ranges. */
    List<String> securityGroups() {
        return list("security-groups");
    }

    List<String> ranges() {
        List<String> ranges = loadBalancer.settings().sourceRanges();
        return ranges.isEmpty() ? List.of("0.0.0.0/0") : ranges;
    }

    /** The user's own tags; they cannot take the place of i2kit's. */
    Map<String, String> tags() {
        Map<String, String> tags = pairs("additional-resource-tags");
        tags.keySet().removeIf(key -> key.startsWith("i2kit.io/") || key.startsWith("aws:"));
        return tags;
    }

    Map<String, String> balancerAttributes() {
        Map<String, String> attributes = new TreeMap<>();
        // Machines are in few zones, and a client of one zone must reach those of another.
        String crossZone = text("cross-zone-load-balancing-enabled");
        attributes.put("load_balancing.cross_zone.enabled", crossZone.isEmpty() ? "true" : crossZone);
        attributes.putAll(pairs("attributes"));
        return attributes;
    }

    Map<String, String> targetAttributes(Ports ports) {
        Map<String, String> attributes = new TreeMap<>();
        attributes.put("deregistration_delay.timeout_seconds", DRAIN_SECONDS);
        attributes.put(
                "proxy_protocol_v2.enabled",
                Boolean.toString(text("proxy-protocol").equals("*")));
        if (!ports.showsClients()) {
            // A machine reaches itself through its own Service only if the balancer's address is what it sees.
            attributes.put("preserve_client_ip.enabled", "false");
        }
        if (loadBalancer.clientAffinity() > 0) {
            attributes.put("stickiness.enabled", "true");
            attributes.put("stickiness.type", "source_ip");
        }
        attributes.putAll(pairs("target-group-attributes"));
        return attributes;
    }

    /** Whether clients speak TLS to a port of the Service. */
    boolean isTls(Listener listener) {
        List<String> ports = list("ssl-ports");
        return listener.protocol() == LoadBalancer.Protocol.TCP
                && !list("ssl-cert").isEmpty()
                && (ports.isEmpty()
                        || ports.contains(Integer.toString(listener.port()))
                        || (!listener.name().isEmpty() && ports.contains(listener.name())));
    }

    boolean isTlsToMachines() {
        return text("backend-protocol").equals("ssl");
    }

    Tls tls(Ports ports) {
        return ports.protocol().equals(Ports.TLS)
                ? new Tls(text("ssl-negotiation-policy"), list("ssl-cert"))
                : Tls.NONE;
    }

    /** The guest's {@code /ready} unless the Service says what to ask. */
    Check check() {
        Rhythm rhythm = new Rhythm(
                number("healthcheck-interval", 5),
                number("healthcheck-timeout", 4),
                number("healthcheck-healthy-threshold", 2),
                number("healthcheck-unhealthy-threshold", 2));
        String protocol = text("healthcheck-protocol").toUpperCase(Locale.ROOT);
        String codes = text("healthcheck-success-codes");
        if (protocol.isEmpty() && text("healthcheck-port").isEmpty()) {
            return loadBalancer.publishNotReady()
                    ? new Check("TCP", TRAFFIC_PORT, "", "", rhythm)
                    : new Check("HTTP", READY_PORT, "/ready", codes, rhythm);
        }
        if (protocol.isEmpty() || protocol.equals("TCP")) {
            return new Check("TCP", checkPort(), "", "", rhythm);
        }
        String path = text("healthcheck-path").isEmpty() ? "/" : text("healthcheck-path");
        return new Check(protocol, checkPort(), path, codes, rhythm);
    }

    private String checkPort() {
        String port = text("healthcheck-port");
        if (port.isEmpty() || port.equals(TRAFFIC_PORT) || Character.isDigit(port.charAt(0))) {
            return port.isEmpty() ? TRAFFIC_PORT : port;
        }
        return loadBalancer.listeners().stream()
                .filter(listener -> listener.name().equals(port))
                .flatMap(listener -> listener.targets().stream())
                .map(target -> Integer.toString(target.port()))
                .findFirst()
                .orElse(TRAFFIC_PORT);
    }

    /** Options that lead to nothing, for people; empty when there are none. */
    String problem() {
        boolean noCertificate = !text("ssl-ports").isEmpty() && text("ssl-cert").isEmpty();
        return noCertificate ? "aws-load-balancer-ssl-ports without aws-load-balancer-ssl-cert: no port takes TLS" : "";
    }
}
