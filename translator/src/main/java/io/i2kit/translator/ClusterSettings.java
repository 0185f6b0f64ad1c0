package io.i2kit.translator;

import io.i2kit.cloud.model.Architecture;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What every translation of a cluster has in common.
 *
 * @param clusterId of this i2kit cluster; part of every cloud name
 * @param clusterDomain {@code cluster.local}
 * @param nameservers of the fabric, or empty where the cloud alone knows them
 * @param architecture of machines whose Pod does not ask for one
 * @param clientCa PEM of the authority whose certificates the guests accept
 * @param bases what machine images are built on, for each architecture that the cloud has machines of
 */
public record ClusterSettings(
        String clusterId,
        String clusterDomain,
        List<String> nameservers,
        Architecture architecture,
        String clientCa,
        Map<Architecture, MachineBase> bases) {
    /** The guest's port of the kubelet API; Kubernetes' own. */
    public static final int AGENT_PORT = 10250;

    /** The guest's port of {@code /ready}; Kubernetes uses the number for kube-proxy's health check. */
    public static final int READY_PORT = 10256;

    public ClusterSettings {
        nameservers = List.copyOf(nameservers);
        bases = Map.copyOf(bases);
        if (!bases.containsKey(architecture)) {
            throw new IllegalArgumentException("no base of the default architecture " + architecture);
        }
    }

    /** What the machines of an architecture are built on; one of {@link #bases}. */
    public MachineBase base(Architecture wanted) {
        return Objects.requireNonNull(bases.get(wanted), wanted::ociName);
    }

    /** What a machine needs before its containers do; the same for every architecture. */
    public Footprint footprint() {
        return base(architecture).footprint();
    }

    /**
     * The parts of every LinuxKit configuration that no Pod decides.
     *
     * @param kernelImage OCI reference
     * @param cmdline the kernel's command line
     * @param init OCI references of the init images
     * @param digest changes whenever the base's bytes do
     * @param footprint what its machines need before a container does anything
     */
    public record MachineBase(
            String kernelImage, String cmdline, List<String> init, String digest, Footprint footprint) {
        public MachineBase {
            init = List.copyOf(init);
        }
    }

    /**
     * The memory of a machine whose root filesystem is an initramfs: the images' files live in memory, and while the kernel unpacks
     * them, their compressed form does too.
     *
     * @param baseBytes kernel, guest, container runtime and their part of the initramfs
     * @param unpackedPercent of the images' unpacked files
     */
    public record Footprint(long baseBytes, int unpackedPercent) {
        /** i2kit's own images. Measured: 22 MiB of files fit into 112 MiB and not into 96, 36 into 144 (128), 45 into 160 (144). */
        public static final Footprint BUILTIN = new Footprint(64L << 20, 205);

        /** The stock linuxkit tool compresses with gzip, in one piece: the base takes more too. */
        public static final Footprint LINUXKIT_TOOL = new Footprint(80L << 20, 205);
    }
}
