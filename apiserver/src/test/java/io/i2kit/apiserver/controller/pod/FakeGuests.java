package io.i2kit.apiserver.controller.pod;

import io.i2kit.cloud.agent.Guest;
import io.i2kit.cloud.agent.GuestClient;
import io.i2kit.cloud.agent.GuestException;
import io.i2kit.cloud.model.GuestStatus;
import io.i2kit.cloud.model.Instance;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Guests that run one container {@code web}, ready at once. A machine takes the name of its tags, or one of its own when the test
 * says that nobody named it in time.
 */
final class FakeGuests implements GuestWatches.StatusSource {
    private static final Duration STEP = Duration.ofMillis(10);

    private final Function<String, Instance> machines;
    private final Map<String, String> ownNames = new ConcurrentHashMap<>();
    private final Map<String, UnaryOperator<GuestStatus.Container>> containers = new ConcurrentHashMap<>();

    FakeGuests(FakeCloud cloud) {
        this(cloud::instance);
    }

    /** @param machines by id; one that is not there has ended */
    FakeGuests(Function<String, Instance> machines) {
        this.machines = machines;
    }

    /** The machine has heard no name in time. */
    void nameItself(String instance, String name) {
        ownNames.put(instance, name);
    }

    /** From now on, the machine's container is in this state. */
    void container(String instance, UnaryOperator<GuestStatus.Container> change) {
        containers.put(instance, change);
    }

    @Override
    public Optional<GuestClient.Versioned> status(Guest guest, @Nullable String known, Duration wait) {
        try {
            for (int i = 0; i < 20; i++) {
                GuestStatus status = status(guest.instanceId());
                String version = Integer.toString(status.hashCode());
                if (!version.equals(known)) {
                    return Optional.of(new GuestClient.Versioned(status, version));
                }
                Thread.sleep(STEP);
            }
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GuestException.Unreachable("interrupted", e);
        }
    }

    private GuestStatus status(String id) {
        Instance instance = machines.apply(id);
        if (instance.state() == Instance.State.TERMINATED) {
            throw new GuestException.Unreachable("the machine is gone", null);
        }
        String tagged = instance.tags().getOrDefault(Instance.POD_TAG, "");
        String name = ownNames.getOrDefault(id, tagged.substring(tagged.indexOf('/') + 1));
        GuestStatus.Container running = new GuestStatus.Container(
                "web",
                true,
                true,
                0,
                new GuestStatus.State(null, new GuestStatus.Running("2026-01-01T00:00:00Z"), null),
                new GuestStatus.State(null, null, null));
        GuestStatus.Container container =
                containers.getOrDefault(id, UnaryOperator.identity()).apply(running);
        return new GuestStatus(
                id,
                "default",
                name,
                instance.tags().getOrDefault(Instance.POD_UID_TAG, ""),
                String.valueOf(instance.address()),
                "Running",
                container.ready(),
                "2026-01-01T00:00:00Z",
                1,
                1,
                2,
                "",
                List.of(),
                List.of(container));
    }
}
