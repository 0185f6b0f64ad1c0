package io.i2kit.cloud.local.daemon.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.i2kit.cloud.local.daemon.fabric.DnsDecoder.Message;
import io.i2kit.cloud.local.daemon.fabric.FabricRecord.Type;
import io.i2kit.cloud.local.daemon.fabric.Frames.Endpoints;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The name server as machines meet it: whole datagrams in, whole datagrams out. */
class FabricDnsTest extends FabricFixture {
    private static final String WEB = "web.default.svc.cluster.local";
    private static final String DB = "db.default.svc.cluster.local";

    private static FabricRecord record(String name, Type type, String... values) {
        return new FabricRecord(name, type, List.of(values), Duration.ofSeconds(5));
    }

    private void putSampleRecords() {
        fabric.putRecords(List.of(
                record(WEB, Type.A, "10.96.0.80"),
                record(DB, Type.A, "10.244.0.7", "10.244.0.8", "10.244.0.9"),
                record("db-0." + DB, Type.A, "10.244.0.7"),
                record("_sql._tcp." + DB, Type.SRV, "0 100 5432 db-0." + DB),
                record("alias.default.svc.cluster.local", Type.CNAME, WEB),
                record("outside.default.svc.cluster.local", Type.CNAME, "www.example.org."),
                record("circle.default.svc.cluster.local", Type.CNAME, "circle.default.svc.cluster.local"),
                record("empty.default.svc.cluster.local", Type.A)));
    }

    private static Message ask(FakeMachine client, String name, int type) throws Exception {
        return ask(client, DnsDecoder.query(99, name, type, 0));
    }

    private static Message ask(FakeMachine client, byte[] query) throws Exception {
        Endpoints ends = new Endpoints(client.addressNumber(), 5_555, DNS, 53);
        client.send(Frames.udp(client, GATEWAY_MAC, ends, true, query));
        byte[] reply = client.receive();
        Frames.assertChecksums(reply);
        assertThat(Frames.endpoints(reply)).isEqualTo(ends.reversed());
        Message message = DnsDecoder.decode(Frames.udpPayload(reply));
        assertThat(message.id()).isEqualTo((query[0] & 0xff) << 8 | query[1] & 0xff);
        return message;
    }

    @Test
    void knowsServices() throws Exception {
        FakeMachine client = machine(2);
        putSampleRecords();
        Message answer = ask(client, WEB, Dns.TYPE_A);
        assertThat(answer.code()).isZero();
        assertThat(answer.authoritative()).isTrue();
        assertThat(answer.answers()).containsExactly(WEB + ". 5 A 10.96.0.80");
    }

    @Test
    void ignoresAndKeepsCase() throws Exception {
        FakeMachine client = machine(2);
        putSampleRecords();
        Message answer = ask(client, "WeB.default.SVC.cluster.LOCAL", Dns.TYPE_A);
        assertThat(answer.question()).isEqualTo("WeB.default.SVC.cluster.LOCAL. 1 1");
        assertThat(answer.answers()).containsExactly("WeB.default.SVC.cluster.LOCAL. 5 A 10.96.0.80");
    }

    @Test
    void turnsAddressesRound() throws Exception {
        FakeMachine client = machine(2);
        putSampleRecords();
        TreeSet<String> first = new TreeSet<>();
        for (int i = 0; i < 3; i++) {
            Message answer = ask(client, DB, Dns.TYPE_A);
            assertThat(answer.answers()).hasSize(3);
            first.add(answer.answers().getFirst());
        }
        assertThat(first).hasSize(3);
    }

    @Test
    void tellsNoSuchNameFromNoSuchType() throws Exception {
        FakeMachine client = machine(2);
        putSampleRecords();
        for (String name :
                List.of(WEB, "default.svc.cluster.local", "cluster.local", "empty.default.svc.cluster.local")) {
            Message answer = ask(client, name, Dns.TYPE_AAAA);
            assertThat(answer.code()).as(name).isZero();
            assertThat(answer.answers()).isEmpty();
            assertThat(answer.authority()).as("how long to remember it").containsExactly("cluster.local. 5 TYPE6");
        }
        Message answer = ask(client, "nothing.default.svc.cluster.local", Dns.TYPE_A);
        assertThat(answer.code()).isEqualTo(Dns.NAME_ERROR);
        assertThat(answer.authority()).hasSize(1);
    }

