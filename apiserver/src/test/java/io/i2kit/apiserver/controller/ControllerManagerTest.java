package io.i2kit.apiserver.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.storage.ObjectKey;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ControllerManagerTest {
    private final ControllerManager manager = new ControllerManager(Duration.ofSeconds(10));

    @AfterEach
    void close() {
        manager.close();
    }

    private static ObjectKey key(int number) {
        return new ObjectKey("pods", "default", "p" + number);
    }

    private static Reconciler reconciler(Function<ObjectKey, Result> pass) {
        return new Reconciler() {
            @Override
            public String name() {
                return "test";
            }

            @Override
            public Result reconcile(ObjectKey key) {
                return pass.apply(key);
            }
        };
    }

    @Test
    void neverWorksTwiceAtOnceOnAKeyNorOnMoreKeysThanWorkers() throws InterruptedException {
        Map<ObjectKey, AtomicBoolean> busy = new ConcurrentHashMap<>();
        AtomicInteger working = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicBoolean overlapped = new AtomicBoolean();
        AtomicInteger seen = new AtomicInteger();
        WorkQueue queue = manager.register(
                reconciler(key -> {
                    AtomicBoolean mine = busy.computeIfAbsent(key, any -> new AtomicBoolean());
                    if (!mine.compareAndSet(false, true)) {
                        overlapped.set(true);
                    }
                    most.accumulateAndGet(working.incrementAndGet(), Math::max);
                    Thread.yield();
                    working.decrementAndGet();
                    mine.set(false);
                    seen.incrementAndGet();
                    return Result.DONE;
                }),
                3);
        manager.start();
        for (int i = 0; i < 2000; i++) {
            queue.add(key(i % 7));
        }
        while (queue.metrics().depth() + queue.metrics().processing() > 0) {
            Thread.onSpinWait();
        }
        assertThat(overlapped).isFalse();
        assertThat(most.get()).isBetween(1, 3);
        assertThat(seen.get()).isEqualTo((int) queue.metrics().adds());
    }

    @Test
    void aPassThatFailsOrAsksForItComesAgain() throws InterruptedException {
        CountDownLatch passes = new CountDownLatch(4);
        WorkQueue queue = manager.register(
                reconciler(key -> {
                    passes.countDown();
                    return switch ((int) passes.getCount()) {
                        case 3 -> throw new IllegalStateException("first");
                        case 2 -> Result.retry("second");
                        case 1 -> Result.after(Duration.ofMillis(1));
                        default -> Result.DONE;
                    };
                }),
                1);
        queue.add(key(1));
        manager.start();
        assertThat(passes.await(20, TimeUnit.SECONDS)).isTrue();
        manager.close();
        ControllerManager.Metrics metrics = manager.metrics().getFirst();
        assertThat(metrics.passes()).isEqualTo(4);
        assertThat(metrics.failures()).isEqualTo(1);
        assertThat(metrics.queue().retries()).isEqualTo(2);
    }
}
