package io.i2kit.cloud.model;

/** A processor architecture, by its OCI name. */
public enum Architecture {
    AMD64("amd64"),
    ARM64("arm64");

    private final String ociName;

    Architecture(String ociName) {
        this.ociName = ociName;
    }

    /** The name that OCI image indexes and {@code kubernetes.io/arch} use. */
    public String ociName() {
        return ociName;
    }
}
