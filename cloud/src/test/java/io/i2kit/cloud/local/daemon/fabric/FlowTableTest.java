package io.i2kit.cloud.local.daemon.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FlowTableTest {
    private static Flow flow(int protocol, int number) {
        Flow.Tuple client = new Flow.Tuple(protocol, number, 1_000, 7, 80);
        Flow.Tuple server = new Flow.Tuple(protocol, number, 1_000, 8, 8080);
        return new Flow(client, server, 0);
    }

    /** Adds and removes at random and compares with a hash map, so that every run of the open addressing is met. */
    @Test
    void findsWhatIsInIt() {
        Random random = new Random(11);
        FlowTable table = new FlowTable(100_000);
        Map<Integer, Flow> expected = new HashMap<>();
        for (int step = 0; step < 200_000; step++) {
            int number = random.nextInt(3_000);
            Flow known = expected.get(number);
            if (known == null) {
                Flow added = flow(Packet.TCP, number);
                table.add(added, step);
                expected.put(number, added);
            } else if (random.nextBoolean()) {
                table.remove(known);
                expected.remove(number);
            } else {
                assertThat(table.find(known.original.before)).isSameAs(known.original);
                assertThat(table.find(known.reply.before)).isSameAs(known.reply);
            }
        }
        assertThat(table.size()).isEqualTo(expected.size());
        for (int number = 0; number < 3_000; number++) {
            Flow known = expected.get(number);
            Flow.Direction found = table.find(new Flow.Tuple(Packet.TCP, number, 1_000, 7, 80));
            assertThat(found).isSameAs(known == null ? null : known.original);
        }
    }

    @Test
    void forgetsSilentFlowsByTheirState() {
        FlowTable table = new FlowTable(100);
        Flow udp = flow(Packet.UDP, 1);
        Flow established = flow(Packet.TCP, 2);
        Flow talking = flow(Packet.UDP, 3);
        table.add(udp, 0);
        table.add(established, 0);
        table.add(talking, 0);
        table.touch(established, FlowState.ESTABLISHED, 0);
        table.touch(talking, FlowState.UDP_UNREPLIED, Duration.ofSeconds(20).toNanos());
        table.expire(Duration.ofSeconds(40).toNanos());
        assertThat(table.find(udp.original.before)).isNull();
        assertThat(table.find(udp.reply.before)).isNull();
        assertThat(table.size()).isEqualTo(2);
        table.expire(Duration.ofHours(23).toNanos());
        assertThat(table.find(established.original.before)).isNotNull();
        table.expire(Duration.ofHours(24).toNanos());
        assertThat(table.size()).isZero();
    }

    @Test
    void evictsWhatMattersLeastAndIsSilentLongest() {
        FlowTable table = new FlowTable(4);
        List<Flow> flows = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            flows.add(flow(Packet.TCP, i));
            assertThat(table.add(flows.get(i), i)).isFalse();
        }
        table.touch(flows.get(0), FlowState.ESTABLISHED, 4);
        table.touch(flows.get(1), FlowState.SYN_SENT, 5);
        assertThat(table.add(flow(Packet.TCP, 10), 6)).isTrue();
        assertThat(table.find(flows.get(2).original.before)).isNull();
        table.touch(flows.get(1), FlowState.CLOSED, 7);
        table.add(flow(Packet.TCP, 11), 8);
        assertThat(table.find(flows.get(1).original.before)).isNull();
        assertThat(table.find(flows.get(0).original.before)).isNotNull();
        assertThat(table.size()).isEqualTo(4);
    }
}
