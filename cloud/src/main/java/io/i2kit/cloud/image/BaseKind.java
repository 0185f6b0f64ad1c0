package io.i2kit.cloud.image;

/** What every machine stands on, besides the guest. */
public enum BaseKind {
    /** Kernel and crun of Debian packages. */
    DEBIAN,
    /** Kernel and runc of LinuxKit's official images. */
    LINUXKIT
}
