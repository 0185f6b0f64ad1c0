package io.i2kit.translator.core;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServiceSpec;
import io.i2kit.cloud.model.CloudResource;
import io.i2kit.cloud.model.DnsRecord;
import io.i2kit.cloud.model.LoadBalancer;
import io.i2kit.cloud.model.LoadBalancer.Listener;
import io.i2kit.cloud.model.LoadBalancer.Protocol;
import io.i2kit.cloud.model.LoadBalancer.Target;
import io.i2kit.cloud.model.OwnershipTags;
import io.i2kit.cloud.model.Stack;
import io.i2kit.cloud.model.StackId;
import io.i2kit.translator.ClusterSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A Service as a stack: a load balancer with a name that leads to it; for a headless Service only names, which lead to the
 * machines; for an ExternalName Service an alias. The names are those of Kubernetes' DNS specification, and public ones by
 * {@link PublicHostnames}.
 */
public final class ServiceModelBuilder {
    /** What CoreDNS' kubernetes plugin answers unless told otherwise. */
    private static final Duration TIME_TO_LIVE = Duration.ofSeconds(5);

    /** {@code service.spec.sessionAffinityConfig.clientIP.timeoutSeconds} where it is not given. */
    private static final int DEFAULT_AFFINITY_SECONDS = 10_800;

    private static final String NO_ADDRESS = "None";

    private final ClusterSettings settings;
    private final ResourceNames names;

    public ServiceModelBuilder(ClusterSettings settings) {
        this.settings = settings;
        this.names = new ResourceNames(settings.clusterId(), settings.clusterDomain());
    }

    /** The owner's id. */
    public StackId stackId(Service service) {
        return new StackId(
                settings.clusterId(),
                "Service",
                service.getMetadata().getNamespace(),
                service.getMetadata().getName(),
                service.getMetadata().getUid());
    }

    /** The name of the Service's load balancer, where it has one. */
    public String loadBalancerName(Service service) {
        return names.loadBalancer(
                service.getMetadata().getNamespace(),
                service.getMetadata().getName(),
                service.getMetadata().getUid());
    }

    /**
     * Pure: equal arguments give equal results, whatever the order of the collections.
     *
     * @param groups of the Service's namespace; those that it selects are behind it
     * @param pods of the Service's namespace that have a hostname and a subdomain
     */
    public Stack build(Service service, Collection<ServedGroup> groups, Collection<NamedPod> pods) {
        ServiceSpec spec = service.getSpec();
        String dnsName = names.serviceDns(
                service.getMetadata().getNamespace(), service.getMetadata().getName());
        List<ServedGroup> selected = groups.stream()
                .filter(group -> selects(spec, group.labels()))
                .sorted(Comparator.comparing(ServedGroup::group))
                .toList();
        List<CloudResource> resources;
        if ("ExternalName".equals(spec.getType())) {
            resources = external(service, dnsName);
        } else if (NO_ADDRESS.equals(spec.getClusterIP())) {
            resources = headless(service, dnsName, selected, pods);
        } else {
            resources = balanced(service, dnsName, selected);
        }
        return new Stack(stackId(service), resources);
    }

    private List<CloudResource> balanced(Service service, String dnsName, List<ServedGroup> selected) {
        LoadBalancer loadBalancer = loadBalancer(service, selected);
        List<CloudResource> resources = new ArrayList<>();
        resources.add(loadBalancer);
        resources.add(record(dnsName, DnsRecord.Type.LOAD_BALANCER, answers(loadBalancer)));
        if (loadBalancer.external()) {
            resources.addAll(PublicHostnames.of(service, DnsRecord.Type.LOAD_BALANCER, loadBalancer.name()));
        }
        return resources;
    }

    private static List<CloudResource> external(Service service, String dnsName) {
        String target =
                service.getSpec().getExternalName().toLowerCase(Locale.ROOT).replaceAll("\\.$", "");
        List<CloudResource> resources = new ArrayList<>();
        resources.add(record(dnsName, DnsRecord.Type.CANONICAL_NAME, List.of(target)));
        resources.addAll(PublicHostnames.of(service, DnsRecord.Type.CANONICAL_NAME, target));
        return resources;
    }

    private static List<String> answers(LoadBalancer loadBalancer) {
        Stream<String> named = loadBalancer.listeners().stream()
                .filter(listener -> !listener.name().isEmpty())
                .map(listener -> String.join(
                        "/",
                        loadBalancer.name(),
                        listener.name(),
                        listener.protocol().name(),
                        Integer.toString(listener.port())));
        return Stream.concat(Stream.of(loadBalancer.name()), named).toList();
    }

    /** A Service without selector selects nothing: its endpoints are somebody else's. */
    private static boolean selects(ServiceSpec spec, Map<String, String> labels) {
        Map<String, String> selector = spec.getSelector();
        return selector != null && !selector.isEmpty() && labels.entrySet().containsAll(selector.entrySet());
    }

