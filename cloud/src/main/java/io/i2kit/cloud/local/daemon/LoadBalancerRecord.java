package io.i2kit.cloud.local.daemon;

import io.i2kit.cloud.model.LoadBalancer;

/**
 * What is persisted of a load balancer.
 *
 * @param address inside the cluster
 * @param hostAddress its own of 127.0.0.0/8, or empty while it is not external
 */
record LoadBalancerRecord(LoadBalancer spec, String address, String hostAddress) {
    String name() {
        return spec.name();
    }
}
