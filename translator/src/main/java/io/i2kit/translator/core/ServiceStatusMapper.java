package io.i2kit.translator.core;

import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.PortStatus;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.i2kit.cloud.model.LoadBalancerStatus;
import io.i2kit.cloud.model.LoadBalancerStatus.ExternalPort;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What a cloud says of a load balancer as {@code status.loadBalancer.ingress} of its Service. */
public final class ServiceStatusMapper {
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    /** A CamelCase word, as {@code v1.PortStatus.error} asks. */
    private static final String NOT_LISTENING = "PortNotAvailable";

    private ServiceStatusMapper() {}

    /**
     * Empty unless the Service is of type LoadBalancer and the cloud gave it a way in. Ports are listed only when one of them does
     * not listen as asked.
     */
    public static List<LoadBalancerIngress> ingress(Service service, LoadBalancerStatus status) {
        if (!"LoadBalancer".equals(service.getSpec().getType())
                || status.hostname().isEmpty()) {
            return List.of();
        }
        LoadBalancerIngress ingress = new LoadBalancerIngress();
        if (IPV4.matcher(status.hostname()).matches()) {
            ingress.setIp(status.hostname());
            ingress.setIpMode("VIP");
        } else {
            ingress.setHostname(status.hostname());
        }
        ingress.setPorts(ports(service, status));
        return List.of(ingress);
    }

    private static List<PortStatus> ports(Service service, LoadBalancerStatus status) {
        List<PortStatus> ports = new ArrayList<>();
        boolean asAsked = true;
        for (ServicePort port : service.getSpec().getPorts()) {
            boolean listens = status.ports().stream()
                    .noneMatch(other -> other.port() == port.getPort() && other.actualPort() != other.port());
            asAsked &= listens;
            PortStatus listed = new PortStatus();
            listed.setPort(port.getPort());
            listed.setProtocol(port.getProtocol() == null ? "TCP" : port.getProtocol());
            listed.setError(listens ? null : NOT_LISTENING);
            ports.add(listed);
        }
        return asAsked ? List.of() : ports;
    }

    /** What people must know to reach the Service, for an Event; empty when all is as the manifest says. */
    public static String problem(LoadBalancerStatus status) {
        List<String> problems = new ArrayList<>();
        if (!status.problem().isEmpty()) {
            problems.add(status.problem());
        }
        for (ExternalPort port : status.ports()) {
            if (port.actualPort() != port.port() && !port.error().isEmpty() && !problems.contains(port.error())) {
                problems.add(port.error());
            }
        }
        return String.join("; ", problems);
    }
}
