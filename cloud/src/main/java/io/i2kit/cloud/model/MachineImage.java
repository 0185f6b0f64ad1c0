package io.i2kit.cloud.model;

/**
 * A bootable image. It depends only on what runs in it, so its name is the hash of its content and two workloads of the same
 * containers share it.
 *
 * @param name {@code sha256} over the canonical LinuxKit YAML (with every image reference by digest), the base and the
 *     architecture; lower-case hexadecimal, 64 characters
 * @param config the LinuxKit configuration; images are referred to by digest
 */
public record MachineImage(String name, LinuxKitConfig config, Architecture architecture) implements CloudResource {}
