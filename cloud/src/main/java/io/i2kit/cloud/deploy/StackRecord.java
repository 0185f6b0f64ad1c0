package io.i2kit.cloud.deploy;

import io.i2kit.cloud.model.CloudResource;
import io.i2kit.cloud.model.DnsRecord;
import io.i2kit.cloud.model.InstanceGroup;
import io.i2kit.cloud.model.LaunchTemplate;
import io.i2kit.cloud.model.LoadBalancer;
import io.i2kit.cloud.model.MachineImage;
import io.i2kit.cloud.model.PublicName;
import io.i2kit.cloud.model.Stack;
import io.i2kit.cloud.model.StackId;
import java.util.List;

/**
 * What a stack owns, or may own: written before the first of its resources is made and removed after the last is gone, so that
 * whatever dies in between, the resources are found again.
 *
 * @param owned in the order of creation
 */
public record StackRecord(StackId id, List<Owned> owned) {
    public StackRecord {
        owned = List.copyOf(owned);
    }

    /** One resource by kind and name. */
    public record Owned(Kind kind, String name) {
        static Owned of(CloudResource resource) {
            return new Owned(Kind.of(resource), resource.name());
        }
    }

    /** The kinds of resources. Images are shared by content, so no stack deletes them. */
    public enum Kind {
        MACHINE_IMAGE,
        LAUNCH_TEMPLATE,
        INSTANCE_GROUP,
        LOAD_BALANCER,
        DNS_RECORD,
        PUBLIC_NAME;

        static Kind of(CloudResource resource) {
            return switch (resource) {
                case MachineImage image -> MACHINE_IMAGE;
                case LaunchTemplate template -> LAUNCH_TEMPLATE;
                case InstanceGroup group -> INSTANCE_GROUP;
                case LoadBalancer balancer -> LOAD_BALANCER;
                case DnsRecord record -> DNS_RECORD;
                case PublicName name -> PUBLIC_NAME;
            };
        }
    }

    /** What the stack owns once it is deployed. */
    static StackRecord of(Stack stack) {
        return new StackRecord(
                stack.id(), stack.resources().stream().map(Owned::of).toList());
    }

    /** Names of the resources of a kind. */
    public List<String> names(Kind kind) {
        return owned.stream()
                .filter(each -> each.kind() == kind)
                .map(Owned::name)
                .toList();
    }
}
