package io.i2kit.apiserver.controller.pod;

import io.i2kit.cloud.agent.Guest;
import io.i2kit.cloud.model.Instance;
import java.util.Collection;

/** Listens to the guests of a workload's running machines, and to no others. */
final class GuestListener {
    private final GuestWatches watches;
    private final AgentSecrets secrets;

    GuestListener(GuestWatches watches, AgentSecrets secrets) {
        this.watches = watches;
        this.secrets = secrets;
    }

    void listen(String ownerUid, Collection<Instance> instances) {
        for (Instance instance : instances) {
            String agent = instance.agent();
            if (instance.state() == Instance.State.TERMINATED || agent == null) {
                watches.stop(instance.id());
            } else if (instance.state() != Instance.State.PENDING) {
                watches.watch(new Guest(instance.id(), agent, secrets.of(ownerUid)));
            }
        }
    }

    void stop(String instance) {
        watches.stop(instance);
    }
}
