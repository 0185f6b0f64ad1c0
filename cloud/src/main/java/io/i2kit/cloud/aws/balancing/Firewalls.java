package io.i2kit.cloud.aws.balancing;

import io.i2kit.cloud.aws.AwsNames;
import io.i2kit.cloud.aws.AwsOptions;
import io.i2kit.cloud.aws.AwsTags;
import io.i2kit.cloud.aws.api.AwsException;
import io.i2kit.cloud.aws.api.FirewallApi;
import io.i2kit.cloud.aws.api.FirewallApi.Firewall;
import io.i2kit.cloud.provider.CloudException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The security group of each Service's own load balancer. Its rules are the ranges alone: ports that have no listener answer nobody,
 * and a group takes 60 rules. The machines' group lets in the network, and the group of each load balancer that passes clients'
 * own addresses on.
 */
final class Firewalls {
    private final FirewallApi api;
    private final AwsOptions options;
    /** By AWS' name. */
    private final Map<String, Firewall> known = new TreeMap<>();
    /** Ids of groups that the machines' group lets in. */
    private final Set<String> admitted;

    Firewalls(FirewallApi api, AwsOptions options) {
        this.api = api;
        this.options = options;
        api.firewalls(AwsTags.CLUSTER, options.clusterId()).forEach(each -> known.put(each.name(), each));
        this.admitted = new HashSet<>(api.admitted(machines()));
    }

    private String awsName(String modelName) {
        return new AwsNames(options.clusterId()).of(modelName);
    }

    private String machines() {
        return options.installation().securityGroupId();
    }

    /**
     * Lets in these ranges and nobody else; returns the group's id.
     *
     * @param passesOn whether machines are to take what shows the address of a client in the internet
     */
    String ensure(String modelName, Map<String, String> tags, List<String> ranges, boolean passesOn) {
        String name = awsName(modelName);
        Firewall before = known.containsKey(name) ? known.get(name) : create(name, modelName, tags);
        restrict(before, ranges);
        if (passesOn && !admitted.contains(before.id())) {
            changing(before, () -> api.admit(machines(), before.id()));
            admitted.add(before.id());
        } else if (!passesOn) {
            expel(before);
        }
        known.put(name, new Firewall(before.id(), name, ranges, before.tags()));
        return before.id();
    }

    private void expel(Firewall firewall) {
        if (admitted.contains(firewall.id())) {
            changing(firewall, () -> api.expel(machines(), firewall.id()));
            admitted.remove(firewall.id());
        }
    }

    private void restrict(Firewall firewall, List<String> ranges) {
        List<String> missing = new ArrayList<>(ranges);
        missing.removeAll(firewall.ranges());
        List<String> surplus = new ArrayList<>(firewall.ranges());
        surplus.removeAll(ranges);
        changing(firewall, () -> {
            if (!missing.isEmpty()) {
                api.allow(firewall.id(), missing);
            }
            if (!surplus.isEmpty()) {
                api.revoke(firewall.id(), surplus);
            }
        });
    }

    /** A rule that is there or gone already, by a call whose answer was lost: AWS has refused the others with it. */
    private static void changing(Firewall firewall, Runnable calls) {
        try {
            calls.run();
        } catch (AwsException e) {
            throw e.code().startsWith("InvalidPermission.")
                    ? new CloudException.Unavailable("the security group " + firewall.name() + " has other rules", e)
                    : e;
        }
    }

    /** One that a call made whose answer was lost is read before the next try. */
    private Firewall create(String name, String modelName, Map<String, String> more) {
        Map<String, String> tags = new TreeMap<>(more);
        tags.put(AwsTags.CLUSTER, options.clusterId());
        tags.put(AwsTags.NAME, modelName);
        try {
            String id = api.createFirewall(name, options.installation().vpcId(), tags);
            return new Firewall(id, name, List.of(), tags);
        } catch (AwsException e) {
            boolean isOwn = e.is("InvalidGroup.Duplicate")
                    && api.firewalls(AwsTags.CLUSTER, options.clusterId()).stream()
                            .anyMatch(each -> each.name().equals(name));
            throw isOwn
                    ? new CloudException.Unavailable(
                            "the security group " + name + " was made by a call whose answer was lost", e)
                    : e;
        }
    }

    void delete(String modelName) {
        Firewall firewall = known.get(awsName(modelName));
        if (firewall != null) {
            expel(firewall);
            api.deleteFirewall(firewall.id());
            known.remove(firewall.name());
        }
    }
}
