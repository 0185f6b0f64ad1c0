package io.i2kit.cloud.model;

import java.util.Map;

/**
 * How machines of one Pod template start.
 *
 * @param imageName name of the {@link MachineImage}
 * @param size what the machine is given
 * @param metadata what the guest reads at boot; may hold secrets and is never logged
 * @param tags written to every instance
 */
public record LaunchTemplate(
        String name,
        String imageName,
        Architecture architecture,
        MachineSize size,
        MachineMetadata metadata,
        Map<String, String> tags)
        implements CloudResource {
    /**
     * The tag that says {@code spot} where the machines may be taken away for a lower price, else {@code on-demand} or nothing. A
     * cloud with one kind of capacity ignores it. Named as Karpenter's well-known label.
     */
    public static final String CAPACITY_TYPE = "karpenter.sh/capacity-type";

    /**
     * The tag that names the role which the machine's containers act as: an IAM role's ARN on AWS. A cloud without roles ignores it.
     * Without the tag containers have none.
     */
    public static final String ROLE = "i2kit.io/role-arn";

    public LaunchTemplate {
        tags = Map.copyOf(tags);
    }
}
