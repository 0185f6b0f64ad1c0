package io.i2kit.apiserver.http.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.i2kit.apiserver.registry.ApiException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class FairShareTest {
    @Test
    void aUserWhoFloodsTheServerWaitsForThemselves() throws InterruptedException {
        FairShare shares = new FairShare(new FairShare.Limits(1, 100, 60_000));
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        shares.enter("greedy");
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            threads.add(waiting(shares, "greedy", order, i + 1));
        }
        threads.add(waiting(shares, "modest", order, 51));
        shares.leave();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(order).hasSize(51);
        assertThat(order.indexOf("modest")).isEqualTo(1);
        assertThat(shares.waiting()).isZero();
        assertThat(shares.working()).isZero();
    }

    private static Thread waiting(FairShare shares, String user, List<String> order, int expected)
            throws InterruptedException {
        Thread thread = Thread.startVirtualThread(() -> {
            shares.enter(user);
            order.add(user);
            shares.leave();
        });
        while (shares.waiting() < expected) {
            Thread.sleep(1);
        }
        return thread;
    }

    @Test
    void aFullQueueRefusesItsUserOnly() throws InterruptedException {
        FairShare shares = new FairShare(new FairShare.Limits(1, 1, 60_000));
        shares.enter("greedy");
        Thread queued = waiting(shares, "greedy", new ArrayList<>(), 1);
        assertThatThrownBy(() -> shares.enter("greedy")).isInstanceOfSatisfying(ApiException.class, e -> {
            assertThat(e.code()).isEqualTo(429);
            assertThat(e.reason()).isEqualTo("TooManyRequests");
            assertThat(e.details()).isNotNull();
            assertThat(e.details().retryAfterSeconds()).isEqualTo(1);
        });
        Thread other = waiting(shares, "modest", new ArrayList<>(), 2);
        shares.leave();
        queued.join();
        other.join();
        assertThat(shares.rejected()).isEqualTo(1);
    }

    @Test
    void whoWaitsTooLongIsRefusedAndLeavesNoTrace() throws InterruptedException {
        FairShare shares = new FairShare(new FairShare.Limits(1, 10, 10));
        shares.enter("one");
        CountDownLatch refused = new CountDownLatch(1);
        Thread.startVirtualThread(() -> {
            try {
                shares.enter("two");
            } catch (ApiException e) {
                refused.countDown();
            }
        });
        refused.await();
        shares.leave();
        assertThat(shares.waiting()).isZero();
        assertThat(shares.working()).isZero();
        shares.enter("three");
        shares.leave();
    }
}
