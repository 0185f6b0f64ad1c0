package io.i2kit.cloud.local.daemon.fabric;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides about every frame. IPv4 goes by its destination address alone: a machine that knows an old MAC address of another still
 * reaches it, and no frame is ever flooded, so there can be no storm. Used by the fabric's thread only.
 */
final class FrameRouter implements SwitchPort.FrameHandler {
    private static final Logger LOG = LoggerFactory.getLogger(FrameRouter.class);

    private static final int DNS_PORT = 53;
    private static final int ARP_REQUEST = 1;
    private static final int ARP_BYTES = 28;

    private final FabricNetwork network;
    private final int gateway;
    private final int dnsAddress;
    private final long gatewayMac;
    private final Machines machines;
    private final ServiceNat nat;
    private final Counters counters;
    private final FrameWriter writer;
    private final Packet packet = new Packet();
    private final List<SwitchPort> unflushed = new ArrayList<>();
    private DatagramHandler dns = (from, sourcePort, payload) -> {};
    private long nowNanos;

    FrameRouter(FabricNetwork network, Machines machines, Counters counters, int maximumFlows) {
        this.network = network;
        this.gateway = Ipv4.toInt(network.gateway());
        this.dnsAddress = Ipv4.toInt(network.dns());
        this.gatewayMac = gatewayMac(network);
        this.machines = machines;
        this.nat = new ServiceNat(network, machines, counters, maximumFlows);
        this.counters = counters;
        this.writer = new FrameWriter(gatewayMac);
    }

    /** The switch's own MAC address: locally administered, made of the gateway's IPv4 address. */
    static long gatewayMac(FabricNetwork network) {
        return 0x0200L << 32 | Ipv4.toInt(network.gateway()) & 0xffff_ffffL;
    }

    ServiceNat nat() {
        return nat;
    }

    void setDns(DatagramHandler handler) {
        dns = handler;
    }

    void setNow(long nanos) {
        nowNanos = nanos;
    }

    /** Sends a datagram from the name server's address. */
    void sendDns(SwitchPort to, int destinationPort, byte[] payload) {
        int length = writer.datagram(to.mac(), dnsAddress, DNS_PORT, to.address(), destinationPort, payload);
        send(to, writer.frame(), 0, length);
    }

    /** Writes what was queued since the last call. */
    void flush() {
        for (SwitchPort port : unflushed) {
            port.flush(nowNanos);
        }
        unflushed.clear();
    }

    void putServices(Collection<FabricService> all) {
        nat.putServices(all);
    }

    @Override
    public void frame(SwitchPort from, ByteBuffer frames, int offset, int length) {
        try {
            packet.wrap(frames, offset, length);
            route(from);
        } catch (RuntimeException e) {
            // Whatever one machine sends, the others must not feel it.
            counters.count(FabricCounter.DROPPED_MALFORMED);
            LOG.warn("a frame of machine {} could not be understood", from.machineId(), e);
        }
    }

    private void route(SwitchPort from) {
        if (packet.length() < Packet.ETHERNET_HEADER_BYTES) {
            counters.count(FabricCounter.DROPPED_MALFORMED);
        } else if (packet.sourceMac() != from.mac()) {
            counters.count(FabricCounter.DROPPED_SPOOFED);
        } else if (packet.etherType() == Packet.ARP) {
            arp(from);
        } else if (packet.etherType() != Packet.IPV4) {
            counters.count(FabricCounter.DROPPED_UNSUPPORTED);
        } else if (MacAddress.isGroup(packet.destinationMac())) {
            counters.count(FabricCounter.DROPPED_BROADCAST);
        } else if (!packet.parseIpv4()) {
            counters.count(FabricCounter.DROPPED_MALFORMED);
        } else if (packet.source() != from.address()) {
            counters.count(FabricCounter.DROPPED_SPOOFED);
        } else {
            ipv4(from);
        }
    }

    /**
     * Answers for every address but the asker's own, whose probes (RFC 5227) must stay unanswered. Addresses that no machine has are
     * answered with the gateway's MAC address, so that packets for them come here and are refused at once.
     */
    private void arp(SwitchPort from) {
        ByteBuffer buffer = packet.buffer();
        int message = packet.ip();
        if (packet.length() < Packet.ETHERNET_HEADER_BYTES + ARP_BYTES) {
            counters.count(FabricCounter.DROPPED_MALFORMED);
            return;
        }
        int sender = buffer.getInt(message + 14);
        int target = buffer.getInt(message + 24);
        if (packet.mac(message + 8) != from.mac() || sender != 0 && sender != from.address()) {
            counters.count(FabricCounter.DROPPED_SPOOFED);
            return;
        }
        boolean answerable = packet.unsignedShort(message + 6) == ARP_REQUEST
                && target != from.address()
                && (network.pods().contains(target) || network.services().contains(target));
        if (!answerable) {
            counters.count(FabricCounter.DROPPED_UNSUPPORTED);
            return;
        }
        SwitchPort owner = machines.find(target);
        long mac = owner == null ? gatewayMac : owner.mac();
        send(from, writer.frame(), 0, writer.arpReply(mac, target, from.mac(), sender));
    }

