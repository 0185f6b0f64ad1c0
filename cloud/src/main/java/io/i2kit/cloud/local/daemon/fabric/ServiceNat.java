package io.i2kit.cloud.local.daemon.fabric;

import java.util.Collection;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Translates what goes to Service addresses, and what comes back. A flow keeps the backend that its first packet got. The client's
 * address and port stay visible to the backend, save where replies would not come back through the translation: when the backend
 * is the client itself (hairpin), or when the backend already sees the same client port in another flow. Then the gateway's address
 * and a port of it stand in for the client's.
 *
 * <p>Known limit: connections straight to a machine's address are not tracked. One that already runs from the same client port to the
 * same backend port as a Service's new flow is disturbed by it; the other order is handled.
 */
final class ServiceNat {
    private static final int FIRST_GATEWAY_PORT = 1_024;
    private static final int PORT_ATTEMPTS = 64;

    private final FabricNetwork network;
    private final int gateway;
    private final Machines machines;
    private final Counters counters;
    private final FlowTable flows;
    private final ServiceTable services = new ServiceTable();

    ServiceNat(FabricNetwork network, Machines machines, Counters counters, int maximumFlows) {
        this.network = network;
        this.gateway = Ipv4.toInt(network.gateway());
        this.machines = machines;
        this.counters = counters;
        this.flows = new FlowTable(maximumFlows);
    }

    /** What became of a packet. */
    enum Verdict {
        /** Rewritten: send it to what is now its destination. */
        TRANSLATED,
        /** No concern of the translation. */
        UNRELATED,
        /** Tell the sender that nobody listens. */
        REFUSED,
        /** Already counted. */
        DROPPED
    }

    void putServices(Collection<FabricService> all) {
        services.replace(all);
    }

    boolean isService(int address) {
        return services.hasAddress(address);
    }

    int flowCount() {
        return flows.size();
    }

    void expire(long nowNanos) {
        flows.expire(nowNanos);
    }

    /** Takes a whole TCP or UDP packet. */
    Verdict translate(Packet packet, long nowNanos) {
        Flow.Direction direction = directionOf(packet);
        if (direction != null && !direction.isReply && !keepsBackend(direction.flow, packet)) {
            boolean open = direction.flow.state().isOpenTcp();
            flows.remove(direction.flow);
            if (open && !packet.opensTcp()) {
                return Verdict.REFUSED; // the machine is gone: its client learns it at once
            }
            direction = null;
        }
        if (direction != null) {
            return apply(direction, packet, nowNanos);
        }
        if (network.services().contains(packet.destination())) {
            return open(packet, nowNanos);
        }
        return collides(packet) ? openDirect(packet, nowNanos) : Verdict.UNRELATED;
    }

    /** Whether a fragment belongs to something that is translated; a later fragment shows no ports, so only its first is known. */
    boolean concernsFragment(Packet packet) {
        int protocol = packet.protocol();
        boolean hasPorts = (protocol == Packet.TCP || protocol == Packet.UDP) && !packet.isLaterFragment();
        return network.services().contains(packet.destination())
                || packet.destination() == gateway
                || hasPorts && directionOf(packet) != null;
    }

    private Flow.@Nullable Direction directionOf(Packet packet) {
        return flows.find(
                FlowTable.addresses(packet.source(), packet.destination()),
                FlowTable.ports(packet.protocol(), packet.sourcePort(), packet.destinationPort()));
    }

    /** Whether a client's packet goes on to the flow's backend, or begins a new flow. */
    private boolean keepsBackend(Flow flow, Packet packet) {
        Flow.Tuple server = flow.original.after;
        boolean attached = machines.find(server.destination()) != null;
        if (flow.state().isOpenTcp()) {
            return attached;
        }
        if (packet.protocol() == Packet.TCP && !packet.opensTcp()) {
            return true;
        }
        return attached && !flow.state().isOver() && isStillOffered(flow);
    }

    private boolean isStillOffered(Flow flow) {
        Flow.Tuple client = flow.original.before;
        if (flow.generation == services.generation() || !network.services().contains(client.destination())) {
            return true;
        }
        Flow.Tuple server = flow.original.after;
        boolean offered =
                services.offers(key(client), new ServiceTable.Target(server.destination(), server.destinationPort()));
        if (offered) {
            flow.generation = services.generation();
        }
        return offered;
    }

    private Verdict apply(Flow.Direction direction, Packet packet, long nowNanos) {
        Flow flow = direction.flow;
        flows.touch(flow, flow.next(packet, direction.isReply), nowNanos);
        Flow.Tuple after = direction.after;
        packet.rewrite(after.source(), after.sourcePort(), after.destination(), after.destinationPort());
        return Verdict.TRANSLATED;
    }

