package io.i2kit.cloud.aws.faults;

import io.i2kit.cloud.aws.AwsApis;
import io.i2kit.cloud.aws.AwsClients;
import io.i2kit.cloud.aws.AwsCloud;
import io.i2kit.cloud.aws.AwsOptions;
import io.i2kit.cloud.aws.AwsOptions.Installation;
import io.i2kit.cloud.aws.AwsSamples;
import io.i2kit.cloud.aws.AwsTags;
import io.i2kit.cloud.aws.MotoServer;
import io.i2kit.cloud.aws.prices.PriceList;
import io.i2kit.cloud.model.Architecture;
import io.i2kit.cloud.model.DnsRecord;
import io.i2kit.cloud.model.GroupStatus;
import io.i2kit.cloud.model.Instance;
import io.i2kit.cloud.model.InstanceGroup;
import io.i2kit.cloud.model.LaunchTemplate;
import io.i2kit.cloud.model.LoadBalancer;
import io.i2kit.cloud.model.LoadBalancer.Listener;
import io.i2kit.cloud.model.LoadBalancer.Protocol;
import io.i2kit.cloud.model.LoadBalancer.Target;
import io.i2kit.cloud.model.MachineSize;
import io.i2kit.cloud.model.PublicName;
import io.i2kit.cloud.provider.CloudException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.retries.api.BackoffStrategy;

/**
 * A workload that is created, updated and deleted as controllers do it: each says again and again what is to be, until nothing
 * fails. Nothing happens by the clock, so that the same calls are made in the same order each time.
 */
final class StackLife implements AutoCloseable {
    /** What controllers want, one state after the other. */
    enum Phase {
        CREATE,
        UPDATE,
        DELETE
    }

    /** Longer than the emulator needs on a busy machine. */
    private static final Duration ATTEMPT = Duration.ofSeconds(4);

    private static final Duration HOLD = ATTEMPT.plusSeconds(1);
    private static final int TRIES = 12;
    private static final int LOOKS = 40;
    private static final String DOMAIN = ".default.svc.cluster.local";
    private static final Duration TIME_TO_LIVE = Duration.ofSeconds(5);
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final MotoServer moto;
    private final Installation installation;
    private final AwsState state;
    private final String certificate;
    private final List<String> victims = new ArrayList<>();
    private FaultProxy proxy;
    private AwsClients clients;
    private AwsCloud cloud;

    /** In an account that has nothing else. */
    StackLife(MotoServer moto) throws IOException, InterruptedException {
        this.moto = moto;
        this.state = new AwsState(moto.endpoint());
        try (AwsClients direct = moto.clients()) {
            this.installation = moto.newAccount(direct);
            this.certificate = AwsSamples.certificate(direct, "shop");
            AwsSamples.publicZone(direct, "example.com");
        }
        this.proxy = proxy();
        this.clients = clients();
        this.cloud = cloud();
    }

    /** A process that has ended calls nobody any more. */
    private FaultProxy proxy() throws IOException {
        AtomicReference<FaultProxy> made = new AtomicReference<>();
        made.set(new FaultProxy(moto.endpoint(), HOLD, () -> made.get().hangUp()));
        return made.get();
    }

    private AwsClients clients() {
        BackoffStrategy quick = BackoffStrategy.fixedDelayWithoutJitter(Duration.ofMillis(5));
        AwsClients.Patience patience = new AwsClients.Patience(
                ATTEMPT,
                AwsRetryStrategy.standardRetryStrategy().toBuilder()
                        .backoffStrategy(quick)
                        .throttlingBackoffStrategy(quick)
                        .build());
        return new AwsClients(AwsSamples.REGION, proxy.endpoint(), List.of(), patience);
    }

    private AwsCloud cloud() {
        // Its machines read from the account itself.
        AwsOptions options = new AwsOptions(
                AwsSamples.CLUSTER_ID,
                AwsSamples.REGION,
                moto.endpoint(),
                installation,
                PriceList.packaged(),
                AwsSamples.NEVER);
        return new AwsCloud(AwsApis.of(clients), options, AwsSamples.NO_IMAGES, Clock.systemUTC());
    }

