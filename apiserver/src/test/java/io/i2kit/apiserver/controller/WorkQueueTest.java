package io.i2kit.apiserver.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.storage.ObjectKey;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WorkQueueTest {
    private final WorkQueue queue = new WorkQueue(new Backoff(Duration.ofMillis(1), Duration.ofMillis(4)));

    private static ObjectKey key(String name) {
        return new ObjectKey("pods", "default", name);
    }

    @Test
    void givesAKeyOnceHoweverOftenItIsAdded() throws InterruptedException {
        queue.add(key("a"));
        queue.add(key("b"));
        queue.add(key("a"));
        assertThat(queue.take()).isEqualTo(key("a"));
        assertThat(queue.take()).isEqualTo(key("b"));
        assertThat(queue.metrics()).isEqualTo(new WorkQueue.Metrics(0, 0, 2, 2, 0));
    }

    @Test
    void aKeyAddedWhileWorkedOnComesBackWhenThatEnds() throws InterruptedException {
        queue.add(key("a"));
        assertThat(queue.take()).isEqualTo(key("a"));
        queue.add(key("a"));
        queue.add(key("a"));
        assertThat(queue.metrics().depth()).isZero();
        queue.done(key("a"));
        assertThat(queue.take()).isEqualTo(key("a"));
        queue.done(key("a"));
        assertThat(queue.metrics().depth()).isZero();
    }

    @Test
    void anEarlierTimeCountsAndALaterOneDoesNot() throws InterruptedException {
        queue.addAfter(key("late"), Duration.ofHours(1));
        queue.addAfter(key("a"), Duration.ofHours(1));
        queue.addAfter(key("a"), Duration.ofMillis(5));
        queue.addAfter(key("a"), Duration.ofHours(2));
        assertThat(queue.take()).isEqualTo(key("a"));
        queue.done(key("a"));
        assertThat(queue.metrics().delayed()).isEqualTo(1);
    }

    @Test
    void aTakerThatWaitsIsWokenByAnEarlierKey() throws InterruptedException {
        queue.addAfter(key("late"), Duration.ofHours(1));
        Thread adder = Thread.startVirtualThread(() -> queue.addAfter(key("soon"), Duration.ofMillis(10)));
        assertThat(queue.take()).isEqualTo(key("soon"));
        adder.join();
    }

    @Test
    void closingLetsTakersGoAndWaitsForPasses() throws InterruptedException {
        queue.add(key("a"));
        queue.add(key("b"));
        assertThat(queue.take()).isEqualTo(key("a"));
        queue.close();
        assertThat(queue.take()).isNull();
        assertThat(queue.awaitIdle(Duration.ofMillis(1))).isFalse();
        queue.done(key("a"));
        assertThat(queue.awaitIdle(Duration.ofSeconds(10))).isTrue();
    }

    @Test
    void failuresWaitLongerUpToABoundAndSuccessForgetsThem() throws InterruptedException {
        for (int i = 0; i < 5; i++) {
            queue.addRateLimited(key("a"));
            assertThat(queue.take()).isEqualTo(key("a"));
            queue.done(key("a"));
        }
        assertThat(queue.metrics().retries()).isEqualTo(5);
        queue.forget(key("a"));

        Backoff backoff = Backoff.DEFAULT;
        assertThat(backoff.after(1)).isEqualTo(Duration.ofMillis(5));
        assertThat(backoff.after(2)).isEqualTo(Duration.ofMillis(10));
        assertThat(backoff.after(5)).isEqualTo(Duration.ofMillis(80));
        assertThat(backoff.after(13)).isEqualTo(Duration.ofMillis(20_480));
        assertThat(backoff.after(14)).isEqualTo(Duration.ofSeconds(30));
        assertThat(backoff.after(1_000_000)).isEqualTo(Duration.ofSeconds(30));
    }
}
