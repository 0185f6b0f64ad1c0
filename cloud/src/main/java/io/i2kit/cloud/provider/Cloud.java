package io.i2kit.cloud.provider;

import java.util.Set;
import java.util.function.Consumer;

/** A cloud: its providers, and the notices that drive the controllers. */
public interface Cloud extends AutoCloseable {
    ImageProvider images();

    GroupProvider groups();

    LoadBalancerProvider loadBalancers();

    DnsProvider dns();

    PublicNameProvider publicNames();

    /**
     * Calls the listener with the names of groups, load balancers and images that changed since the last call; an empty set
     * means that anything may have. Notices can repeat and can be late, never lost.
     */
    void onChange(Consumer<Set<String>> listener);

    @Override
    void close();
}
