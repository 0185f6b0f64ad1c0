package io.i2kit.cloud.aws.balancing;

import io.i2kit.cloud.aws.AwsNames;
import io.i2kit.cloud.aws.AwsOptions;
import io.i2kit.cloud.aws.AwsTags;
import io.i2kit.cloud.aws.api.AwsException;
import io.i2kit.cloud.aws.api.FirewallApi;
import io.i2kit.cloud.aws.api.FirewallApi.Firewall;
import io.i2kit.cloud.provider.CloudException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The security group of each Service's own load balancer. Its rules are the ranges alone: ports that have no listener answer nobody,
 * and a group takes 60 rules.
 */
final class Firewalls {
    private final FirewallApi api;
    private final AwsOptions options;
    /** By AWS' name. */
    private final Map<String, Firewall> known = new TreeMap<>();

    Firewalls(FirewallApi api, AwsOptions options) {
        this.api = api;
        this.options = options;
        api.firewalls(AwsTags.CLUSTER, options.clusterId()).forEach(each -> known.put(each.name(), each));
    }

    private String awsName(String modelName) {
        return new AwsNames(options.clusterId()).of(modelName);
    }

    /** Lets in these ranges and nobody else; returns the group's id. */
    String ensure(String modelName, Map<String, String> tags, List<String> ranges) {
        String name = awsName(modelName);
        Firewall before = known.get(name);
        if (before == null) {
            Map<String, String> all = new TreeMap<>(tags);
            all.put(AwsTags.CLUSTER, options.clusterId());
            all.put(AwsTags.NAME, modelName);
            before = new Firewall(create(name, all), name, List.of(), all);
        }
        admit(before, ranges);
        known.put(name, new Firewall(before.id(), name, ranges, before.tags()));
        return before.id();
    }

    private void admit(Firewall firewall, List<String> ranges) {
        List<String> missing = new ArrayList<>(ranges);
        missing.removeAll(firewall.ranges());
        List<String> surplus = new ArrayList<>(firewall.ranges());
        surplus.removeAll(ranges);
        try {
            if (!missing.isEmpty()) {
                api.allow(firewall.id(), missing);
            }
            if (!surplus.isEmpty()) {
                api.revoke(firewall.id(), surplus);
            }
        } catch (AwsException e) {
            // A rule that is there or gone already, by a call whose answer was lost: AWS has refused the others with
            // it.
            throw e.code().startsWith("InvalidPermission.")
                    ? new CloudException.Unavailable("the security group " + firewall.name() + " has other rules", e)
                    : e;
        }
    }

    /** One that a call made whose answer was lost is read before the next try. */
    private String create(String name, Map<String, String> tags) {
        try {
            return api.createFirewall(name, options.installation().vpcId(), tags);
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
            api.deleteFirewall(firewall.id());
            known.remove(firewall.name());
        }
    }
}
