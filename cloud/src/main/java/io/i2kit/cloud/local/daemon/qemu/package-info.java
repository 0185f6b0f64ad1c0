/**
 * Machines by QEMU: the command line, its machine protocol (QMP), and the choice between KVM and emulation. Imports the
 * {@code Hypervisor} contract of {@code local.daemon}, {@code local.protocol} and the JDK.
 */
@NullMarked
package io.i2kit.cloud.local.daemon.qemu;

import org.jspecify.annotations.NullMarked;
