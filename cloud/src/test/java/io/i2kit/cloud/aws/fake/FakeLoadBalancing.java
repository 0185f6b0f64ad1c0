package io.i2kit.cloud.aws.fake;

import io.i2kit.cloud.aws.api.AwsException;
import io.i2kit.cloud.aws.api.LoadBalancingApi;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Network load balancers; a new one takes no connections for a moment. */
public final class FakeLoadBalancing implements LoadBalancingApi {
    /** The canonical hosted zone of the region's load balancers. */
    public static final String ZONE = "ZNLB";

    private final Calls calls;
    public final Map<String, Balancer> balancers = new TreeMap<>();
    public final Map<String, TargetGroup> targetGroups = new TreeMap<>();
    public final Map<String, TargetGroupSpec> specs = new HashMap<>();
    public final Map<String, Map<String, String>> attributes = new HashMap<>();
    private final Map<String, Listener> listeners = new TreeMap<>();
    private final Map<String, String> balancerOf = new HashMap<>();
    /** By the listener's ARN. */
    public final Map<String, Tls> tls = new HashMap<>();

    public final Map<String, BalancerSpec> balancerSpecs = new HashMap<>();
    /** ARNs of those that the account has. */
    public final Set<String> certificates = new HashSet<>();

    private int number;

    FakeLoadBalancing(Calls calls) {
        this.calls = calls;
    }

    void tick() {
        balancers.replaceAll((arn, each) -> with(each, true, each.securityGroups(), each.tags()));
    }

    private static Balancer with(Balancer each, boolean active, List<String> groups, Map<String, String> tags) {
        return new Balancer(each.arn(), each.name(), each.endpoint(), each.internal(), active, groups, tags);
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
    public Balancer createBalancer(BalancerSpec spec, Map<String, String> tags) {
        return calls.call("CreateLoadBalancer", () -> {
            for (Balancer each : balancers.values()) {
                if (each.name().equals(spec.name())) {
                    if (each.internal() == spec.internal() && each.tags().equals(tags)) {
                        return each;
                    }
                    throw new AwsException("DuplicateLoadBalancerName", "a load balancer with this name exists");
                }
            }
            Balancer made = new Balancer(
                    arn("loadbalancer"),
                    spec.name(),
                    new Endpoint(spec.name() + "-1.elb.example.amazonaws.com", ZONE),
                    spec.internal(),
                    false,
                    spec.securityGroups(),
                    tags);
            balancerSpecs.put(made.arn(), spec);
            balancers.put(made.arn(), made);
            return made;
        });
    }

    @Override
    public void setSecurityGroups(String arn, List<String> securityGroups) {
        calls.run("SetSecurityGroups", () -> {
            Balancer each = balancers.get(arn);
            if (each.securityGroups().isEmpty()) {
                throw new AwsException(
                        "InvalidConfigurationRequest",
                        "You cannot set security groups on a load balancer that was created without any");
            }
            balancers.put(arn, with(each, each.active(), securityGroups, each.tags()));
        });
    }

    @Override
    public void tag(String arn, Map<String, String> tags) {
        calls.run("AddTags", () -> changeTags(arn, now -> now.putAll(tags)));
    }

    @Override
    public void untag(String arn, Collection<String> keys) {
        calls.run("RemoveTags", () -> changeTags(arn, now -> now.keySet().removeAll(keys)));
    }

    private void changeTags(String arn, Consumer<Map<String, String>> change) {
        balancers.computeIfPresent(arn, (key, each) -> {
            Map<String, String> tags = new TreeMap<>(each.tags());
            change.accept(tags);
            return with(each, each.active(), each.securityGroups(), tags);
        });
        targetGroups.computeIfPresent(arn, (key, each) -> {
            Map<String, String> tags = new TreeMap<>(each.tags());
            change.accept(tags);
            return new TargetGroup(arn, each.name(), tags);
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
    public void setCheck(String arn, Check check) {
        calls.run(
                "ModifyTargetGroup",
                () -> specs.computeIfPresent(
                        arn,
                        (key, each) ->
                                new TargetGroupSpec(each.name(), each.protocol(), each.port(), each.vpcId(), check)));
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
    public Listener createListener(String balancerArn, ListenerSpec spec) {
        return calls.call("CreateListener", () -> {
            for (Listener each : listeners.values()) {
                if (each.port() == spec.port() && balancerArn.equals(balancerOf.get(each.arn()))) {
                    throw new AwsException("DuplicateListener", "A listener already exists on this port");
                }
            }
            requireCertificates(spec.protocol(), spec.tls());
            Listener made = new Listener(arn("listener"), spec.protocol(), spec.port(), spec.targetGroupArn());
            tls.put(made.arn(), spec.tls());
            listeners.put(made.arn(), made);
            balancerOf.put(made.arn(), balancerArn);
            return made;
        });
    }

    @Override
    public void changeTls(String arn, Tls next) {
        calls.run("ModifyListener", () -> {
            requireCertificates(listeners.get(arn).protocol(), next);
            tls.put(arn, next);
        });
    }

    private void requireCertificates(String protocol, Tls asked) {
        if (protocol.equals("TLS") == asked.certificates().isEmpty()) {
            throw new AwsException("ValidationError", "a TLS listener, and no other, has certificates");
        }
        if (!certificates.containsAll(asked.certificates())) {
            throw new AwsException("CertificateNotFound", "Certificate ARN is not valid");
        }
    }

    @Override
    public void deleteListener(String arn) {
        calls.run("DeleteListener", () -> listeners.remove(arn));
    }

    public List<Listener> allListeners() {
        return List.copyOf(listeners.values());
    }
}