    private Verdict open(Packet packet, long nowNanos) {
        if (packet.protocol() == Packet.TCP && !packet.opensTcp()) {
            return Verdict.REFUSED; // a flow that is not known, for example of before a restart
        }
        Flow.Tuple client = Flow.Tuple.of(packet);
        ServiceTable.Target target = services.choose(key(client), client.source(), this::isReachable, nowNanos);
        if (target == null) {
            return Verdict.REFUSED;
        }
        Flow.Tuple server = new Flow.Tuple(
                client.protocol(), client.source(), client.sourcePort(), target.address(), target.port());
        boolean hairpin = target.address() == client.source();
        return begin(
                client,
                hairpin || flows.find(server.reversed()) != null ? viaGateway(server) : server,
                packet,
                nowNanos);
    }

    private boolean isReachable(int address) {
        SwitchPort port = machines.find(address);
        return port != null && port.isConnected();
    }

    /** Whether a new direct packet looks, on its backend's side, like one of a translated flow. */
    private boolean collides(Packet packet) {
        if (packet.protocol() == Packet.TCP && !packet.opensTcp()) {
            return false;
        }
        Flow.Direction other = flows.find(
                FlowTable.addresses(packet.destination(), packet.source()),
                FlowTable.ports(packet.protocol(), packet.destinationPort(), packet.sourcePort()));
        return other != null && other.isReply;
    }

    private Verdict openDirect(Packet packet, long nowNanos) {
        Flow.Tuple client = Flow.Tuple.of(packet);
        return begin(client, viaGateway(client), packet, nowNanos);
    }

    private Verdict begin(Flow.Tuple client, Flow.@Nullable Tuple server, Packet packet, long nowNanos) {
        if (server == null) {
            counters.count(FabricCounter.DROPPED_NO_GATEWAY_PORT);
            return Verdict.DROPPED;
        }
        Flow flow = new Flow(client, server, services.generation());
        if (flows.add(flow, nowNanos)) {
            counters.count(FabricCounter.FLOWS_EVICTED);
        }
        counters.count(FabricCounter.FLOWS_OPENED);
        packet.rewrite(server.source(), server.sourcePort(), server.destination(), server.destinationPort());
        return Verdict.TRANSLATED;
    }

    /** The same with the gateway in the client's stead, on the client's port where that is free; null when none is. */
    private Flow.@Nullable Tuple viaGateway(Flow.Tuple server) {
        int port = Math.max(server.sourcePort(), FIRST_GATEWAY_PORT);
        for (int attempt = 0; attempt < PORT_ATTEMPTS; attempt++) {
            Flow.Tuple candidate =
                    new Flow.Tuple(server.protocol(), gateway, port, server.destination(), server.destinationPort());
            if (flows.find(candidate.reversed()) == null) {
                return candidate;
            }
            port = ThreadLocalRandom.current().nextInt(FIRST_GATEWAY_PORT, 65_536);
        }
        return null;
    }

    private static ServiceTable.Key key(Flow.Tuple client) {
        return new ServiceTable.Key(client.protocol(), client.destination(), client.destinationPort());
    }

    /**
     * Takes an ICMP error and, when the packet that it quotes was translated, turns it into the error that the quoted packet's
     * sender understands (RFC 5508, section 4.2). The quoted transport checksum stays as it was: receivers do not look at it.
     */
    Verdict translateError(Packet packet) {
        int quoted = packet.transport() + 8;
        Flow.Tuple inside = quotedTuple(packet, quoted);
        if (inside == null) {
            return Verdict.UNRELATED;
        }
        Flow.Direction direction = flows.find(inside.reversed());
        if (direction == null || direction.before.source() != packet.source()) {
            return Verdict.UNRELATED;
        }
        Flow.Tuple after = direction.after;
        packet.rewriteAddresses(after.source(), after.destination());
        IcmpMessages.rewriteQuoted(packet, quoted, after.reversed());
        return Verdict.TRANSLATED;
    }

    private static Flow.@Nullable Tuple quotedTuple(Packet packet, int quoted) {
        var buffer = packet.buffer();
        if (packet.end() - quoted < 28) {
            return null;
        }
        int protocol = buffer.get(quoted + 9) & 0xff;
        int ports = quoted + (buffer.get(quoted) & 0x0f) * 4;
        boolean first = (packet.unsignedShort(quoted + 6) & 0x1fff) == 0;
        if (protocol != Packet.TCP && protocol != Packet.UDP || !first || ports + 4 > packet.end()) {
            return null;
        }
        return new Flow.Tuple(
                protocol,
                buffer.getInt(quoted + 12),
                packet.unsignedShort(ports),
                buffer.getInt(quoted + 16),
                packet.unsignedShort(ports + 2));
    }
}
