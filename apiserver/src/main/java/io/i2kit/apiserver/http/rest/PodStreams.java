package io.i2kit.apiserver.http.rest;

import io.i2kit.apiserver.http.stream.Connection;
import io.i2kit.apiserver.http.stream.Handshake;
import io.i2kit.apiserver.http.stream.PortForwardSession;
import io.i2kit.apiserver.http.stream.ProcessSession;
import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.NodeProxy;
import io.i2kit.apiserver.registry.NodeStream;
import java.util.List;
import java.util.function.BiFunction;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code pods/exec}, {@code pods/attach} and {@code pods/portforward}: {@code k8s.io/kubernetes/pkg/registry/core/pod/strategy.go}
 * streamLocation and PortForwardLocation, then the client's protocol over a stream to the guest.
 */
final class PodStreams {
    private static final int HTTP_INTERNAL_ERROR = 500;

    private final NodeProxy nodes;

    PodStreams(NodeProxy nodes) {
        this.nodes = nodes;
    }

    Answer exec(ObjectNode pod, ApiRequest request) {
        String container = container(pod, request);
        List<String> command = request.parameters("command");
        NodeStream.Target target = new NodeStream.Target.Exec(container, command, wanted(request));
        if (command.isEmpty()) {
            throw ApiException.badRequest("you must specify at least one command for the container");
        }
        return process(pod, request, target, ProcessSession::exec);
    }

    Answer attach(ObjectNode pod, ApiRequest request) {
        NodeStream.Target target = new NodeStream.Target.Attach(container(pod, request), wanted(request));
        return process(pod, request, target, ProcessSession::attach);
    }

    Answer portForward(ObjectNode pod, ApiRequest request) {
        requireHost(pod);
        Handshake handshake = Handshake.of(
                request::header, PortForwardSession.WEB_SOCKET_PROTOCOLS, PortForwardSession.SPDY_PROTOCOLS);
        PortForwardSession session = new PortForwardSession(
                Meta.name(pod),
                port -> nodes.stream(pod, new NodeStream.Target.Port(port)),
                PortForwardSession.namedPorts(handshake, request.parameters("ports")));
        return new Answer.Upgrade(handshake.headers(), connection -> session.run(handshake, connection));
    }

    private Answer process(
            ObjectNode pod,
            ApiRequest request,
            NodeStream.Target target,
            BiFunction<NodeStream, NodeStream.Wanted, ProcessSession> sessions) {
        Handshake handshake =
                Handshake.of(request::header, ProcessSession.WEB_SOCKET_PROTOCOLS, ProcessSession.SPDY_PROTOCOLS);
        NodeStream machine = open(pod, target);
        ProcessSession session = sessions.apply(machine, wanted(request));
        return new Answer.Upgrade(handshake.headers(), new Answer.Protocol() {
            @Override
            public void run(Connection connection) {
                session.run(handshake, connection);
            }

            @Override
            public void abandoned() {
                machine.close();
            }
        });
    }

    /** An error of the machine's own comes as kube-apiserver's proxy words a kubelet's. */
    private NodeStream open(ObjectNode pod, NodeStream.Target target) {
        try {
            return nodes.stream(pod, target);
        } catch (ApiException e) {
            throw e.code() == HTTP_INTERNAL_ERROR
                    ? ApiException.internal("unable to upgrade connection: " + e.getMessage())
                    : e;
        }
    }

    private static String container(ObjectNode pod, ApiRequest request) {
        String container = PodContainers.choose(pod, request.parameter("container"));
        requireHost(pod);
        return container;
    }

    private static void requireHost(ObjectNode pod) {
        if (pod.path("spec").path("nodeName").asString("").isEmpty()) {
            throw ApiException.badRequest("pod " + Meta.name(pod) + " does not have a host assigned");
        }
    }

    /** The kubelet's rules ({@code cri-streaming/remotecommand}, NewOptions): a terminal has one output. */
    private static NodeStream.Wanted wanted(ApiRequest request) {
        boolean tty = request.flag("tty");
        NodeStream.Wanted wanted = new NodeStream.Wanted(
                request.flag("stdin"), request.flag("stdout"), request.flag("stderr") && !tty, tty);
        if (!wanted.stdin() && !wanted.stdout() && !wanted.stderr()) {
            throw ApiException.badRequest("you must specify at least 1 of stdin, stdout, stderr");
        }
        return wanted;
    }
}