    /** The process has ended and another one begins, which knows nothing but the account. */
    private void restart() throws IOException {
        stop();
        proxy = proxy();
        clients = clients();
        cloud = cloud();
    }

    private void stop() {
        cloud.close();
        clients.close();
        proxy.close();
    }

    /**
     * How a phase went.
     *
     * @param calls all that were made, in their order
     * @param wrong the one that the fault came upon, or null
     * @param state of the account at its end
     */
    record Outcome(List<WireCall> calls, @Nullable WireCall wrong, SortedMap<String, Integer> state) {}

    /** Lets the n-th call of a phase go wrong, if the phase has as many. */
    Outcome run(Phase phase, int call, @Nullable WireFault fault) throws IOException {
        if (phase == Phase.UPDATE) {
            victims.clear();
            victims.add(machines("web").getFirst().id());
        }
        proxy.plan(call, fault);
        List<Runnable> wanted = wanted(phase);
        converge(phase, wanted);
        List<WireCall> calls = proxy.calls();
        WireCall wrong = proxy.wrong();
        if (proxy.hasKilled()) {
            restart();
            converge(phase, wanted);
        }
        return new Outcome(calls, wrong, state.list());
    }

    private void converge(Phase phase, List<Runnable> wanted) {
        int tries = 0;
        List<CloudException> failed;
        do {
            failed = pass(wanted);
            if (proxy.hasKilled()) {
                return;
            }
        } while (!failed.isEmpty() && ++tries < TRIES);
        if (!failed.isEmpty()) {
            throw new AssertionError(phase + " did not end after " + TRIES + " tries", failed.getFirst());
        }
        int looks = 0;
        while (cloud.look() && !proxy.hasKilled()) {
            if (++looks == LOOKS) {
                throw new AssertionError(phase + ": something still moves: " + state.list());
            }
        }
    }

    /** Every controller once. A call that fails for a while is said to be that: controllers give up what is invalid. */
    private List<CloudException> pass(List<Runnable> wanted) {
        List<CloudException> failed = new ArrayList<>();
        for (Runnable each : wanted) {
            try {
                each.run();
            } catch (CloudException.Unavailable e) {
                failed.add(e);
            } catch (CloudException e) {
                // What is not there yet since the step before failed.
                boolean expected = e instanceof CloudException.NotFound && !failed.isEmpty();
                if (!expected && !proxy.hasKilled()) {
                    throw new AssertionError("a passing failure was taken for a lasting one", e);
                }
                failed.add(e);
            }
        }
        return failed;
    }

    private List<Runnable> wanted(Phase phase) {
        return switch (phase) {
            case CREATE -> create();
            case UPDATE -> update();
            case DELETE -> delete();
        };
    }

    private List<Runnable> create() {
        return List.of(
                () -> template("web", "one", 96),
                () -> group("web", 2),
                () -> front("web", List.of("10.0.0.0/8", "192.0.2.0/24"), Map.of("ssl-cert", certificate)),
                () -> back(5432),
                () -> cloud.dns()
                        .putRecords(List.of(
                                record("db", DnsRecord.Type.ADDRESS, "10.96.1.1"),
                                record("front", DnsRecord.Type.LOAD_BALANCER, "front", "front/http/TCP/80"),
                                record("web", DnsRecord.Type.GROUPS, "web/http/TCP/8080"))),
                () -> publish("www.example.com", "*.example.com"),
                () -> machines("web")
                        .forEach(one -> cloud.groups().tag(one.id(), Map.of("i2kit.io/pod", "default/web"))));
    }

