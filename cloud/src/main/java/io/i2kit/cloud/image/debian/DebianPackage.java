package io.i2kit.cloud.image.debian;

/** One version of one package, as apt names it. */
public record DebianPackage(String name, String version) {
    /** What {@code apt-get} takes for exactly this version. */
    String pinned() {
        return name + "=" + version;
    }

    @Override
    public String toString() {
        return name + " " + version;
    }
}
