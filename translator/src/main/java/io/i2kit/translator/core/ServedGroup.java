package io.i2kit.translator.core;

import io.i2kit.cloud.model.LoadBalancer.Protocol;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a Service needs to know of a group of machines.
 *
 * @param group the cloud's name of the instance group
 * @param labels of the Pod template; a Service selects by them, not by what a single Pod's labels were changed to
 * @param ports that the containers declare by name, in their order
 */
public record ServedGroup(String group, Map<String, String> labels, List<NamedPort> ports) {
    public ServedGroup {
        labels = Map.copyOf(labels);
        ports = List.copyOf(ports);
    }

    /** A container's named port. */
    public record NamedPort(String name, Protocol protocol, int port) {}

    /** The model's protocol for Kubernetes' name of it; empty for one that is not served (SCTP). */
    public static Optional<Protocol> protocol(@Nullable String name) {
        return switch (name == null ? "TCP" : name) {
            case "TCP" -> Optional.of(Protocol.TCP);
            case "UDP" -> Optional.of(Protocol.UDP);
            default -> Optional.empty();
        };
    }

    /** The port of that name and protocol, as {@code FindPort} of {@code pkg/api/v1/pod/util.go} finds it. */
    Optional<Integer> port(String name, Protocol protocol) {
        return ports.stream()
                .filter(port -> port.name().equals(name) && port.protocol() == protocol)
                .map(NamedPort::port)
                .findFirst();
    }
}
