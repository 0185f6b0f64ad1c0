package io.i2kit.apiserver.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class HeapBoundTest {
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private long committed = 60L << 20;
    private long live = 20L << 20;
    private long cpu;
    private int collections;
    private final HeapBound heap = new HeapBound(() -> committed, () -> cpu, () -> {
        collections++;
        committed = live;
    });

    private int look(long cpuMillis) {
        cpu += Duration.ofMillis(cpuMillis).toNanos();
        heap.look(INTERVAL);
        return collections;
    }

    @Test
    void aStartIsCleanedUpOnce() {
        assertThat(look(5_000)).isEqualTo(1);
        assertThat(look(10)).isEqualTo(1);
    }

    @Test
    void whatABurstLeftIsGivenBackOnceItIsOver() {
        look(0);
        committed = 52L << 20;
        assertThat(look(15_000)).as("during the burst").isEqualTo(1);
        assertThat(look(100)).as("after it").isEqualTo(2);
        assertThat(look(100)).as("once").isEqualTo(2);
    }

    @Test
    void aBusyServersHeapGrowsByHalfOfWhatLives() {
        assertBusyHeapIsCollectedAt(100, 150);
    }

    @Test
    void aSmallHeapMayGrowByWhatIsWorthAPause() {
        assertBusyHeapIsCollectedAt(20, 60);
    }

    private void assertBusyHeapIsCollectedAt(long liveMebibytes, long mebibytes) {
        live = liveMebibytes << 20;
        look(15_000);
        committed = (mebibytes - 1) << 20;
        assertThat(look(15_000)).isEqualTo(1);
        committed = mebibytes << 20;
        assertThat(look(15_000)).isEqualTo(2);
    }

    @Test
    void aLittleIsNotWorthAPause() {
        look(0);
        committed = 50L << 20;
        assertThat(look(0)).isEqualTo(1);
    }
}
