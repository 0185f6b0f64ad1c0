package io.i2kit.cloud.aws.balancing;

import io.i2kit.cloud.aws.AwsNames;
import io.i2kit.cloud.aws.AwsOptions;
import io.i2kit.cloud.aws.AwsTags;
import io.i2kit.cloud.aws.api.AwsException;
import io.i2kit.cloud.aws.api.Calls;
import io.i2kit.cloud.aws.api.LoadBalancingApi;
import io.i2kit.cloud.aws.api.LoadBalancingApi.Balancer;
import io.i2kit.cloud.aws.api.LoadBalancingApi.TargetGroup;
import io.i2kit.cloud.aws.api.LoadBalancingApi.TargetGroupSpec;
import io.i2kit.cloud.aws.balancing.Inventory.Route;
import io.i2kit.cloud.model.LoadBalancer;
import io.i2kit.cloud.model.LoadBalancerStatus;
import io.i2kit.cloud.model.LoadBalancerStatus.ExternalPort;
import io.i2kit.cloud.provider.CloudException;
import io.i2kit.cloud.provider.LoadBalancerProvider;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Services' load balancers. Each listener leads to a target group of its own, whose name derives from cluster, load balancer,
 * protocol and port; which of them exist, and the load balancer that leads to each, is all the state there is.
 */
public final class AwsBalancers implements LoadBalancerProvider {
    /** The guest's plain {@code /ready}. */
    private static final int READY_PORT = 10256;

    /** A region has 50 listeners for each network load balancer. */
    private static final int MAX_LISTENERS = 50;

    /** How long a machine that leaves still gets what its open connections send; a Pod's usual grace. */
    private static final String DRAIN_SECONDS = "30";

    private static final String SHARED = "i2kit-shared-";

    private final LoadBalancingApi api;
    private final AwsOptions options;
    private final AwsNames names;
    private final Attachments attachments;
    private final Map<String, String> problems = new TreeMap<>();
    private @Nullable Inventory inventory;

    public AwsBalancers(LoadBalancingApi api, Attachments attachments, AwsOptions options) {
        this.api = api;
        this.attachments = attachments;
        this.options = options;
        this.names = new AwsNames(options.clusterId());
    }

    /** One at a time: shared load balancers are found by their free ports. */
    private synchronized <T> T with(Function<Inventory, T> action) {
        Inventory known = inventory;
        inventory = null;
        T result = Calls.get(() -> {
            Inventory now = known == null ? new Inventory(api, names) : known;
            T answer = action.apply(now);
            inventory = now;
            return answer;
        });
        return result;
    }

    @Override
    public void putLoadBalancer(LoadBalancer loadBalancer) {
        with(known -> {
            List<Ports> wanted = Ports.of(loadBalancer);
            removeOthers(known, loadBalancer, wanted);
            if (!wanted.isEmpty()) {
                Balancer balancer = choose(known, loadBalancer, wanted);
                wanted.forEach(ports -> route(known, balancer, loadBalancer, ports));
            }
            problems.put(loadBalancer.name(), Ports.problem(loadBalancer));
            return true;
        });
    }

    /** Ports that the Service has no more, or that lead elsewhere in the machines now, or are on the wrong kind of balancer. */
    private void removeOthers(Inventory known, LoadBalancer loadBalancer, List<Ports> wanted) {
        Set<String> right = wanted.stream()
                .map(ports -> targetGroupName(loadBalancer, ports))
                .collect(Collectors.toSet());
        List<TargetGroup> others = known.targetGroupsOf(loadBalancer.name()).stream()
                .filter(group -> !right.contains(group.name()) || isMisplaced(known, group, loadBalancer))
                .toList();
        remove(known, others);
    }

    private static boolean isMisplaced(Inventory known, TargetGroup group, LoadBalancer loadBalancer) {
        return known.routeTo(group.arn())
                .filter(route -> isShared(route.balancer()) == loadBalancer.external())
                .isPresent();
    }

    private void remove(Inventory known, Collection<TargetGroup> groups) {
        if (groups.isEmpty()) {
            return;
        }
        for (TargetGroup group : groups) {
            known.routeTo(group.arn()).ifPresent(route -> {
                known.deleteRoute(route);
                if (known.listeners(route.balancer()).isEmpty()) {
                    known.deleteBalancer(route.balancer());
                }
            });
        }
        attachments.detach(groups.stream().map(TargetGroup::arn).toList());
        groups.forEach(known::deleteTargetGroup);
    }

    private Balancer choose(Inventory known, LoadBalancer loadBalancer, List<Ports> wanted) {
        if (loadBalancer.external()) {
            Balancer own = known.balancer(loadBalancer.name());
            return own != null ? own : create(known, loadBalancer.name(), false, loadBalancer.tags());
        }
        for (TargetGroup group : known.targetGroupsOf(loadBalancer.name())) {
            Optional<Route> route = known.routeTo(group.arn());
            if (route.isPresent() && isFree(known, route.get().balancer(), loadBalancer, wanted)) {
                return route.get().balancer();
            }
        }
        for (Balancer balancer : known.balancers()) {
            if (isShared(balancer) && isFree(known, balancer, loadBalancer, wanted)) {
                return balancer;
            }
        }
        return create(known, sharedName(known), true, Map.of());
    }

    private boolean isFree(Inventory known, Balancer balancer, LoadBalancer loadBalancer, List<Ports> wanted) {
        Set<String> own = known.targetGroupsOf(loadBalancer.name()).stream()
                .map(TargetGroup::arn)
                .collect(Collectors.toSet());
        Set<Integer> taken = known.listeners(balancer).stream()
                .filter(listener -> !own.contains(listener.targetGroupArn()))
                .map(LoadBalancingApi.Listener::port)
                .collect(Collectors.toSet());
        return taken.size() + wanted.size() <= MAX_LISTENERS
                && wanted.stream().noneMatch(ports -> taken.contains(ports.port()));
    }

