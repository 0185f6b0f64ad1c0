package io.i2kit.cloud.image;

/** What a machine image is on disk. */
public enum ImageFormat {
    /** Three files, for a hypervisor that starts kernels: {@code kernel}, {@code initrd.img} and {@code cmdline}. */
    INITRD,
    /** One file, {@code disk.img}: a raw disk for machines with UEFI firmware. */
    DISK
}
