package io.i2kit.cloud.provider;

import io.i2kit.cloud.model.LoadBalancer;
import io.i2kit.cloud.model.LoadBalancerStatus;
import java.util.Collection;
import java.util.List;

/** Load balancers, by name. */
public interface LoadBalancerProvider {
    void putLoadBalancer(LoadBalancer loadBalancer);

    /** Unknown names are no error. */
    void deleteLoadBalancer(String name);

    /** Those of this cluster with these names, or all when the collection is empty. */
    List<LoadBalancerStatus> describeLoadBalancers(Collection<String> names);
}
