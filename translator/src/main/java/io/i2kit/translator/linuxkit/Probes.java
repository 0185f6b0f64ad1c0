package io.i2kit.translator.linuxkit;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ExecAction;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LifecycleHandler;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.TCPSocketAction;
import io.i2kit.cloud.model.MachineMetadata;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Probes and lifecycle handlers with defaults filled in and named ports resolved against the container. */
final class Probes {
    private Probes() {}

    /** Null for no probe, and for one that the guest does not make (gRPC). */
    static MachineMetadata.@Nullable Probe of(@Nullable Probe probe, Container container) {
        if (probe == null) {
            return null;
        }
        MachineMetadata.Handler handler =
                handler(probe.getExec(), probe.getHttpGet(), probe.getTcpSocket(), null, container);
        return handler == null
                ? null
                : new MachineMetadata.Probe(
                        handler,
                        orElse(probe.getInitialDelaySeconds(), 0),
                        positiveOr(probe.getTimeoutSeconds(), 1),
                        positiveOr(probe.getPeriodSeconds(), 10),
                        positiveOr(probe.getSuccessThreshold(), 1),
                        positiveOr(probe.getFailureThreshold(), 3));
    }

    static MachineMetadata.@Nullable Handler of(@Nullable LifecycleHandler hook, Container container) {
        if (hook == null) {
            return null;
        }
        Integer sleep =
                hook.getSleep() == null ? null : hook.getSleep().getSeconds().intValue();
        return handler(hook.getExec(), hook.getHttpGet(), hook.getTcpSocket(), sleep, container);
    }

    private static MachineMetadata.@Nullable Handler handler(
            @Nullable ExecAction exec,
            @Nullable HTTPGetAction http,
            @Nullable TCPSocketAction tcp,
            @Nullable Integer sleepSeconds,
            Container container) {
        if (exec != null) {
            return new MachineMetadata.Handler(List.copyOf(exec.getCommand()), null, null, null);
        }
        if (http != null) {
            return new MachineMetadata.Handler(null, http(http, container), null, null);
        }
        if (tcp != null) {
            return new MachineMetadata.Handler(
                    null,
                    null,
                    new MachineMetadata.TcpSocket(orEmpty(tcp.getHost()), port(tcp.getPort(), container)),
                    null);
        }
        return sleepSeconds == null ? null : new MachineMetadata.Handler(null, null, null, sleepSeconds);
    }

    private static MachineMetadata.HttpGet http(HTTPGetAction http, Container container) {
        String path = orEmpty(http.getPath());
        List<MachineMetadata.Header> headers = http.getHttpHeaders().stream()
                .map(header -> new MachineMetadata.Header(header.getName(), orEmpty(header.getValue())))
                .toList();
        return new MachineMetadata.HttpGet(
                orEmpty(http.getHost()),
                port(http.getPort(), container),
                path.startsWith("/") ? path : "/" + path,
                http.getScheme() == null ? "HTTP" : http.getScheme(),
                headers);
    }

    /** As the kubelet resolves it ({@code pkg/probe/util.go}); 0, which no probe reaches, for a name that nothing has. */
    private static int port(@Nullable IntOrString port, Container container) {
        if (port == null) {
            return 0;
        }
        if (port.getIntVal() != null) {
            return port.getIntVal();
        }
        String name = port.getStrVal();
        for (ContainerPort declared : container.getPorts()) {
            if (name.equals(declared.getName())) {
                return declared.getContainerPort();
            }
        }
        return name.matches("[0-9]{1,5}") ? Integer.parseInt(name) : 0;
    }

    private static int orElse(@Nullable Integer value, int other) {
        return value == null ? other : value;
    }

    private static int positiveOr(@Nullable Integer value, int other) {
        return value == null || value <= 0 ? other : value;
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