    private List<Runnable> update() {
        return List.of(
                () -> template("web", "two", 600),
                () -> template("next", "three", 96),
                () -> group("next", 1),
                () -> cloud.groups().terminate(victims, true, GRACE),
                () -> front(
                        "next",
                        List.of("10.0.0.0/8", "198.51.100.0/24"),
                        Map.of("healthcheck-interval", "30", "additional-resource-tags", "Team=a")),
                () -> back(5433),
                () -> cloud.dns()
                        .putRecords(List.of(
                                record("db", DnsRecord.Type.ADDRESS, "10.96.1.2", "10.96.1.3"),
                                record("front", DnsRecord.Type.LOAD_BALANCER, "front"))),
                () -> cloud.dns().deleteRecords(List.of("web" + DOMAIN)),
                () -> publish("www.example.com", "api.example.com"),
                () -> unpublish("*.example.com"));
    }

    private List<Runnable> delete() {
        return List.of(
                () -> unpublish("www.example.com", "api.example.com"),
                () -> cloud.loadBalancers().deleteLoadBalancer("front"),
                () -> cloud.loadBalancers().deleteLoadBalancer("back"),
                () -> cloud.groups().deleteGroup("web", GRACE),
                () -> cloud.groups().deleteGroup("next", GRACE),
                () -> cloud.groups().deleteTemplate("web-template"),
                () -> cloud.groups().deleteTemplate("next-template"),
                () -> cloud.dns().deleteRecords(List.of("db" + DOMAIN, "front" + DOMAIN)));
    }

    private void template(String group, String secret, int mebibytes) {
        cloud.groups()
                .putTemplate(new LaunchTemplate(
                        group + "-template",
                        AwsSamples.IMAGE,
                        Architecture.AMD64,
                        new MachineSize((long) mebibytes << 20, 100, ""),
                        AwsSamples.metadata(group, secret),
                        Map.of(AwsTags.CLUSTER, AwsSamples.CLUSTER_ID)));
    }

    private void group(String group, int desired) {
        cloud.groups().putGroup(new InstanceGroup(group, group + "-template", desired, true, Map.of()));
    }

    private List<Instance> machines(String group) {
        return cloud.groups().describe(List.of(group)).stream()
                .map(GroupStatus::instances)
                .flatMap(List::stream)
                .filter(instance -> instance.state() == Instance.State.RUNNING)
                .toList();
    }

    /** Where its ports are TLS, it has one for UDP. */
    private void front(String group, List<String> ranges, Map<String, String> options) {
        Protocol last = options.containsKey("ssl-cert") ? Protocol.UDP : Protocol.TCP;
        List<Listener> listeners = List.of(
                new Listener("http", Protocol.TCP, 80, 0, List.of(new Target(group, 8080))),
                new Listener("https", Protocol.TCP, 443, 0, List.of(new Target(group, 8443))),
                new Listener("dns", last, 53, 0, List.of(new Target(group, 5353))));
        cloud.loadBalancers()
                .putLoadBalancer(new LoadBalancer(
                        "front", "", true, false, 0, listeners, new LoadBalancer.Settings(Map.of(), ranges, options)));
    }

    /** Shares a load balancer of the cluster. */
    private void back(int port) {
        Listener listener = new Listener("sql", Protocol.TCP, port, 0, List.of(new Target("web", 5432)));
        cloud.loadBalancers()
                .putLoadBalancer(new LoadBalancer(
                        "back", "10.96.1.9", false, false, 0, List.of(listener), LoadBalancer.Settings.of(Map.of())));
    }

    private void publish(String... hostnames) {
        Map<String, String> problems = cloud.publicNames().putNames(names(hostnames));
        if (!problems.isEmpty()) {
            // Its load balancer may not be there yet.
            throw new CloudException.NotFound(problems.toString());
        }
    }

    private void unpublish(String... hostnames) {
        cloud.publicNames()
                .deleteNames(names(hostnames).stream().map(PublicName::name).toList());
    }

    private static List<PublicName> names(String... hostnames) {
        return Arrays.stream(hostnames)
                .map(hostname -> AwsSamples.publicName(hostname, "front"))
                .toList();
    }

    private static DnsRecord record(String name, DnsRecord.Type type, String... values) {
        return new DnsRecord(name + DOMAIN, type, List.of(values), TIME_TO_LIVE);
    }

    @Override
    public void close() {
        stop();
        state.close();
    }
}
