package io.i2kit.cloud.local.daemon;

import io.i2kit.cloud.local.daemon.Hypervisor.MachineSpec;
import io.i2kit.cloud.local.daemon.InstanceRecord.Identity;
import io.i2kit.cloud.local.daemon.InstanceRecord.Life;
import io.i2kit.cloud.local.daemon.Templates.Summary;
import io.i2kit.cloud.local.daemon.fabric.FabricNetwork;
import io.i2kit.cloud.model.InstanceMetadata;
import io.i2kit.cloud.model.InstanceMetadata.Lifecycle;
import io.i2kit.cloud.model.InstanceMetadata.NetworkInterface;
import io.i2kit.cloud.model.MachineSize;
import java.net.Inet4Address;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Decides what a machine is made of: from template to record, and from record to what hypervisor and guest are told.
 *
 * @param instances the directory of the machines' directories
 * @param runtime the directory of the sockets
 */
record MachinePlan(Path instances, Path runtime, Path images, FabricNetwork network, String zone) {
    /** A kernel and its initramfs do not unpack in less. */
    private static final long MIN_MEBIBYTES = 48;

    /** QEMU's user-mode network gives this address to its guest by default. */
    private static final String HOST_SIDE_ADDRESS = "10.0.2.15/24";

    private static final int MTU = 1500;
    private static final SecureRandom RANDOM = new SecureRandom();

    static int mebibytes(MachineSize size) {
        long mebibyte = 1L << 20;
        return Math.toIntExact(Math.max(MIN_MEBIBYTES, (size.memoryBytes() + mebibyte - 1) / mebibyte));
    }

    private static int processors(int milliCpu) {
        int wanted = Math.max(1, (milliCpu + 999) / 1000);
        return Math.min(wanted, Runtime.getRuntime().availableProcessors());
    }

    InstanceRecord record(String templateName, Summary template, String address, Map<Integer, Integer> forwards) {
        byte[] random = new byte[9];
        RANDOM.nextBytes(random);
        String id = "i-" + HexFormat.of().formatHex(random).substring(1);
        MachineSize size = template.size();
        String type = size.machineType().isEmpty()
                ? processors(size.milliCpu()) + "cpu-" + mebibytes(size) + "Mi"
                : size.machineType();
        Identity identity = new Identity(
                id,
                UUID.randomUUID().toString(),
                templateName,
                address,
                type,
                mebibytes(size),
                template.agentPort(),
                template.readyPort(),
                Instant.now());
        return new InstanceRecord(identity, Life.pending(), new Lifecycle(1, template.tags(), false, -1), forwards);
    }

    KeptLogs keptLogs() {
        return new KeptLogs(instances.resolveSibling("logs"));
    }

    Path directory(String id) {
        return instances.resolve(id);
    }

    MachineSpec spec(InstanceRecord record, Summary template) {
        return spec(
                record,
                images.resolve(template.imageName()),
                processors(template.size().milliCpu()));
    }

    /** For a machine that runs: what it was started from does not matter any more. */
    MachineSpec spec(InstanceRecord record) {
        return spec(record, images, 1);
    }

    private MachineSpec spec(InstanceRecord record, Path image, int processors) {
        Identity identity = record.identity();
        // A socket's path is short: the id's last 12 digits are enough to tell the machines of one host apart.
        String socket = identity.id().substring(identity.id().length() - 12);
        return new MachineSpec(
                identity.id(),
                identity.uuid(),
                directory(identity.id()),
                image,
                identity.memoryMebibytes(),
                processors,
                Inet4Address.ofLiteral(identity.address()),
                Addresses.podMac(identity.address()),
                Addresses.hostMac(identity.address()),
                runtime.resolve(socket + ".net"),
                runtime.resolve(socket + ".qmp"),
                record.forwards());
    }

    InstanceMetadata metadata(InstanceRecord record) {
        Identity identity = record.identity();
        String gateway = network.gateway().getHostAddress();
        return new InstanceMetadata(
                identity.id(),
                zone,
                identity.machineType(),
                gateway,
                List.of(
                        new NetworkInterface(
                                Addresses.podMac(identity.address()),
                                identity.address() + "/" + network.pods().prefixLength(),
                                gateway,
                                MTU),
                        new NetworkInterface(Addresses.hostMac(identity.address()), HOST_SIDE_ADDRESS, "", MTU)),
                List.of(network.dns().getHostAddress()));
    }
}
