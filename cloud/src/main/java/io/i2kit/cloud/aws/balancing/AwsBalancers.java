package io.i2kit.cloud.aws.balancing;

import io.i2kit.cloud.aws.AwsNames;
import io.i2kit.cloud.aws.AwsOptions;
import io.i2kit.cloud.aws.AwsOptions.Installation;
import io.i2kit.cloud.aws.AwsTags;
import io.i2kit.cloud.aws.api.Calls;
import io.i2kit.cloud.aws.api.FirewallApi;
import io.i2kit.cloud.aws.api.LoadBalancingApi;
import io.i2kit.cloud.aws.api.LoadBalancingApi.Balancer;
import io.i2kit.cloud.aws.api.LoadBalancingApi.BalancerSpec;
import io.i2kit.cloud.aws.api.LoadBalancingApi.Endpoint;
import io.i2kit.cloud.aws.api.LoadBalancingApi.ListenerSpec;
import io.i2kit.cloud.aws.api.LoadBalancingApi.TargetGroup;
import io.i2kit.cloud.aws.api.LoadBalancingApi.TargetGroupSpec;
import io.i2kit.cloud.aws.balancing.Inventory.Route;
import io.i2kit.cloud.model.LoadBalancer;
import io.i2kit.cloud.model.LoadBalancerStatus;
import io.i2kit.cloud.model.LoadBalancerStatus.ExternalPort;
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
    /** A region has 50 listeners for each network load balancer. */
    private static final int MAX_LISTENERS = 50;

    private static final String SHARED = "i2kit-shared-";

    private final LoadBalancingApi api;
    private final FirewallApi firewallApi;
    private final AwsOptions options;
    private final AwsNames names;
    private final Attachments attachments;
    private final Map<String, String> problems = new TreeMap<>();
    private @Nullable Inventory inventory;
    private @Nullable Firewalls firewalls;

    public AwsBalancers(LoadBalancingApi api, FirewallApi firewalls, Attachments attachments, AwsOptions options) {
        this.api = api;
        this.firewallApi = firewalls;
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

    /** Read again after a call that failed, as the rest is. */
    private <T> T withFirewalls(Function<Firewalls, T> action) {
        Firewalls known = firewalls == null ? new Firewalls(firewallApi, options) : firewalls;
        firewalls = null;
        T answer = action.apply(known);
        firewalls = known;
        return answer;
    }

    @Override
    public void putLoadBalancer(LoadBalancer loadBalancer) {
        with(known -> {
            List<Ports> wanted = Ports.of(loadBalancer).stream()
                    .filter(ports -> isWorthIt(known, loadBalancer, ports))
                    .toList();
            removeOthers(known, loadBalancer, wanted);
            if (wanted.isEmpty() || !loadBalancer.external()) {
                removeOwn(known, loadBalancer.name());
            }
            if (!wanted.isEmpty()) {
                Balancer balancer = choose(known, loadBalancer, wanted);
                wanted.forEach(ports -> route(known, balancer, loadBalancer, ports));
            }
            removeEmpty(known);
            problems.put(loadBalancer.name(), Ports.problem(loadBalancer));
            return true;
        });
    }

    /** A load balancer costs by the hour: nobody waits for the address of one inside the network that leads nowhere yet. */
    private boolean isWorthIt(Inventory known, LoadBalancer loadBalancer, Ports ports) {
        return loadBalancer.external()
                || !ports.groups().isEmpty()
                || known.targetGroup(targetGroupName(loadBalancer, ports)) != null;
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
        groups.forEach(group -> known.routeTo(group.arn()).ifPresent(known::deleteRoute));
        attachments.detach(groups.stream().map(TargetGroup::arn).toList());
        groups.forEach(known::deleteTargetGroup);
    }

    /** Shared load balancers that nobody has a port of any more, or whose maker died before its first port. */
    private static void removeEmpty(Inventory known) {
        known.balancers().stream()
                .filter(balancer ->
                        isShared(balancer) && known.listeners(balancer).isEmpty())
                .forEach(known::deleteBalancer);
    }

    private Balancer choose(Inventory known, LoadBalancer loadBalancer, List<Ports> wanted) {
        if (loadBalancer.external()) {
            return own(known, loadBalancer, wanted);
        }
        for (TargetGroup group : known.targetGroupsOf(loadBalancer.name())) {
            Optional<Route> route = known.routeTo(group.arn());
            if (route.isPresent() && isFree(known, route.get().balancer(), loadBalancer, wanted)) {
                return settleShared(known, route.get().balancer());
            }
        }
        for (Balancer balancer : known.balancers()) {
            if (isShared(balancer) && isFree(known, balancer, loadBalancer, wanted)) {
                return settleShared(known, balancer);
            }
        }
        BalancerSpec spec = new BalancerSpec(
                sharedName(known),
                true,
                options.installation().subnetIds(),
                List.of(),
                List.of(options.installation().securityGroupId()));
        return settleShared(known, create(known, spec, Map.of()));
    }

    /** No Service has a say in what others use too. */
    private Balancer settleShared(Inventory known, Balancer balancer) {
        return known.settle(
                balancer,
                Wishes.none(balancer.name()),
                List.of(options.installation().securityGroupId()));
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

    /**
     * A network load balancer has security groups for ever or never (Elastic Load Balancing, "Security groups for your Network Load
     * Balancer"), so each is made with one. One whose name, scheme, subnets or addresses are to be others is made anew.
     */
    private Balancer own(Inventory known, LoadBalancer loadBalancer, List<Ports> wanted) {
        Wishes wishes = new Wishes(loadBalancer);
        Installation installation = options.installation();
        List<String> groups = new ArrayList<>(wishes.securityGroups());
        // Beside the user's own it lets in nobody: machines know the load balancer by it.
        boolean showsClients = wanted.stream().anyMatch(Ports::showsClients);
        boolean hasFirewall = groups.isEmpty() || showsClients;
        if (hasFirewall) {
            List<String> ranges = groups.isEmpty() ? wishes.ranges() : List.of();
            groups.add(withFirewalls(each ->
                    each.ensure(loadBalancer.name(), loadBalancer.settings().tags(), ranges, showsClients)));
        }
        BalancerSpec spec = new BalancerSpec(
                wishes.awsName(),
                wishes.internal(),
                wishes.subnets(installation),
                wishes.allocations(installation),
                groups);
        String placement = AwsNames.hash(
                String.join(" ", spec.name(), "" + spec.internal(), "" + spec.subnets(), "" + spec.allocations()), 20);
        Balancer balancer = known.own(loadBalancer.name());
        if (balancer != null && !placement.equals(balancer.tags().get(AwsTags.PLACEMENT))) {
            known.deleteBalancer(balancer);
            balancer = null;
        }
        if (balancer == null) {
            Map<String, String> tags = new TreeMap<>(loadBalancer.settings().tags());
            tags.put(AwsTags.NAME, loadBalancer.name());
            tags.put(AwsTags.PLACEMENT, placement);
            balancer = create(known, spec, tags);
        }
        Balancer settled = known.settle(balancer, wishes, groups);
        if (!hasFirewall) {
            withFirewalls(each -> {
                each.delete(loadBalancer.name());
                return true;
            });
        }
        return settled;
    }

    private void removeOwn(Inventory known, String name) {
        Balancer own = known.own(name);
        if (own != null) {
            known.deleteBalancer(own);
        }
        withFirewalls(each -> {
            each.delete(name);
            return true;
        });
    }

    private Balancer create(Inventory known, BalancerSpec spec, Map<String, String> more) {
        Map<String, String> tags = new TreeMap<>(more);
        tags.put(AwsTags.CLUSTER, options.clusterId());
        return known.createBalancer(spec, tags);
    }

    private void route(Inventory known, Balancer balancer, LoadBalancer loadBalancer, Ports ports) {
        String name = targetGroupName(loadBalancer, ports);
        TargetGroup group = known.targetGroup(name);
        if (group == null) {
            group = createTargetGroup(known, name, loadBalancer, ports);
        }
        Optional<Route> route = known.routeTo(group.arn());
        boolean isMoved = route.isPresent()
                && (!route.get().balancer().arn().equals(balancer.arn())
                        || !route.get().listener().protocol().equals(ports.protocol()));
        if (isMoved) {
            known.deleteRoute(route.orElseThrow());
            route = Optional.empty();
        }
        Wishes wishes = new Wishes(loadBalancer);
        LoadBalancingApi.Listener listener = route.isPresent()
                ? route.get().listener()
                : known.route(
                        balancer, new ListenerSpec(ports.protocol(), ports.port(), group.arn(), wishes.tls(ports)));
        known.settle(group, wishes, ports, listener);
        attachments.want(group.arn(), ports.groups());
    }

    private TargetGroup createTargetGroup(Inventory known, String name, LoadBalancer loadBalancer, Ports ports) {
        Map<String, String> tags = new TreeMap<>(loadBalancer.settings().tags());
        tags.put(AwsTags.CLUSTER, options.clusterId());
        tags.put(AwsTags.NAME, loadBalancer.name());
        TargetGroupSpec spec = new TargetGroupSpec(
                name,
                ports.targetProtocol(),
                ports.targetPort(),
                options.installation().vpcId(),
                new Wishes(loadBalancer).check());
        return known.createTargetGroup(spec, tags);
    }

    /** All that cannot be changed of a target group is in its name. */
    private String targetGroupName(LoadBalancer loadBalancer, Ports ports) {
        String identity = String.join(
                "/",
                options.clusterId(),
                loadBalancer.name(),
                ports.targetProtocol(),
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
            removeOwn(known, name);
            removeEmpty(known);
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
                        .forEach(balancer -> wanted.add(balancer.tags().getOrDefault(AwsTags.NAME, balancer.name())));
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
                routes.isEmpty() ? known.own(name) : routes.getFirst().balancer();
        if (balancer == null) {
            return Optional.empty();
        }
        List<ExternalPort> ports = routes.stream()
                .map(route -> new ExternalPort(
                        route.listener().port(), route.listener().port(), ""))
                .toList();
        boolean reachable = !isShared(balancer) && balancer.active();
        String dnsName = balancer.endpoint().dnsName();
        return Optional.of(new LoadBalancerStatus(
                name, dnsName, reachable ? dnsName : "", ports, problems.getOrDefault(name, "")));
    }

    /** By which name clients find a load balancer of the model; empty while it is not there. */
    public Optional<String> dnsName(String name) {
        return with(known -> status(known, name).map(LoadBalancerStatus::address));
    }

    /** Where a load balancer that a Service has for itself is found; empty while it is not there. */
    public Optional<Endpoint> endpoint(String name) {
        return with(known -> Optional.ofNullable(known.own(name)).map(Balancer::endpoint));
    }

    /** Names of load balancers that take connections since the last call. */
    public Set<String> nowActive() {
        return with(known -> Set.copyOf(known.awaitActive()));
    }
}
