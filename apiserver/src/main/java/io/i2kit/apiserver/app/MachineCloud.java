package io.i2kit.apiserver.app;

import io.i2kit.cloud.model.Architecture;
import io.i2kit.cloud.provider.Cloud;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Where a server's machines are: a cloud, and what the composition of a server needs of it beyond its providers. */
interface MachineCloud extends AutoCloseable {
    Cloud cloud();

    /** Returns once the cloud answers. */
    void start();

    /** An image that was being made is ready, or failed. */
    void imageChanged(String imageName);

    /**
     * Deletes images that the cloud keeps and nobody uses.
     *
     * @param inUse names that some launch template has
     */
    void collectImages(Set<String> inUse);

    /** What kinds of processors its machines have. */
    Set<Architecture> architectures();

    /** Name servers of the machines, or empty where the cloud alone knows them. */
    List<String> nameservers();

    /** Where it keeps the cluster's backup; empty where a lost data folder takes the machines with it. */
    Optional<BackupTarget> backups();

    @Override
    void close();

    /** Opens the cloud that the user chose; its classes are loaded no earlier. */
    @FunctionalInterface
    interface Factory {
        MachineCloud open(DataFolder data, ArchitectureImages images, String clusterId);
    }
}
