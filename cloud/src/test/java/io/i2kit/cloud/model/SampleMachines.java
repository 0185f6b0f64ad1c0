package io.i2kit.cloud.model;

import java.util.List;
import java.util.Map;

/** Machines of the least that a test has to say. */
public final class SampleMachines {
    private SampleMachines() {}

    /** A container with these capabilities, and no new privileges. */
    public static LinuxKitConfig.Container container(String name, String image, List<String> capabilities) {
        return new LinuxKitConfig.Container(
                name,
                image,
                capabilities,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                true,
                null,
                null,
                null,
                null);
    }

    /** A machine image of a kernel that is never pulled. */
    public static MachineImage image(String name, Architecture architecture) {
        LinuxKitConfig config =
                new LinuxKitConfig(new LinuxKitConfig.Kernel("kernel", ""), List.of(), null, List.of(), null);
        return new MachineImage(name, config, architecture);
    }

    /** A Pod of the namespace {@code default} that is always restarted. */
    public static MachineMetadata metadata(
            String clusterId,
            MachineMetadata.Owner owner,
            MachineMetadata.Agent agent,
            String node,
            List<MachineMetadata.Container> containers) {
        return new MachineMetadata(
                1,
                clusterId,
                "default",
                owner,
                agent,
                new MachineMetadata.Dns(List.of(), List.of(), List.of()),
                List.of(),
                "",
                "",
                "Always",
                30,
                Map.of(),
                null,
                Map.of(),
                Map.of(),
                "default",
                node,
                List.of(),
                List.of(),
                containers);
    }
}