    @Test
    void answersServiceLocationsAndReverseNames() throws Exception {
        FakeMachine client = machine(2);
        putSampleRecords();
        Message location = ask(client, "_sql._tcp." + DB, Dns.TYPE_SRV);
        assertThat(location.answers()).containsExactly("_sql._tcp." + DB + ". 5 SRV 0 100 5432 db-0." + DB + ".");
        assertThat(location.additional()).containsExactly("db-0." + DB + ". 5 A 10.244.0.7");
        assertThat(ask(client, "7.0.244.10.in-addr.arpa", Dns.TYPE_PTR).answers())
                .as("the machine's own name comes first")
                .containsExactly(
                        "7.0.244.10.in-addr.arpa. 5 PTR db-0." + DB + ".",
                        "7.0.244.10.in-addr.arpa. 5 PTR " + DB + ".");
        assertThat(ask(client, "1.1.244.10.in-addr.arpa", Dns.TYPE_PTR).code()).isEqualTo(Dns.NAME_ERROR);
        assertThat(ask(client, "1.1.1.1.in-addr.arpa", Dns.TYPE_PTR).code())
                .as("is for the host's resolvers, and there is none")
                .isEqualTo(Dns.SERVER_FAILURE);
    }

    @Test
    void followsAliases() throws Exception {
        FakeMachine client = machine(2);
        putSampleRecords();
        assertThat(ask(client, "alias.default.svc.cluster.local", Dns.TYPE_A).answers())
                .containsExactly("alias.default.svc.cluster.local. 5 CNAME " + WEB + ".", WEB + ". 5 A 10.96.0.80");
        assertThat(ask(client, "circle.default.svc.cluster.local", Dns.TYPE_A).code())
                .isEqualTo(Dns.SERVER_FAILURE);
    }

    @Test
    void cutsLongAnswersUnlessTheAskerTakesThem() throws Exception {
        FakeMachine client = machine(2);
        String[] addresses =
                IntStream.range(0, 60).mapToObj(i -> "10.244.3." + i).toArray(String[]::new);
        fabric.putRecords(List.of(record(DB, Type.A, addresses)));
        Message plain = ask(client, DB, Dns.TYPE_A);
        assertThat(plain.truncated()).isTrue();
        assertThat(plain.answers()).hasSizeBetween(25, 30);
        Message extended = ask(client, DnsDecoder.query(3, DB, Dns.TYPE_A, 4_096));
        assertThat(extended.truncated()).isFalse();
        assertThat(extended.answers()).hasSize(60);
        assertThat(extended.additional()).containsExactly("OPT 1232 0");
    }

    @Test
    void refusesWhatItDoesNotSpeak() throws Exception {
        FakeMachine client = machine(2);
        byte[] notify = DnsDecoder.query(1, WEB, Dns.TYPE_A, 0);
        notify[2] |= 4 << 3;
        assertThat(ask(client, notify).code()).isEqualTo(Dns.NOT_IMPLEMENTED);
        byte[] chaos = DnsDecoder.query(2, WEB, Dns.TYPE_A, 0);
        chaos[chaos.length - 1] = 3;
        assertThat(ask(client, chaos).code()).isEqualTo(Dns.REFUSED);
        byte[] future = DnsDecoder.query(3, WEB, Dns.TYPE_A, 512);
        future[future.length - 5] = 1;
        assertThat(ask(client, future).additional())
                .as("BADVERS in its extended form")
                .containsExactly("OPT 1232 1000000");
        byte[] cut = Arrays.copyOf(DnsDecoder.query(4, WEB, Dns.TYPE_A, 0), 20);
        Message formatError = ask(client, cut);
        assertThat(formatError.code()).isEqualTo(Dns.FORMAT_ERROR);
        assertThat(formatError.question()).isEmpty();
    }

    /** Broken queries get an answer that a strict decoder reads, or none; the name server goes on. */
    @Test
    void survivesRandomQueries() throws Exception {
        FakeMachine client = machine(2);
        putSampleRecords();
        Random random = new Random(53);
        Endpoints ends = new Endpoints(client.addressNumber(), 5_555, DNS, 53);
        for (int i = 0; i < 5_000; i++) {
            byte[] query = DnsDecoder.query(i, WEB, Dns.TYPE_A, random.nextBoolean() ? 1_232 : 0);
            for (int j = random.nextInt(4); j >= 0; j--) {
                query[random.nextInt(query.length)] = (byte) random.nextInt();
            }
            byte[] sent = Arrays.copyOf(query, random.nextInt(query.length + 1));
            client.send(Frames.udp(client, GATEWAY_MAC, ends, true, sent));
        }
        client.send(Frames.udp(client, GATEWAY_MAC, ends, true, DnsDecoder.query(0xbeef, DB, Dns.TYPE_A, 0)));
        Message answer = DnsDecoder.decode(Frames.udpPayload(client.receive()));
        int replies = 1;
        while (answer.id() != 0xbeef || answer.answers().size() != 3) {
            answer = DnsDecoder.decode(Frames.udpPayload(client.receive()));
            replies++;
        }
        assertThat(replies).isGreaterThan(1_000);
        assertThat(count(FabricCounter.DROPPED_MALFORMED)).isZero();
    }

