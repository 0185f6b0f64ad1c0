package io.i2kit.cloud.aws.balancing;

import io.i2kit.cloud.aws.AwsNames;
import io.i2kit.cloud.aws.AwsOptions;
import io.i2kit.cloud.aws.AwsTags;
import io.i2kit.cloud.aws.api.FirewallApi;
import io.i2kit.cloud.aws.api.FirewallApi.Firewall;
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
            String id = api.createFirewall(name, options.installation().vpcId(), all);
            before = new Firewall(id, name, List.of(), all);
        }
        List<String> missing = new ArrayList<>(ranges);
        missing.removeAll(before.ranges());
        List<String> surplus = new ArrayList<>(before.ranges());
        surplus.removeAll(ranges);
        if (!missing.isEmpty()) {
            api.allow(before.id(), missing);
        }
        if (!surplus.isEmpty()) {
            api.revoke(before.id(), surplus);
        }
        known.put(name, new Firewall(before.id(), name, ranges, before.tags()));
        return before.id();
    }

    void delete(String modelName) {
        Firewall firewall = known.get(awsName(modelName));
        if (firewall != null) {
            api.deleteFirewall(firewall.id());
            known.remove(firewall.name());
        }
    }
}
