package io.i2kit.cloud.image.initrd;

/**
 * A file or directory of the machine's root (LinuxKit's {@code files} section).
 *
 * @param path without a leading slash
 * @param mode permission bits
 */
public record MachineFile(String path, boolean directory, byte[] contents, int mode) {}