    @Test
    void failsAtOnceWithoutResolvers() throws Exception {
        FakeMachine client = machine(2);
        putSampleRecords();
        assertThat(ask(client, "www.example.org", Dns.TYPE_A).code()).isEqualTo(Dns.SERVER_FAILURE);
        assertThat(ask(client, "outside.default.svc.cluster.local", Dns.TYPE_A).code())
                .isEqualTo(Dns.SERVER_FAILURE);
    }

    @Test
    void asksTheHostsResolversForTheRest() throws Exception {
        try (FakeResolver silent = new FakeResolver(false);
                FakeResolver resolver = new FakeResolver(true)) {
            resolvers = List.of(silent.address(), resolver.address());
            FakeMachine client = machine(2);
            putSampleRecords();
            Message direct = ask(client, DnsDecoder.query(7, "www.example.org", Dns.TYPE_A, 1_232));
            assertThat(direct.answers()).containsExactly("www.example.org. 60 A 192.0.2.1");
            assertThat(direct.authoritative()).isFalse();
            Message alias = ask(client, "outside.default.svc.cluster.local", Dns.TYPE_A);
            assertThat(alias.answers())
                    .containsExactly(
                            "outside.default.svc.cluster.local. 5 CNAME www.example.org.",
                            "www.example.org. 60 A 192.0.2.1");
            assertThat(count(FabricCounter.DNS_FORWARDED)).isEqualTo(2);
        }
    }

    /** A resolver that knows one address for every name, or that never says anything. */
    private static final class FakeResolver implements AutoCloseable {
        private final DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());

        FakeResolver(boolean answers) throws SocketException {
            if (answers) {
                Thread.ofVirtual().start(this::serve);
            }
        }

        InetSocketAddress address() {
            return new InetSocketAddress(socket.getLocalAddress(), socket.getLocalPort());
        }

        private void serve() {
            try {
                while (true) {
                    DatagramPacket packet = new DatagramPacket(new byte[600], 600);
                    socket.receive(packet);
                    byte[] answer = answer(Arrays.copyOf(packet.getData(), packet.getLength()));
                    byte[] forged = answer.clone();
                    forged[1] ^= 1; // an answer to another question comes first and must not count
                    socket.send(new DatagramPacket(forged, forged.length, packet.getSocketAddress()));
                    socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            } catch (IOException e) {
                // closed
            }
        }

        private static byte[] answer(byte[] query) {
            int end = 12;
            while (query[end] != 0) {
                end += query[end] + 1;
            }
            ByteBuffer answer = ByteBuffer.allocate(end + 5 + 16);
            answer.put(query, 0, end + 5);
            answer.putShort(2, (short) 0x8180).putShort(6, (short) 1).putShort(10, (short) 0);
            answer.putShort((short) 0xc00c)
                    .putShort((short) 1)
                    .putShort((short) 1)
                    .putInt(60);
            answer.putShort((short) 4).putInt(0xc000_0201);
            return answer.array();
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    @Test
    void refusesRecordsThatMakeNoSense() {
        List<FabricRecord> wrong = new ArrayList<>();
        wrong.add(record("web.example.org", Type.A, "10.96.0.1"));
        wrong.add(record("a..cluster.local", Type.A, "10.96.0.1"));
        wrong.add(record("x".repeat(64) + ".cluster.local", Type.A, "10.96.0.1"));
        wrong.add(record(WEB, Type.A, "10.96.0"));
        wrong.add(record(WEB, Type.SRV, "1 2 " + WEB));
        wrong.add(record(WEB, Type.CNAME, ""));
        for (FabricRecord record : wrong) {
            assertThatThrownBy(() -> fabric.putRecords(List.of(record)))
                    .as(record.toString())
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void readsTheHostsResolvers() {
        List<String> lines = List.of(
                "# made by hand",
                "search example.org",
                "nameserver 192.0.2.53",
                " nameserver  2001:db8::53 ",
                "nameserver x");
        assertThat(HostResolvers.parse(lines))
                .containsExactly(new InetSocketAddress("192.0.2.53", 53), new InetSocketAddress("2001:db8::53", 53));
    }
}
