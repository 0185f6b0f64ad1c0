package io.i2kit.cloud.aws.fake;

import io.i2kit.cloud.aws.api.AwsException;
import io.i2kit.cloud.aws.api.FirewallApi;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Security groups; one that a load balancer or another group's rule has cannot be deleted. */
public final class FakeFirewalls implements FirewallApi {
    private final Calls calls;
    private final FakeLoadBalancing balancing;
    public final Map<String, Firewall> groups = new TreeMap<>();
    /** Which groups a group lets in. */
    public final Map<String, List<String>> admitted = new TreeMap<>();

    private int number;

    FakeFirewalls(Calls calls, FakeLoadBalancing balancing) {
        this.calls = calls;
        this.balancing = balancing;
    }

    @Override
    public List<Firewall> firewalls(String tag, String value) {
        return calls.call(
                "DescribeSecurityGroups",
                () -> groups.values().stream()
                        .filter(each -> value.equals(each.tags().get(tag)))
                        .toList());
    }

    @Override
    public String createFirewall(String name, String vpcId, Map<String, String> tags) {
        return calls.call("CreateSecurityGroup", () -> {
            if (groups.values().stream().anyMatch(each -> each.name().equals(name))) {
                throw new AwsException("InvalidGroup.Duplicate", "The security group '" + name + "' already exists");
            }
            number++;
            String id = "sg-own" + number;
            groups.put(id, new Firewall(id, name, List.of(), tags));
            return id;
        });
    }

    @Override
    public void allow(String id, Collection<String> ranges) {
        calls.run("AuthorizeSecurityGroupIngress", () -> change(id, ranges, true));
    }

    @Override
    public void revoke(String id, Collection<String> ranges) {
        calls.run("RevokeSecurityGroupIngress", () -> change(id, ranges, false));
    }

    private void change(String id, Collection<String> ranges, boolean add) {
        Firewall each = groups.get(id);
        List<String> now = new ArrayList<>(each.ranges());
        if (add && now.stream().anyMatch(ranges::contains)) {
            throw new AwsException("InvalidPermission.Duplicate", "the specified rule already exists");
        }
        boolean changed = add ? now.addAll(ranges) : now.removeAll(ranges);
        if (changed) {
            groups.put(id, new Firewall(id, each.name(), now, each.tags()));
        }
    }

    @Override
    public List<String> admitted(String id) {
        return calls.call("DescribeSecurityGroups", () -> List.copyOf(admitted.getOrDefault(id, List.of())));
    }

    @Override
    public void admit(String id, String group) {
        calls.run("AuthorizeSecurityGroupIngress", () -> {
            List<String> now = admitted.computeIfAbsent(id, each -> new ArrayList<>());
            if (now.contains(group)) {
                throw new AwsException("InvalidPermission.Duplicate", "the specified rule already exists");
            }
            now.add(group);
        });
    }

    @Override
    public void expel(String id, String group) {
        calls.run("RevokeSecurityGroupIngress", () -> {
            if (!admitted.getOrDefault(id, new ArrayList<>()).remove(group)) {
                throw new AwsException("InvalidPermission.NotFound", "the specified rule does not exist");
            }
        });
    }

    @Override
    public void deleteFirewall(String id) {
        calls.run("DeleteSecurityGroup", () -> {
            if (balancing.balancers.values().stream()
                            .anyMatch(each -> each.securityGroups().contains(id))
                    || admitted.values().stream().anyMatch(each -> each.contains(id))) {
                throw new AwsException("DependencyViolation", "resource " + id + " has a dependent object");
            }
            groups.remove(id);
        });
    }
}