    private static DnsRecord record(String name, DnsRecord.Type type, List<String> values) {
        return new DnsRecord(name, type, values, TIME_TO_LIVE);
    }

    private LoadBalancer loadBalancer(Service service, List<ServedGroup> groups) {
        ServiceSpec spec = service.getSpec();
        List<Listener> listeners = new ArrayList<>();
        for (ServicePort port : spec.getPorts()) {
            ServedGroup.protocol(port.getProtocol())
                    .ifPresent(protocol -> listeners.add(listener(port, protocol, groups)));
        }
        String address = spec.getClusterIP() == null ? "" : spec.getClusterIP();
        return new LoadBalancer(
                loadBalancerName(service),
                address,
                "LoadBalancer".equals(spec.getType()),
                Boolean.TRUE.equals(spec.getPublishNotReadyAddresses()),
                affinitySeconds(spec),
                listeners,
                LoadBalancerSettings.of(service, OwnershipTags.of(stackId(service))));
    }

    private static int affinitySeconds(ServiceSpec spec) {
        if (!"ClientIP".equals(spec.getSessionAffinity())) {
            return 0;
        }
        return Optional.ofNullable(spec.getSessionAffinityConfig())
                .map(config -> config.getClientIP())
                .map(clientIp -> clientIp.getTimeoutSeconds())
                .orElse(DEFAULT_AFFINITY_SECONDS);
    }

    private static Listener listener(ServicePort port, Protocol protocol, List<ServedGroup> groups) {
        List<Target> targets = new ArrayList<>();
        for (ServedGroup group : groups) {
            targetPort(port, protocol, group).ifPresent(number -> targets.add(new Target(group.group(), number)));
        }
        int nodePort = port.getNodePort() == null ? 0 : port.getNodePort();
        return new Listener(nameOf(port), protocol, port.getPort(), nodePort, targets);
    }

    /** Where a group serves a Service's port; empty when it declares no port of that name, so that it is not behind it. */
    private static Optional<Integer> targetPort(ServicePort port, Protocol protocol, ServedGroup group) {
        IntOrString target = port.getTargetPort();
        if (target == null) {
            return Optional.of(port.getPort());
        }
        if (target.getStrVal() != null && !target.getStrVal().isEmpty()) {
            return group.port(target.getStrVal(), protocol);
        }
        int number = target.getIntVal() == null ? 0 : target.getIntVal();
        return Optional.of(number == 0 ? port.getPort() : number);
    }

    private static String nameOf(ServicePort port) {
        return port.getName() == null ? "" : port.getName();
    }

    private List<CloudResource> headless(
            Service service, String dnsName, List<ServedGroup> groups, Collection<NamedPod> pods) {
        List<CloudResource> records = new ArrayList<>();
        records.add(record(dnsName, DnsRecord.Type.GROUPS, groupValues(service.getSpec(), groups)));
        String serviceName = service.getMetadata().getName();
        boolean alsoNotReady = Boolean.TRUE.equals(service.getSpec().getPublishNotReadyAddresses());
        Map<String, TreeSet<String>> byHostname = new TreeMap<>();
        for (NamedPod pod : pods) {
            if (pod.subdomain().equals(serviceName)
                    && !pod.hostname().isEmpty()
                    && !pod.address().isEmpty()
                    && (pod.ready() || alsoNotReady)
                    && selects(service.getSpec(), pod.labels())) {
                byHostname
                        .computeIfAbsent(pod.hostname(), ignored -> new TreeSet<>())
                        .add(pod.address());
            }
        }
        byHostname.forEach((hostname, addresses) -> records.add(record(
                names.podDns(hostname, serviceName, service.getMetadata().getNamespace()),
                DnsRecord.Type.ADDRESS,
                List.copyOf(addresses))));
        return records;
    }

    /** Each group once for its addresses, and once for each named port that it serves, for SRV answers. */
    private static List<String> groupValues(ServiceSpec spec, List<ServedGroup> groups) {
        List<String> values = new ArrayList<>();
        for (ServedGroup group : groups) {
            List<String> located = new ArrayList<>();
            boolean serves = spec.getPorts().isEmpty();
            for (ServicePort port : spec.getPorts()) {
                Optional<Protocol> protocol = ServedGroup.protocol(port.getProtocol());
                Optional<Integer> number = protocol.flatMap(known -> targetPort(port, known, group));
                serves |= number.isPresent();
                if (number.isPresent() && protocol.isPresent() && !nameOf(port).isEmpty()) {
                    String transport = protocol.get().name().toLowerCase(Locale.ROOT);
                    located.add(group.group() + "/" + nameOf(port) + "/" + transport + "/" + number.get());
                }
            }
            if (serves) {
                values.addAll(located.isEmpty() ? List.of(group.group()) : located);
            }
        }
        return values;
    }
}
