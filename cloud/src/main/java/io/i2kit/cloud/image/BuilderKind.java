package io.i2kit.cloud.image;

/** What makes machine images of LinuxKit configurations. */
public enum BuilderKind {
    /** This process: joins cached segments. */
    BUILTIN,
    /** The stock {@code linuxkit} tool, where it is installed. */
    LINUXKIT
}
