package io.i2kit.cloud.local.daemon.fabric;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.Selector;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The name server of the fabric: takes datagrams, answers from the zone or asks outside. Used by the fabric's thread only. */
final class FabricDns implements FrameRouter.DatagramHandler {
    private static final Logger LOG = LoggerFactory.getLogger(FabricDns.class);

    private final Machines machines;
    private final FrameRouter router;
    private final Counters counters;
    private final LongSupplier nanoClock;
    private final DnsServer server;
    private final DnsForwarder forwarder;

    FabricDns(
            FabricNetwork network,
            Machines machines,
            FrameRouter router,
            Counters counters,
            LongSupplier nanoClock,
            Selector selector,
            Supplier<List<InetSocketAddress>> resolvers)
            throws IOException {
        this.machines = machines;
        this.router = router;
        this.counters = counters;
        this.nanoClock = nanoClock;
        this.server = new DnsServer(network);
        this.forwarder = new DnsForwarder(selector, resolvers, this::reply);
    }

    DnsForwarder forwarder() {
        return forwarder;
    }

    void setZone(DnsZone zone) {
        server.setZone(zone);
    }

    @Override
    public void datagram(SwitchPort from, int sourcePort, byte[] payload) {
        if (!DnsQuery.isQuery(payload)) {
            return;
        }
        DnsForwarder.Asker asker = new DnsForwarder.Asker(from, sourcePort);
        DnsQuery query;
        try {
            query = DnsQuery.parse(payload);
        } catch (DnsFormatException e) {
            LOG.debug("machine {} asks what cannot be read: {}", from.machineId(), e.getMessage());
            reply(asker, DnsWriter.encode(DnsQuery.headerOnly(payload), DnsAnswer.error(Dns.FORMAT_ERROR)));
            return;
        }
        switch (server.answer(query)) {
            case DnsServer.Reply(DnsAnswer answer) -> reply(asker, DnsWriter.encode(query, answer));
            case DnsServer.AskOutside outside -> {
                counters.count(FabricCounter.DNS_FORWARDED);
                forwarder.ask(asker, query, outside, nanoClock.getAsLong());
            }
        }
    }

    private void reply(DnsForwarder.Asker asker, byte[] message) {
        SwitchPort machine = asker.machine();
        if (machines.find(machine.address()) == machine) { // it may be gone by now
            router.sendDns(machine, asker.port(), message);
        }
    }
}
