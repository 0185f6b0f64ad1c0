package io.i2kit.cloud.model;

/**
 * Resources of a machine.
 *
 * @param memoryBytes memory for the guest including its kernel
 * @param milliCpu processors in thousandths; a cloud rounds up to what it has
 * @param machineType the cloud's name for a fixed size that the user asked for, or empty
 */
public record MachineSize(long memoryBytes, int milliCpu, String machineType) {}
