package io.i2kit.apiserver.controller.pod;

import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.registry.NodeProxy;
import io.i2kit.apiserver.registry.NodeStream;
import io.i2kit.cloud.agent.Guest;
import io.i2kit.cloud.agent.GuestClient;
import io.i2kit.cloud.agent.GuestException;
import io.i2kit.cloud.agent.GuestStream;
import io.i2kit.cloud.provider.CloudException;
import io.i2kit.cloud.provider.GroupProvider;
import io.i2kit.translator.Annotations;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Reaches the guest of a Pod's machine. */
final class GuestNodeProxy implements NodeProxy {
    private static final int HTTP_UNAVAILABLE = 503;

    /** A Pod whose machine was lost has failed; one that has succeeded may lose its machine later. */
    private static final Set<String> ENDED = Set.of("Failed", "Succeeded");

    private final Machines machines;
    private final GuestClient guests;
    private final AgentSecrets secrets;
    private final GroupProvider cloud;

    GuestNodeProxy(Machines machines, GuestClient guests, AgentSecrets secrets, GroupProvider cloud) {
        this.machines = machines;
        this.guests = guests;
        this.secrets = secrets;
        this.cloud = cloud;
    }

    @Override
    public InputStream containerLogs(ObjectNode pod, String container, Map<String, String> parameters) {
        try {
            return guestLogs(pod, container, parameters);
        } catch (ApiException e) {
            if (e.code() != HTTP_UNAVAILABLE || !ENDED.contains(FieldPaths.text(pod, "status.phase"))) {
                throw e;
            }
            return keptLogs(pod, container, parameters);
        }
    }

    /** What the cloud keeps of a machine that is gone; in the kubelet's words when it is nothing. */
    private InputStream keptLogs(ObjectNode pod, String container, Map<String, String> parameters) {
        boolean previous = parameters.getOrDefault("previous", "").equals("true");
        try {
            byte[] log = cloud.keptLog(instanceId(pod), FieldPaths.text(pod, "metadata.uid"), container, previous)
                    .orElseThrow(() -> new ApiException(
                            404,
                            "NotFound",
                            "unable to retrieve container logs for container \"" + container + "\" in pod \""
                                    + FieldPaths.text(pod, "metadata.name")
                                    + "\": its machine is gone, and its logs with it",
                            null));
            return new ByteArrayInputStream(
                    LogLines.of(parameters, Instant.now()).show(log));
        } catch (CloudException e) {
            throw ApiException.unavailable(String.valueOf(e.getMessage()));
        }
    }

    private InputStream guestLogs(ObjectNode pod, String container, Map<String, String> parameters) {
        Guest guest = guest(pod);
        try {
            return guests.containerLogs(
                    guest,
                    FieldPaths.text(pod, "metadata.namespace"),
                    FieldPaths.text(pod, "metadata.name"),
                    container,
                    parameters);
        } catch (GuestException.Refused e) {
            throw new ApiException(e.code(), reason(e.code()), String.valueOf(e.getMessage()), null);
        } catch (GuestException.Unreachable e) {
            throw ApiException.unavailable(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public NodeStream stream(ObjectNode pod, NodeStream.Target target) {
        List<String> path = new ArrayList<>(List.of(
                kind(target), FieldPaths.text(pod, "metadata.namespace"), FieldPaths.text(pod, "metadata.name")));
        List<Map.Entry<String, String>> parameters = new ArrayList<>();
        switch (target) {
            case NodeStream.Target.Exec exec -> {
                path.add(exec.container());
                wanted(exec.wanted(), parameters);
                exec.command().forEach(word -> parameters.add(Map.entry("command", word)));
            }
            case NodeStream.Target.Attach attach -> {
                path.add(attach.container());
                wanted(attach.wanted(), parameters);
            }
            case NodeStream.Target.Port port -> parameters.add(Map.entry("port", Integer.toString(port.port())));
        }
        Guest guest = guest(pod);
        try {
            return new GuestNodeStream(guests.stream(guest, path, parameters));
        } catch (GuestException.Refused e) {
            throw new ApiException(e.code(), reason(e.code()), String.valueOf(e.getMessage()), null);
        } catch (GuestException.Unreachable e) {
            throw ApiException.unavailable(String.valueOf(e.getMessage()));
        }
    }

    private static String kind(NodeStream.Target target) {
        return switch (target) {
            case NodeStream.Target.Exec exec -> "exec";
            case NodeStream.Target.Attach attach -> "attach";
            case NodeStream.Target.Port port -> "portForward";
        };
    }

    /** The kubelet's names ({@code pkg/apis/core ExecStdinParam} and its like). */
    private static void wanted(NodeStream.Wanted wanted, List<Map.Entry<String, String>> parameters) {
        Map<String, Boolean> flags = new LinkedHashMap<>();
        flags.put("input", wanted.stdin());
        flags.put("output", wanted.stdout());
        flags.put("error", wanted.stderr());
        flags.put("tty", wanted.tty());
        flags.forEach((name, on) -> {
            if (on) {
                parameters.add(Map.entry(name, "1"));
            }
        });
    }

    /** The same frames, under the registry's name. */
    private record GuestNodeStream(GuestStream guest) implements NodeStream {
        @Override
        public @Nullable Frame read() throws IOException {
            GuestStream.Frame frame = guest.read();
            return frame == null ? null : new Frame(frame.channel(), frame.data());
        }

        @Override
        public void write(int channel, byte[] data, int offset, int length) throws IOException {
            guest.write(channel, data, offset, length);
        }

        @Override
        public void close() {
            guest.close();
        }
    }

    private static String instanceId(ObjectNode pod) {
        return pod.path("metadata")
                .path("annotations")
                .path(Annotations.INSTANCE_ID)
                .asString("");
    }

    private Guest guest(ObjectNode pod) {
        String id = instanceId(pod);
        Machines.Known known = id.isEmpty() ? null : machines.instance(id);
        String agent = known == null ? null : known.instance().agent();
        if (known == null || agent == null) {
            throw ApiException.unavailable("the machine of pod \"" + FieldPaths.text(pod, "metadata.name")
                    + "\" cannot be reached: " + (id.isEmpty() ? "it has none yet" : id + " does not run"));
        }
        return new Guest(id, agent, secrets.of(known.ownerUid()));
    }

    private static String reason(int code) {
        return switch (code) {
            case 400 -> "BadRequest";
            case 404 -> "NotFound";
            case 405 -> "MethodNotAllowed";
            case 422 -> "Invalid";
            default -> code >= 500 ? "InternalError" : "BadRequest";
        };
    }
}
