package io.i2kit.translator;

import io.i2kit.cloud.model.Architecture;
import io.i2kit.translator.ClusterSettings.Footprint;
import io.i2kit.translator.ClusterSettings.MachineBase;
import java.util.List;
import java.util.Map;

/** Values that tests share. */
public final class Samples {
    public static final String SECRET = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private Samples() {}

    public static ClusterSettings settings() {
        return new ClusterSettings(
                "c1",
                "cluster.local",
                List.of("10.96.0.10"),
                Architecture.AMD64,
                "-----CLIENT CA-----",
                Map.of(Architecture.AMD64, base(), Architecture.ARM64, otherBase()));
    }

    public static MachineBase base() {
        return new MachineBase(
                "i2kit/kernel@sha256:11", "console=ttyS0", List.of("i2kit/init@sha256:22"), "33", Footprint.BUILTIN);
    }

    /** Of machines with the other architecture. */
    public static MachineBase otherBase() {
        return new MachineBase(
                "i2kit/kernel@sha256:44", "console=ttyAMA0", List.of("i2kit/init@sha256:55"), "66", Footprint.BUILTIN);
    }

    /** The image of a container, as nginx's. */
    public static ContainerImage image(String container, String image) {
        return new ContainerImage(
                container,
                image,
                "docker.io/library/" + image.replaceAll("[:@].*", "") + "@sha256:" + "0".repeat(64),
                List.of("/docker-entrypoint.sh"),
                List.of("nginx", "-g", "daemon off;"),
                List.of("PATH=/usr/sbin:/usr/bin:/sbin:/bin"),
                "",
                "",
                "SIGQUIT",
                28L << 20);
    }
}
