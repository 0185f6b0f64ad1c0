package io.i2kit.cloud.aws.api;

import io.i2kit.cloud.aws.AwsClients;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.IpPermission;
import software.amazon.awssdk.services.ec2.model.IpRange;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.SecurityGroup;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;
import software.amazon.awssdk.services.ec2.model.UserIdGroupPair;

/** {@link FirewallApi} over the wire. */
public record SdkFirewalls(AwsClients clients) implements FirewallApi {
    @Override
    public List<Firewall> firewalls(String tag, String value) {
        Filter filter = Filter.builder().name("tag:" + tag).values(value).build();
        return SdkCalls.call(() ->
                clients
                        .ec2()
                        .describeSecurityGroupsPaginator(request -> request.filters(filter))
                        .securityGroups()
                        .stream()
                        .map(SdkFirewalls::firewall)
                        .toList());
    }

    private static Firewall firewall(SecurityGroup group) {
        List<String> ranges = group.ipPermissions().stream()
                .flatMap(permission -> permission.ipRanges().stream())
                .map(IpRange::cidrIp)
                .toList();
        Map<String, String> tags = group.tags().stream().collect(Collectors.toMap(Tag::key, Tag::value));
        return new Firewall(group.groupId(), group.groupName(), ranges, tags);
    }

    @Override
    public String createFirewall(String name, String vpcId, Map<String, String> tags) {
        TagSpecification specification = TagSpecification.builder()
                .resourceType(ResourceType.SECURITY_GROUP)
                .tags(tags.entrySet().stream()
                        .map(tag -> Tag.builder()
                                .key(tag.getKey())
                                .value(tag.getValue())
                                .build())
                        .toList())
                .build();
        return SdkCalls.call(() -> clients.ec2()
                        .createSecurityGroup(request -> request.groupName(name)
                                .description("clients of a load balancer of i2kit")
                                .vpcId(vpcId)
                                .tagSpecifications(specification)))
                .groupId();
    }

    private static IpPermission permission(Collection<String> ranges) {
        return IpPermission.builder()
                .ipProtocol("-1")
                .ipRanges(ranges.stream()
                        .map(range -> IpRange.builder().cidrIp(range).build())
                        .toList())
                .build();
    }

    @Override
    public void allow(String id, Collection<String> ranges) {
        SdkCalls.call(() -> clients.ec2()
                .authorizeSecurityGroupIngress(request -> request.groupId(id).ipPermissions(permission(ranges))));
    }

    @Override
    public void revoke(String id, Collection<String> ranges) {
        SdkCalls.call(() -> clients.ec2()
                .revokeSecurityGroupIngress(request -> request.groupId(id).ipPermissions(permission(ranges))));
    }

    @Override
    public List<String> admitted(String id) {
        return SdkCalls.call(() -> clients.ec2().describeSecurityGroups(request -> request.groupIds(id)))
                .securityGroups()
                .stream()
                .flatMap(group -> group.ipPermissions().stream())
                .flatMap(permission -> permission.userIdGroupPairs().stream())
                .map(UserIdGroupPair::groupId)
                .toList();
    }

    private static IpPermission permission(String group) {
        return IpPermission.builder()
                .ipProtocol("-1")
                .userIdGroupPairs(UserIdGroupPair.builder()
                        .groupId(group)
                        .description("i2kit")
                        .build())
                .build();
    }

    @Override
    public void admit(String id, String group) {
        SdkCalls.call(() -> clients.ec2()
                .authorizeSecurityGroupIngress(request -> request.groupId(id).ipPermissions(permission(group))));
    }

    @Override
    public void expel(String id, String group) {
        SdkCalls.call(() -> clients.ec2()
                .revokeSecurityGroupIngress(request -> request.groupId(id).ipPermissions(permission(group))));
    }

    @Override
    public void deleteFirewall(String id) {
        Calls.runUnlessGone(
                () -> SdkCalls.call(() -> clients.ec2().deleteSecurityGroup(request -> request.groupId(id))));
    }
}
