package io.i2kit.apiserver.registry;

import java.io.InputStream;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** Reaches the machine of a Pod, as kube-apiserver reaches a kubelet. Calls block (virtual threads). */
public interface NodeProxy {
    /**
     * Opens {@code GET /containerLogs/<namespace>/<pod>/<container>} on the Pod's guest.
     *
     * @param pod the object as it is stored
     * @param parameters {@code follow}, {@code previous}, {@code sinceSeconds}, {@code sinceTime}, {@code timestamps},
     *     {@code tailLines}, {@code limitBytes}, as the client gave them
     * @return the log; the caller closes it, also while it is read
     * @throws ApiException with the guest's own error, or ServiceUnavailable when the machine cannot be reached
     */
    InputStream containerLogs(ObjectNode pod, String container, Map<String, String> parameters);

    /**
     * Opens a stream to a process or a port of the Pod.
     *
     * @return the stream; the caller closes it
     * @throws ApiException with the guest's own error, or ServiceUnavailable when the machine cannot be reached
     */
    NodeStream stream(ObjectNode pod, NodeStream.Target target);

    /** Reaches no machine, and says why. */
    static NodeProxy none(String why) {
        return new NodeProxy() {
            @Override
            public InputStream containerLogs(ObjectNode pod, String container, Map<String, String> parameters) {
                throw ApiException.unavailable(why);
            }

            @Override
            public NodeStream stream(ObjectNode pod, NodeStream.Target target) {
                throw ApiException.unavailable(why);
            }
        };
    }
}
