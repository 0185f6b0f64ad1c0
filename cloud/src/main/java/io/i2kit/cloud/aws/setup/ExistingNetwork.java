package io.i2kit.cloud.aws.setup;

import java.util.List;

/**
 * A network of the account that an installation is to use instead of making one. It is tagged, and never changed or removed.
 *
 * @param vpcId with DNS resolution and DNS host names on: private zones answer only there
 * @param subnetIds of that network, at least one, in different zones
 */
public record ExistingNetwork(String vpcId, List<String> subnetIds) {
    public ExistingNetwork {
        subnetIds = List.copyOf(subnetIds);
        if (vpcId.isEmpty() || subnetIds.isEmpty()) {
            throw new IllegalArgumentException("an existing network needs its id and those of its subnets");
        }
    }
}