    private void ipv4(SwitchPort from) {
        if (packet.destination() >>> 28 >= 0xe) { // multicast, reserved and broadcast
            counters.count(FabricCounter.DROPPED_BROADCAST);
        } else if (packet.isFragment() && nat.concernsFragment(packet)) {
            counters.count(FabricCounter.DROPPED_FRAGMENT);
        } else if (packet.isFragment()) {
            direct(from);
        } else {
            switch (packet.protocol()) {
                case Packet.TCP, Packet.UDP -> transport(from);
                case Packet.ICMP -> icmp(from);
                default -> direct(from);
            }
        }
    }

    private void transport(SwitchPort from) {
        if (packet.destination() == dnsAddress
                && packet.protocol() == Packet.UDP
                && packet.destinationPort() == DNS_PORT) {
            byte[] payload = new byte[packet.end() - packet.transport() - 8];
            packet.buffer().get(packet.transport() + 8, payload);
            counters.count(FabricCounter.DNS_QUERIES);
            dns.datagram(from, packet.sourcePort(), payload);
            return;
        }
        switch (nat.translate(packet, nowNanos)) {
            case TRANSLATED -> deliverTranslated();
            case UNRELATED -> direct(from);
            case REFUSED -> refuse(from);
            case DROPPED -> {}
        }
    }

    private void icmp(SwitchPort from) {
        int destination = packet.destination();
        if (packet.isIcmpError() && nat.translateError(packet) == ServiceNat.Verdict.TRANSLATED) {
            deliverTranslated();
        } else if (packet.icmpType() == IcmpMessages.ECHO_REQUEST && isOurs(destination)) {
            IcmpMessages.echoReply(packet);
            packet.setMacs(from.mac(), gatewayMac);
            send(from, packet.buffer(), packet.start(), packet.length());
        } else {
            direct(from);
        }
    }

    private boolean isOurs(int address) {
        return address == gateway || address == dnsAddress || nat.isService(address);
    }

    private void deliverTranslated() {
        SwitchPort to = machines.find(packet.destination());
        if (to == null) {
            counters.count(FabricCounter.DROPPED_NOT_CONNECTED);
            return;
        }
        packet.setMacs(to.mac(), gatewayMac);
        send(to, packet.buffer(), packet.start(), packet.length());
    }

    /** Sends a packet to the machine that has its destination address, or says why not. */
    private void direct(SwitchPort from) {
        int destination = packet.destination();
        SwitchPort to = machines.find(destination);
        if (to != null) {
            packet.setMacs(to.mac(), from.mac());
            send(to, packet.buffer(), packet.start(), packet.length());
        } else if (isOurs(destination)) {
            refuse(from);
        } else {
            boolean inside =
                    network.pods().contains(destination) || network.services().contains(destination);
            counters.count(FabricCounter.UNREACHABLE);
            unreachable(from, gateway, inside ? IcmpMessages.HOST_UNREACHABLE : IcmpMessages.NET_UNREACHABLE);
        }
    }

    /** Says that nobody listens, so that clients fail at once, as kube-proxy's REJECT rules do. */
    private void refuse(SwitchPort from) {
        counters.count(FabricCounter.SERVICE_REFUSED);
        int source = packet.destination();
        switch (packet.protocol()) {
            case Packet.TCP -> {
                if ((packet.tcpFlags() & Packet.RST) == 0) {
                    send(from, writer.frame(), 0, writer.reset(packet));
                }
            }
            case Packet.UDP -> unreachable(from, source, IcmpMessages.PORT_UNREACHABLE);
            default -> unreachable(from, source, IcmpMessages.PROTOCOL_UNREACHABLE);
        }
    }

    private void unreachable(SwitchPort from, int source, int code) {
        if (!packet.isIcmpError() && !packet.isLaterFragment()) {
            send(from, writer.frame(), 0, writer.unreachable(packet, source, code));
        }
    }

    private void send(SwitchPort to, ByteBuffer frames, int offset, int length) {
        if (to.send(frames, offset, length)) {
            unflushed.add(to);
        }
    }

    /** Takes datagrams to the name server. */
    @FunctionalInterface
    interface DatagramHandler {
        void datagram(SwitchPort from, int sourcePort, byte[] payload);
    }
}
