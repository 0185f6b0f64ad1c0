package io.i2kit.cloud.aws.balancing;

import io.i2kit.cloud.aws.AwsNames;
import io.i2kit.cloud.aws.AwsTags;
import io.i2kit.cloud.aws.api.LoadBalancingApi;
import io.i2kit.cloud.aws.api.LoadBalancingApi.Balancer;
import io.i2kit.cloud.aws.api.LoadBalancingApi.Listener;
import io.i2kit.cloud.aws.api.LoadBalancingApi.TargetGroup;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What this cluster has at Elastic Load Balancing, read once and then kept by what i2kit itself does: a Service that is as desired
 * costs no call. A call that fails makes it be read again.
 */
final class Inventory {
    private final LoadBalancingApi api;
    private final AwsNames names;
    /** By AWS' name. */
    private final Map<String, Balancer> balancers = new TreeMap<>();
    /** By AWS' name. */
    private final Map<String, TargetGroup> targetGroups = new TreeMap<>();
    /** By the ARN of their load balancer. */
    private final Map<String, List<Listener>> listeners = new HashMap<>();

    Inventory(LoadBalancingApi api, AwsNames names) {
        this.api = api;
        this.names = names;
        for (Balancer balancer : api.balancers()) {
            if (names.owns(balancer.tags())) {
                balancers.put(balancer.name(), balancer);
                listeners.put(balancer.arn(), new ArrayList<>(api.listeners(balancer.arn())));
            }
        }
        for (TargetGroup group : api.targetGroups()) {
            if (names.owns(group.tags())) {
                targetGroups.put(group.name(), group);
            }
        }
    }

    List<Balancer> balancers() {
        return List.copyOf(balancers.values());
    }

    @Nullable
    Balancer balancer(String awsName) {
        return balancers.get(awsName);
    }

    List<Listener> listeners(Balancer balancer) {
        return List.copyOf(listeners.getOrDefault(balancer.arn(), List.of()));
    }

    @Nullable
    TargetGroup targetGroup(String awsName) {
        return targetGroups.get(awsName);
    }

    /** The model's names of load balancers that have a port. */
    Set<String> names() {
        return targetGroups.values().stream()
                .map(group -> group.tags().getOrDefault(AwsTags.NAME, ""))
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toSet());
    }

    /** Those of one load balancer of the model. */
    List<TargetGroup> targetGroupsOf(String modelName) {
        return targetGroups.values().stream()
                .filter(group -> modelName.equals(group.tags().get(AwsTags.NAME)))
                .toList();
    }

    /** The load balancer and listener that lead to a target group. */
    Optional<Route> routeTo(String targetGroupArn) {
        for (Balancer balancer : balancers.values()) {
            for (Listener listener : listeners(balancer)) {
                if (listener.targetGroupArn().equals(targetGroupArn)) {
                    return Optional.of(new Route(balancer, listener));
                }
            }
        }
        return Optional.empty();
    }

    /** How clients come to a target group. */
    record Route(Balancer balancer, Listener listener) {}

    Balancer createBalancer(String awsName, boolean internal, List<String> subnets, Map<String, String> tags) {
        Balancer made = api.createBalancer(awsName, internal, subnets, tags);
        balancers.put(awsName, made);
        listeners.put(made.arn(), new ArrayList<>());
        // Machines are in few zones, and a client of one zone must reach those of another.
        api.setBalancerAttributes(made.arn(), Map.of("load_balancing.cross_zone.enabled", "true"));
        return made;
    }

    void deleteBalancer(Balancer balancer) {
        api.deleteBalancer(balancer.arn());
        balancers.remove(balancer.name());
        listeners.remove(balancer.arn());
    }

    void route(Balancer balancer, String protocol, int port, String targetGroupArn) {
        List<Listener> known = listeners.computeIfAbsent(balancer.arn(), arn -> new ArrayList<>());
        known.add(api.createListener(balancer.arn(), protocol, port, targetGroupArn));
    }

    void deleteRoute(Route route) {
        api.deleteListener(route.listener().arn());
        listeners.getOrDefault(route.balancer().arn(), new ArrayList<>()).remove(route.listener());
    }

    TargetGroup createTargetGroup(
            LoadBalancingApi.TargetGroupSpec spec, Map<String, String> attributes, Map<String, String> tags) {
        TargetGroup made = new TargetGroup(api.createTargetGroup(spec, tags), spec.name(), tags);
        targetGroups.put(made.name(), made);
        api.setTargetGroupAttributes(made.arn(), attributes);
        return made;
    }

    void deleteTargetGroup(TargetGroup group) {
        api.deleteTargetGroup(group.arn());
        targetGroups.remove(group.name());
    }

    /** Looks again at load balancers that were being made; returns the names of those that take connections now. */
    List<String> awaitActive() {
        if (balancers.values().stream().allMatch(Balancer::active)) {
            return List.of();
        }
        List<String> active = new ArrayList<>();
        for (Balancer now : api.balancers()) {
            Balancer before = balancers.get(now.name());
            if (before != null && !before.active() && now.active() && names.owns(now.tags())) {
                balancers.put(now.name(), now);
                active.add(now.name());
            }
        }
        return active;
    }
}
