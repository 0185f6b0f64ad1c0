package io.i2kit.cloud.local.daemon.fabric;

import static io.i2kit.cloud.model.LoadBalancer.Protocol.UDP;
import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.cloud.local.daemon.fabric.Frames.Endpoints;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many full-sized frames a second the switch takes from one machine and translates to another. Both ends run on the same
 * processors, so the figure is a lower bound. {@code mvn -P bench -pl cloud test -Dtest=SwitchBench}
 */
@Tag("bench")
class SwitchBench extends FabricFixture {
    private static final Logger LOG = LoggerFactory.getLogger(SwitchBench.class);
    private static final int FRAMES = 400_000;
    private static final int BATCH = 32;

    @Test
    void translatesFrames() throws Exception {
        FakeMachine a = machine(2);
        FakeMachine b = machine(3);
        fabric.putServices(List.of(service("10.96.0.80", 0, port(UDP, 80, backend(b, 80)))));
        Endpoints ends = toService(a, 1_000, "10.96.0.80", 80);
        byte[] frame = Frames.udp(a, GATEWAY_MAC, ends, true, new byte[1_400]);
        ByteBuffer batch = ByteBuffer.allocate(BATCH * (4 + frame.length));
        for (int i = 0; i < BATCH; i++) {
            batch.putInt(frame.length).put(frame);
        }
        for (int round = 0; round < 4; round++) { // the first ones warm up
            long before = count(FabricCounter.FRAMES_RECEIVED);
            long start = System.nanoTime();
            send(a, batch.array());
            await(() -> count(FabricCounter.FRAMES_RECEIVED) >= before + FRAMES);
            double seconds = (System.nanoTime() - start) / 1e9;
            LOG.info(
                    "{} frames/s, {} MB/s, {} dropped so far",
                    Math.round(FRAMES / seconds),
                    Math.round(FRAMES / seconds * frame.length / 1e6),
                    count(FabricCounter.DROPPED_QUEUE_FULL));
        }
        assertThat(count(FabricCounter.FRAMES_SENT)).isPositive();
    }

    private static void send(FakeMachine from, byte[] batch) throws IOException {
        for (int sent = 0; sent < FRAMES; sent += BATCH) {
            from.sendRaw(batch, batch.length);
        }
    }
}
