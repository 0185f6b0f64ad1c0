package io.i2kit.cloud.aws.fake;

import io.i2kit.cloud.aws.api.AwsException;
import io.i2kit.cloud.aws.api.LoadBalancingApi;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Network load balancers; a new one takes no connections for a moment. */
public final class FakeLoadBalancing implements LoadBalancingApi {
    private final Calls calls;
    public final Map<String, Balancer> balancers = new TreeMap<>();
    public final Map<String, TargetGroup> targetGroups = new TreeMap<>();
    public final Map<String, TargetGroupSpec> specs = new HashMap<>();
    public final Map<String, Map<String, String>> attributes = new HashMap<>();
    private final Map<String, Listener> listeners = new TreeMap<>();
    private final Map<String, String> balancerOf = new HashMap<>();
    private int number;

    FakeLoadBalancing(Calls calls) {
        this.calls = calls;
    }

    void tick() {
        balancers.replaceAll((arn, each) ->
                new Balancer(each.arn(), each.name(), each.dnsName(), each.internal(), true, each.tags()));
    }

    private String arn(String kind) {
        number++;
        return "arn:aws:elasticloadbalancing:" + kind + "/" + number;
    }

    @Override
    public List<Balancer> balancers() {
        return calls.call("DescribeLoadBalancers", () -> List.copyOf(balancers.values()));
    }

    @Override
    public List<TargetGroup> targetGroups() {
        return calls.call("DescribeTargetGroups", () -> List.copyOf(targetGroups.values()));
    }

    @Override
    public List<Listener> listeners(String balancerArn) {
        return calls.call(
                "DescribeListeners",
                () -> listeners.values().stream()
                        .filter(listener -> balancerArn.equals(balancerOf.get(listener.arn())))
                        .toList());
    }

    @Override
    public Balancer createBalancer(String name, boolean internal, List<String> subnets, Map<String, String> tags) {
        return calls.call("CreateLoadBalancer", () -> {
            for (Balancer each : balancers.values()) {
                if (each.name().equals(name)) {
                    if (each.internal() == internal && each.tags().equals(tags)) {
                        return each;
                    }
                    throw new AwsException("DuplicateLoadBalancerName", "a load balancer with this name exists");
                }
            }
            Balancer made =
                    new Balancer(arn("loadbalancer"), name, name + ".elb.example.amazonaws.com", internal, false, tags);
            balancers.put(made.arn(), made);
            return made;
        });
    }

    @Override
    public void deleteBalancer(String arn) {
        calls.run("DeleteLoadBalancer", () -> {
            balancers.remove(arn);
            listeners.keySet().removeIf(listener -> arn.equals(balancerOf.get(listener)));
        });
    }

    @Override
    public void setBalancerAttributes(String arn, Map<String, String> values) {
        calls.run("ModifyLoadBalancerAttributes", () -> attributes.put(arn, values));
    }

    @Override
    public String createTargetGroup(TargetGroupSpec spec, Map<String, String> tags) {
        return calls.call("CreateTargetGroup", () -> {
            for (TargetGroup each : targetGroups.values()) {
                if (each.name().equals(spec.name())) {
                    if (specs.get(each.arn()).equals(spec)) {
                        return each.arn();
                    }
                    throw new AwsException("DuplicateTargetGroupName", "a target group with this name exists");
                }
            }
            TargetGroup made = new TargetGroup(arn("targetgroup"), spec.name(), tags);
            targetGroups.put(made.arn(), made);
            specs.put(made.arn(), spec);
            return made.arn();
        });
    }

    @Override
    public void setTargetGroupAttributes(String arn, Map<String, String> values) {
        calls.run("ModifyTargetGroupAttributes", () -> attributes.put(arn, values));
    }

    @Override
    public void deleteTargetGroup(String arn) {
        calls.run("DeleteTargetGroup", () -> {
            if (listeners.values().stream()
                    .anyMatch(listener -> listener.targetGroupArn().equals(arn))) {
                throw new AwsException("ResourceInUse", "Target group is currently in use by a listener");
            }
            targetGroups.remove(arn);
        });
    }

    @Override
    public Listener createListener(String balancerArn, String protocol, int port, String targetGroupArn) {
        return calls.call("CreateListener", () -> {
            for (Listener each : listeners.values()) {
                if (each.port() == port && balancerArn.equals(balancerOf.get(each.arn()))) {
                    throw new AwsException("DuplicateListener", "A listener already exists on this port");
                }
            }
            Listener made = new Listener(arn("listener"), protocol, port, targetGroupArn);
            listeners.put(made.arn(), made);
            balancerOf.put(made.arn(), balancerArn);
            return made;
        });
    }

    @Override
    public void changeListener(String arn, String targetGroupArn) {
        calls.run(
                "ModifyListener",
                () -> listeners.computeIfPresent(
                        arn, (key, each) -> new Listener(key, each.protocol(), each.port(), targetGroupArn)));
    }

    @Override
    public void deleteListener(String arn) {
        calls.run("DeleteListener", () -> listeners.remove(arn));
    }

    public List<Listener> allListeners() {
        return List.copyOf(listeners.values());
    }
}
