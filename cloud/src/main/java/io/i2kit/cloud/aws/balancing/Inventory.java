package io.i2kit.cloud.aws.balancing;

import io.i2kit.cloud.aws.AwsNames;
import io.i2kit.cloud.aws.AwsTags;
import io.i2kit.cloud.aws.api.AwsException;
import io.i2kit.cloud.aws.api.LoadBalancingApi;
import io.i2kit.cloud.aws.api.LoadBalancingApi.Balancer;
import io.i2kit.cloud.aws.api.LoadBalancingApi.Listener;
import io.i2kit.cloud.aws.api.LoadBalancingApi.TargetGroup;
import io.i2kit.cloud.provider.CloudException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What this cluster has at Elastic Load Balancing, read once and then kept by what i2kit itself does: a Service that is as desired
 * costs no call. A call that fails makes it be read again.
 */
final class Inventory {
    private static final int HASH_DIGITS = 20;

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

    /** The load balancer that a Service has for itself. */
    @Nullable
    Balancer own(String modelName) {
        return balancers.values().stream()
                .filter(balancer -> modelName.equals(balancer.tags().getOrDefault(AwsTags.NAME, balancer.name())))
                .findFirst()
                .orElse(null);
    }

    Balancer createBalancer(LoadBalancingApi.BalancerSpec spec, Map<String, String> tags) {
        Balancer made = unlessTaken(
                "a load balancer named " + spec.name(),
                () -> api.createBalancer(spec, tags),
                () -> api.balancers().stream()
                        .anyMatch(one -> one.name().equals(spec.name()) && names.owns(one.tags())));
        balancers.put(spec.name(), made);
        listeners.put(made.arn(), new ArrayList<>());
        return made;
    }

    /**
     * AWS refuses a name that is taken. When this cluster has it, an answer was lost: what there is is read before the next try.
     *
     * @throws CloudException.Invalid when it is another's
     */
    private static <T> T unlessTaken(String what, Supplier<T> create, BooleanSupplier isOwn) {
        try {
            return create.get();
        } catch (AwsException e) {
            if (!e.code().startsWith("Duplicate")) {
                throw e;
            }
            if (isOwn.getAsBoolean()) {
                throw new CloudException.Unavailable(what + " was made by a call whose answer was lost", e);
            }
            throw new CloudException.Invalid(what + " exists and is not this cluster's");
        }
    }

    /** Makes settings that can be changed, unless they are the last that were made. */
    Balancer settle(Balancer balancer, Wishes wishes, List<String> securityGroups) {
        Map<String, String> attributes = wishes.balancerAttributes();
        String hash = AwsNames.hash(attributes + " " + securityGroups + " " + wishes.tags(), HASH_DIGITS);
        if (hash.equals(balancer.tags().get(AwsTags.SETTINGS))) {
            return balancer;
        }
        api.setBalancerAttributes(balancer.arn(), attributes);
        if (!Set.copyOf(securityGroups).equals(Set.copyOf(balancer.securityGroups()))) {
            api.setSecurityGroups(balancer.arn(), securityGroups);
        }
        Map<String, String> tags = retag(balancer.arn(), balancer.tags(), wishes.tags(), hash);
        Balancer settled = new Balancer(
                balancer.arn(),
                balancer.name(),
                balancer.endpoint(),
                balancer.internal(),
                balancer.active(),
                securityGroups,
                tags);
        balancers.put(settled.name(), settled);
        return settled;
    }

    /** The same for a target group and the listener that leads to it. */
    void settle(TargetGroup group, Wishes wishes, Ports ports, Listener listener) {
        LoadBalancingApi.Check check = wishes.check();
        LoadBalancingApi.Tls tls = wishes.tls(ports);
        Map<String, String> attributes = wishes.targetAttributes(ports);
        String hash = AwsNames.hash(check + " " + attributes + " " + tls + " " + wishes.tags(), HASH_DIGITS);
        if (hash.equals(group.tags().get(AwsTags.SETTINGS))) {
            return;
        }
        api.setTargetGroupAttributes(group.arn(), attributes);
        api.setCheck(group.arn(), check);
        if (!tls.certificates().isEmpty()) {
            api.changeTls(listener.arn(), tls);
        }
        Map<String, String> tags = retag(group.arn(), group.tags(), wishes.tags(), hash);
        targetGroups.put(group.name(), new TargetGroup(group.arn(), group.name(), tags));
    }

    /** The hash comes last: what is made half is made again. Tags that nobody asks for go, but for AWS' own and i2kit's. */
    private Map<String, String> retag(String arn, Map<String, String> before, Map<String, String> wanted, String hash) {
        Map<String, String> tags = new TreeMap<>(before);
        List<String> surplus = before.keySet().stream()
                .filter(key -> !key.startsWith("i2kit.io/") && !key.startsWith("aws:") && !wanted.containsKey(key))
                .toList();
        if (!surplus.isEmpty()) {
            api.untag(arn, surplus);
            tags.keySet().removeAll(surplus);
        }
        tags.putAll(wanted);
        tags.put(AwsTags.SETTINGS, hash);
        Map<String, String> added = new TreeMap<>(wanted);
        added.put(AwsTags.SETTINGS, hash);
        api.tag(arn, added);
        return tags;
    }

    void deleteBalancer(Balancer balancer) {
        api.deleteBalancer(balancer.arn());
        balancers.remove(balancer.name());
        listeners.remove(balancer.arn());
    }

    Listener route(Balancer balancer, LoadBalancingApi.ListenerSpec spec) {
        List<Listener> known = listeners.computeIfAbsent(balancer.arn(), arn -> new ArrayList<>());
        Listener made = unlessTaken(
                "a listener of " + balancer.name() + " on port " + spec.port(),
                () -> api.createListener(balancer.arn(), spec),
                () -> true);
        known.add(made);
        return made;
    }

    void deleteRoute(Route route) {
        api.deleteListener(route.listener().arn());
        listeners.getOrDefault(route.balancer().arn(), new ArrayList<>()).remove(route.listener());
    }

    TargetGroup createTargetGroup(LoadBalancingApi.TargetGroupSpec spec, Map<String, String> tags) {
        String arn = unlessTaken(
                "a target group named " + spec.name(),
                () -> api.createTargetGroup(spec, tags),
                () -> api.targetGroups().stream()
                        .anyMatch(one -> one.name().equals(spec.name()) && names.owns(one.tags())));
        TargetGroup made = new TargetGroup(arn, spec.name(), tags);
        targetGroups.put(made.name(), made);
        return made;
    }

    void deleteTargetGroup(TargetGroup group) {
        api.deleteTargetGroup(group.arn());
        targetGroups.remove(group.name());
    }

    /** Looks again at load balancers that were being made; returns the model's names of those that take connections now. */
    List<String> awaitActive() {
        if (balancers.values().stream().allMatch(Balancer::active)) {
            return List.of();
        }
        List<String> active = new ArrayList<>();
        for (Balancer now : api.balancers()) {
            Balancer before = balancers.get(now.name());
            if (before != null && !before.active() && now.active() && names.owns(now.tags())) {
                balancers.put(now.name(), now);
                active.add(now.tags().getOrDefault(AwsTags.NAME, now.name()));
            }
        }
        return active;
    }
}
