package io.i2kit.cloud.aws.prices;

import io.i2kit.cloud.model.Architecture;

/**
 * One instance type.
 *
 * @param memoryBytes nominal
 * @param sustainedMilliCpu what it gives for ever
 * @param hourlyDollars of Linux, shared tenancy, on demand
 */
public record InstanceType(
        String name, Architecture architecture, long memoryBytes, int sustainedMilliCpu, double hourlyDollars) {
    InstanceType at(double dollars) {
        return new InstanceType(name, architecture, memoryBytes, sustainedMilliCpu, dollars);
    }
}
