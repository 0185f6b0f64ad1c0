package io.i2kit.apiserver.http.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.i2kit.apiserver.http.limits.RunningRequests.Limits;
import io.i2kit.apiserver.http.limits.RunningRequests.Running;
import io.i2kit.apiserver.registry.ApiException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RunningRequestsTest {
    @Test
    void aRequestWhoseTimeIsOverIsAnsweredOnce() {
        RunningRequests requests = new RunningRequests(new Limits(Duration.ZERO, 100));
        AtomicInteger answered = new AtomicInteger();
        Running slow = requests.began(answered::incrementAndGet);
        requests.expire();
        requests.expire();
        assertThat(answered).hasValue(1);
        assertThat(slow.claim()).as("the handler comes too late").isFalse();
    }

    @Test
    void bodiesTogetherAreBounded() {
        RunningRequests requests = new RunningRequests(new Limits(Duration.ofMinutes(1), 100));
        Running one = requests.began(() -> {});
        Running two = requests.began(() -> {});
        assertThat(one.hold(80)).isTrue();
        assertThat(two.hold(30)).isFalse();
        one.ended();
        two.ended();
        assertThat(requests.began(() -> {}).hold(100)).isTrue();
    }

    @Test
    void aServerThatEndsRefusesWhatIsNewAndWaitsForWhatRuns() throws InterruptedException {
        RunningRequests requests = new RunningRequests(Limits.DEFAULT);
        requests.requireStaying();
        Running running = requests.began(() -> {});
        requests.announceEnd();
        assertThatThrownBy(requests::requireStaying).hasMessage("process is shutting down");
        requests.requireOpen();
        assertThat(requests.drain(Duration.ofMillis(1))).isFalse();
        assertThatThrownBy(requests::requireOpen)
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(429));
        AtomicInteger ended = new AtomicInteger();
        Runnable closed = requests.streamBegan(new RunningRequests.Stream() {
            @Override
            public void end() {
                ended.incrementAndGet();
            }

            @Override
            public void cutIfStuck() {}
        });
        assertThat(ended).as("a stream that comes late ends at once").hasValue(1);
        closed.run();
        Thread finish = Thread.startVirtualThread(running::ended);
        assertThat(requests.drain(Duration.ofMinutes(1))).isTrue();
        finish.join();
    }
}
