package io.i2kit.translator;

import io.i2kit.cloud.model.Architecture;
import java.util.List;

/**
 * What every translation of a cluster has in common.
 *
 * @param clusterId of this i2kit cluster; part of every cloud name
 * @param clusterDomain {@code cluster.local}
 * @param nameservers of the fabric, or empty where the cloud alone knows them
 * @param architecture of machines whose Pod does not ask for one
 * @param clientCa PEM of the authority whose certificates the guests accept
 * @param base what every machine image is built on
 */
public record ClusterSettings(
        String clusterId,
        String clusterDomain,
        List<String> nameservers,
        Architecture architecture,
        String clientCa,
        MachineBase base) {
    /** The guest's port of the kubelet API; Kubernetes' own. */
    public static final int AGENT_PORT = 10250;

    /** The guest's port of {@code /ready}; Kubernetes uses the number for kube-proxy's health check. */
    public static final int READY_PORT = 10256;

    public ClusterSettings {
        nameservers = List.copyOf(nameservers);
    }

    /**
     * The parts of every LinuxKit configuration that no Pod decides.
     *
     * @param kernelImage OCI reference
     * @param cmdline the kernel's command line
     * @param init OCI references of the init images
     * @param digest changes whenever the base's bytes do
     */
    public record MachineBase(String kernelImage, String cmdline, List<String> init, String digest) {
        public MachineBase {
            init = List.copyOf(init);
        }
    }
}
