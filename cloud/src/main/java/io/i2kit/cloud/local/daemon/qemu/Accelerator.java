package io.i2kit.cloud.local.daemon.qemu;

/** What runs the guest's instructions. */
enum Accelerator {
    /** The processor, by the kernel's virtualization. */
    KVM,
    /** QEMU's emulation. */
    TCG
}
