package io.i2kit.cloud.local.daemon.fabric;

import org.jspecify.annotations.Nullable;

/** One translated connection: what a packet of each direction looks like before and after, and its state. */
final class Flow {
    /** From the client to the Service's address, becoming: to the backend. */
    final Direction original;

    /** From the backend, becoming: from the Service's address to the client. */
    final Direction reply;

    private FlowState state;
    private boolean originalFinished;
    private boolean replyFinished;

    /** The generation of the Services for which the backend was last known to be a valid choice. */
    long generation;

    long lastSeenNanos;

    /** Neighbours in the list of flows of one state, oldest first. */
    @Nullable
    Flow older;

    @Nullable
    Flow newer;

    /**
     * @param client what the client sends: from itself to the Service
     * @param server what the backend gets: from the client, or from the gateway in its stead, to the backend
     */
    Flow(Tuple client, Tuple server, long generation) {
        this.original = new Direction(this, false, client, server);
        this.reply = new Direction(this, true, server.reversed(), client.reversed());
        this.generation = generation;
        this.state = client.protocol() == Packet.TCP ? FlowState.SYN_SENT : FlowState.UDP_UNREPLIED;
    }

    FlowState state() {
        return state;
    }

    void setState(FlowState next) {
        state = next;
    }

    /** The state after a packet of one direction. */
    FlowState next(Packet packet, boolean isReply) {
        if (packet.protocol() == Packet.UDP) {
            return isReply ? FlowState.UDP_REPLIED : state;
        }
        int flags = packet.tcpFlags();
        if ((flags & Packet.RST) != 0) {
            return FlowState.CLOSED;
        }
        if ((flags & Packet.FIN) != 0) {
            replyFinished |= isReply;
            originalFinished |= !isReply;
        }
        if (state == FlowState.CLOSED || originalFinished && replyFinished) {
            return state == FlowState.CLOSED ? state : FlowState.TIME_WAIT;
        }
        if (originalFinished || replyFinished) {
            return FlowState.HALF_CLOSED;
        }
        return handshake(flags, isReply);
    }

    private FlowState handshake(int flags, boolean isReply) {
        if (state == FlowState.SYN_SENT && isReply && (flags & Packet.SYN) != 0) {
            return FlowState.SYN_RECEIVED;
        }
        if (state == FlowState.SYN_RECEIVED && !isReply && (flags & (Packet.SYN | Packet.ACK)) == Packet.ACK) {
            return FlowState.ESTABLISHED;
        }
        return state;
    }

    /** Protocol, addresses and ports of a packet. */
    record Tuple(int protocol, int source, int sourcePort, int destination, int destinationPort) {
        static Tuple of(Packet packet) {
            return new Tuple(
                    packet.protocol(),
                    packet.source(),
                    packet.sourcePort(),
                    packet.destination(),
                    packet.destinationPort());
        }

        Tuple reversed() {
            return new Tuple(protocol, destination, destinationPort, source, sourcePort);
        }

        long addresses() {
            return FlowTable.addresses(source, destination);
        }

        long ports() {
            return FlowTable.ports(protocol, sourcePort, destinationPort);
        }
    }

    /** One direction of a flow. */
    static final class Direction {
        final Flow flow;
        final boolean isReply;
        final Tuple before;
        final Tuple after;
        final long addresses;
        final long ports;

        Direction(Flow flow, boolean isReply, Tuple before, Tuple after) {
            this.flow = flow;
            this.isReply = isReply;
            this.before = before;
            this.after = after;
            this.addresses = before.addresses();
            this.ports = before.ports();
        }
    }
}