    private String sharedName(Inventory known) {
        int number = 1;
        while (known.balancer(SHARED + options.clusterId() + "-" + number) != null) {
            number++;
        }
        return SHARED + options.clusterId() + "-" + number;
    }

    private static boolean isShared(Balancer balancer) {
        return balancer.name().startsWith(SHARED);
    }

    private Balancer create(Inventory known, String name, boolean internal, Map<String, String> more) {
        Map<String, String> tags = new TreeMap<>(more);
        tags.put(AwsTags.CLUSTER, options.clusterId());
        try {
            return known.createBalancer(name, internal, options.installation().subnetIds(), tags);
        } catch (AwsException e) {
            throw e.is("DuplicateLoadBalancerName")
                    ? new CloudException.Invalid("a load balancer named " + name + " exists and is not this cluster's")
                    : e;
        }
    }

    private void route(Inventory known, Balancer balancer, LoadBalancer loadBalancer, Ports ports) {
        String name = targetGroupName(loadBalancer, ports);
        TargetGroup group = known.targetGroup(name);
        if (group == null) {
            group = createTargetGroup(known, name, loadBalancer, ports);
        }
        Optional<Route> route = known.routeTo(group.arn());
        if (route.isPresent() && !route.get().balancer().arn().equals(balancer.arn())) {
            known.deleteRoute(route.get());
            route = Optional.empty();
        }
        if (route.isEmpty()) {
            known.route(balancer, ports.protocol(), ports.port(), group.arn());
        }
        attachments.want(group.arn(), ports.groups());
    }

    private TargetGroup createTargetGroup(Inventory known, String name, LoadBalancer loadBalancer, Ports ports) {
        Map<String, String> tags = new TreeMap<>(loadBalancer.tags());
        tags.put(AwsTags.CLUSTER, options.clusterId());
        tags.put(AwsTags.NAME, loadBalancer.name());
        Map<String, String> attributes = new TreeMap<>();
        attributes.put("deregistration_delay.timeout_seconds", DRAIN_SECONDS);
        if (!ports.protocol().contains("UDP")) {
            // A machine reaches itself through its own Service only if the balancer's address is what it sees.
            attributes.put("preserve_client_ip.enabled", "false");
        }
        if (loadBalancer.clientAffinity() > 0) {
            attributes.put("stickiness.enabled", "true");
            attributes.put("stickiness.type", "source_ip");
        }
        TargetGroupSpec spec = new TargetGroupSpec(
                name,
                ports.protocol(),
                ports.targetPort(),
                options.installation().vpcId(),
                loadBalancer.publishNotReady() ? ports.targetPort() : READY_PORT,
                loadBalancer.publishNotReady() ? "" : "/ready");
        return known.createTargetGroup(spec, attributes, tags);
    }

    /** All that cannot be changed of a target group is in its name. */
    private String targetGroupName(LoadBalancer loadBalancer, Ports ports) {
        String identity = String.join(
                "/",
                options.clusterId(),
                loadBalancer.name(),
                ports.protocol(),
                Integer.toString(ports.port()),
                Integer.toString(ports.targetPort()),
                Boolean.toString(loadBalancer.publishNotReady()),
                Boolean.toString(loadBalancer.clientAffinity() > 0));
        return "i2kit-" + AwsNames.hash(identity, 20);
    }

    @Override
    public void deleteLoadBalancer(String name) {
        with(known -> {
            remove(known, known.targetGroupsOf(name));
            Balancer own = known.balancer(name);
            if (own != null) {
                known.deleteBalancer(own);
            }
            problems.remove(name);
            return true;
        });
    }

    @Override
    public List<LoadBalancerStatus> describeLoadBalancers(Collection<String> asked) {
        return with(known -> {
            Set<String> wanted = new TreeSet<>(asked);
            if (asked.isEmpty()) {
                known.balancers().stream()
                        .filter(balancer -> !isShared(balancer))
                        .forEach(balancer -> wanted.add(balancer.name()));
                wanted.addAll(known.names());
            }
            List<LoadBalancerStatus> statuses = new ArrayList<>();
            wanted.forEach(name -> status(known, name).ifPresent(statuses::add));
            return statuses;
        });
    }

    private Optional<LoadBalancerStatus> status(Inventory known, String name) {
        List<Route> routes = known.targetGroupsOf(name).stream()
                .flatMap(group -> known.routeTo(group.arn()).stream())
                .toList();
        Balancer balancer =
                routes.isEmpty() ? known.balancer(name) : routes.getFirst().balancer();
        if (balancer == null) {
            return Optional.empty();
        }
        List<ExternalPort> ports = routes.stream()
                .map(route -> new ExternalPort(
                        route.listener().port(), route.listener().port(), ""))
                .toList();
        boolean reachable = !balancer.internal() && balancer.active();
        return Optional.of(new LoadBalancerStatus(
                name, balancer.dnsName(), reachable ? balancer.dnsName() : "", ports, problems.getOrDefault(name, "")));
    }

    /** By which name clients find a load balancer of the model; empty while it is not there. */
    public Optional<String> dnsName(String name) {
        return with(known -> status(known, name).map(LoadBalancerStatus::address));
    }

    /** Names of load balancers that take connections since the last call. */
    public Set<String> nowActive() {
        return with(known -> Set.copyOf(known.awaitActive()));
    }
}
