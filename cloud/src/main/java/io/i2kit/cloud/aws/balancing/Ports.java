package io.i2kit.cloud.aws.balancing;

import io.i2kit.cloud.model.LoadBalancer;
import io.i2kit.cloud.model.LoadBalancer.Listener;
import io.i2kit.cloud.model.LoadBalancer.Protocol;
import io.i2kit.cloud.model.LoadBalancer.Target;
import io.i2kit.cloud.provider.CloudException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * One listener of a network load balancer.
 *
 * @param protocol {@code TCP}, {@code TLS}, {@code UDP} or, where a Service has both on one port, {@code TCP_UDP}
 * @param targetProtocol the same between the load balancer and the machines
 * @param targetPort of the machines
 * @param groups by the model's names
 */
record Ports(String protocol, String targetProtocol, int port, int targetPort, List<String> groups) {
    static final String TLS = "TLS";

    Ports {
        groups = List.copyOf(groups);
    }

    /** Whether machines see clients' own addresses, which cannot be chosen (Elastic Load Balancing, "Client IP preservation"). */
    boolean showsClients() {
        return targetProtocol.contains("UDP");
    }

    /** The listeners that a load balancer of the model needs. */
    static List<Ports> of(LoadBalancer loadBalancer) {
        Map<Integer, List<Listener>> byPort = new TreeMap<>();
        loadBalancer
                .listeners()
                .forEach(listener -> byPort.computeIfAbsent(listener.port(), port -> new ArrayList<>())
                        .add(listener));
        Wishes wishes = new Wishes(loadBalancer);
        return byPort.values().stream().map(each -> join(wishes, each)).toList();
    }

    private static Ports join(Wishes wishes, List<Listener> listeners) {
        TreeSet<Protocol> protocols =
                listeners.stream().map(Listener::protocol).collect(Collectors.toCollection(TreeSet::new));
        String plain = protocols.size() > 1 ? "TCP_UDP" : protocols.getFirst().name();
        boolean tls = listeners.stream().anyMatch(wishes::isTls);
        if (tls && protocols.size() > 1) {
            throw new CloudException.Invalid("port " + listeners.getFirst().port()
                    + " cannot take TLS and UDP at once: see aws-load-balancer-ssl-ports");
        }
        int port = listeners.getFirst().port();
        List<Target> targets = listeners.stream()
                .flatMap(listener -> listener.targets().stream())
                .toList();
        int targetPort = mostCommonPort(targets, port);
        return new Ports(
                tls ? TLS : plain,
                tls && wishes.isTlsToMachines() ? TLS : plain,
                port,
                targetPort,
                targets.stream()
                        .filter(target -> target.port() == targetPort)
                        .map(Target::group)
                        .distinct()
                        .sorted()
                        .toList());
    }

    /** Machines of a target group all serve on its one port; in a tie the later revision's, which is listed last. */
    private static int mostCommonPort(List<Target> targets, int otherwise) {
        Map<Integer, Integer> counts = new LinkedHashMap<>();
        targets.forEach(target -> counts.merge(target.port(), 1, Integer::sum));
        int best = otherwise;
        int most = 0;
        for (Map.Entry<Integer, Integer> each : counts.entrySet()) {
            if (each.getValue() >= most) {
                best = each.getKey();
                most = each.getValue();
            }
        }
        return best;
    }

    /** Which groups a Service's other ports leave out, for people; empty when none. */
    static String problem(LoadBalancer loadBalancer) {
        List<String> problems = new ArrayList<>();
        String unused = new Wishes(loadBalancer).problem();
        if (!unused.isEmpty()) {
            problems.add(unused);
        }
        for (Ports ports : of(loadBalancer)) {
            boolean leftOut = loadBalancer.listeners().stream()
                    .filter(listener -> listener.port() == ports.port())
                    .flatMap(listener -> listener.targets().stream())
                    .anyMatch(target -> target.port() != ports.targetPort());
            if (leftOut) {
                problems.add("port " + ports.port() + " leads to port " + ports.targetPort()
                        + " only: machines of one target group serve on one port");
            }
        }
        return String.join("; ", problems);
    }
}
