package io.i2kit.apiserver.app;

import io.i2kit.cloud.local.DaemonCommand;
import io.i2kit.cloud.local.LocalCloud;
import io.i2kit.cloud.local.LocalCloudOptions;
import io.i2kit.cloud.model.Architecture;
import io.i2kit.cloud.provider.Cloud;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Machines on this host: the embedded cloud, whose process is started when none runs. */
record LocalMachines(LocalCloud local) implements MachineCloud {
    private static final Duration CLOUD_START = Duration.ofSeconds(30);
    private static final String NAMESERVER = "10.96.0.10";

    /** @param memoryMebibytes for all machines together; 0 for what is free */
    static Factory factory(long memoryMebibytes) {
        return (data, images, clusterId) -> new LocalMachines(new LocalCloud(
                options(data.root(), memoryMebibytes), images.usual().builder()));
    }

    private static LocalCloudOptions options(Path data, long memoryMebibytes) {
        List<String> more = memoryMebibytes == 0 ? List.of() : List.of("--memory", Long.toString(memoryMebibytes));
        return new LocalCloudOptions(
                data, DaemonCommand.java(data, DataFolder.cache().resolve("images"), more), CLOUD_START);
    }

    @Override
    public Cloud cloud() {
        return local;
    }

    @Override
    public void start() {
        local.start();
    }

    @Override
    public void imageChanged(String imageName) {
        local.imageChanged(imageName);
    }

    /** Its machines boot from this host's cache of images. */
    @Override
    public void collectImages(Set<String> inUse) {}

    /** The host's alone: another one would be emulated, too slowly for a service. */
    @Override
    public Set<Architecture> architectures() {
        return Set.of(Architecture.AMD64);
    }

    @Override
    public List<String> nameservers() {
        return List.of(NAMESERVER);
    }

    /** Its machines live in the data folder too. */
    @Override
    public Optional<BackupTarget> backups() {
        return Optional.empty();
    }

    @Override
    public void close() {
        local.close();
    }
}
