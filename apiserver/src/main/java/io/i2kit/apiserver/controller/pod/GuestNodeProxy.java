package io.i2kit.apiserver.controller.pod;

import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.registry.NodeProxy;
import io.i2kit.cloud.agent.Guest;
import io.i2kit.cloud.agent.GuestClient;
import io.i2kit.cloud.agent.GuestException;
import io.i2kit.translator.Annotations;
import java.io.InputStream;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** Reaches the guest of a Pod's machine. */
final class GuestNodeProxy implements NodeProxy {
    private final Machines machines;
    private final GuestClient guests;
    private final AgentSecrets secrets;

    GuestNodeProxy(Machines machines, GuestClient guests, AgentSecrets secrets) {
        this.machines = machines;
        this.guests = guests;
        this.secrets = secrets;
    }

    @Override
    public InputStream containerLogs(ObjectNode pod, String container, Map<String, String> parameters) {
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

    private Guest guest(ObjectNode pod) {
        String id = pod.path("metadata")
                .path("annotations")
                .path(Annotations.INSTANCE_ID)
                .asString("");
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
