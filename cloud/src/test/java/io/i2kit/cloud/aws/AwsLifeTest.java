package io.i2kit.cloud.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.cloud.Await;
import io.i2kit.cloud.aws.image.AwsImages;
import io.i2kit.cloud.aws.setup.AwsSetup;
import io.i2kit.cloud.model.Architecture;
import io.i2kit.cloud.model.DnsRecord;
import io.i2kit.cloud.model.GroupStatus;
import io.i2kit.cloud.model.ImageStatus;
import io.i2kit.cloud.model.Instance;
import io.i2kit.cloud.model.InstanceGroup;
import io.i2kit.cloud.model.LaunchTemplate;
import io.i2kit.cloud.model.LoadBalancer;
import io.i2kit.cloud.model.LoadBalancer.Listener;
import io.i2kit.cloud.model.LoadBalancer.Protocol;
import io.i2kit.cloud.model.LoadBalancer.Target;
import io.i2kit.cloud.model.MachineImage;
import io.i2kit.cloud.model.MachineSize;
import io.i2kit.cloud.model.PublicName;
import io.i2kit.cloud.model.SampleMachines;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole life of two installations in one account, over AWS' wire: everything that a workload needs is made, changed and deleted;
 * what is left is listed by a client that knows nothing of i2kit ({@link AwsInventory}).
 */
class AwsLifeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String HASH = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    @TempDir
    Path work;

    /** One installation with a cluster of the same name. */
    private final class Side implements AutoCloseable {
        final String name;
        final AwsClients clients;
        final AwsSetup setup;
        final AwsImages images;
        final AwsCloud cloud;

        Side(MotoServer moto, String name) {
            this.name = name;
            this.clients = moto.clients();
            this.setup = new AwsSetup(clients, AwsSamples.REGION, name, name + ".local");
            setup.make(line -> {});
            this.images = AwsImages.of(
                    clients, name, (image, progress) -> AwsSamples.disk(work), work.resolve(name), changed -> {});
            AwsOptions options =
                    AwsSamples.options(name, moto.endpoint(), setup.find().orElseThrow());
            this.cloud = new AwsCloud(AwsApis.of(clients), options, images, Clock.systemUTC());
        }

        private LaunchTemplate template(String group, String variable) {
            return new LaunchTemplate(
                    group + "-template",
                    HASH,
                    Architecture.AMD64,
                    new MachineSize(96L << 20, 100, ""),
                    AwsSamples.metadata(group, variable),
                    Map.of(AwsTags.CLUSTER, name));
        }

        private void put(String group, int desired, String variable) {
            cloud.groups().putTemplate(template(group, variable));
            cloud.groups().putGroup(new InstanceGroup(group, group + "-template", desired, true, Map.of()));
        }

        private void await(String what, BooleanSupplier condition) {
            Await.until(what, PATIENCE, condition, () -> cloud.groups().describe(List.of()));
        }

        private List<Instance> serving(String group) {
            return cloud.groups().describe(List.of(group)).stream()
                    .map(GroupStatus::instances)
                    .flatMap(List::stream)
                    .filter(instance -> instance.state() == Instance.State.RUNNING)
                    .toList();
        }

        /** An image, a group behind a load balancer with a name. */
        void make() {
            MachineImage image = SampleMachines.image(HASH, Architecture.AMD64);
            await("the image", () -> images.ensure(image, (type, reason, message) -> {}) instanceof ImageStatus.Ready);
            put("web", 2, "one");
            await("two machines", () -> serving("web").size() == 2);
            Listener listener = new Listener("http", Protocol.TCP, 80, 0, List.of(new Target("web", 8080)));
            balance(listener, List.of(), Map.of());
            cloud.dns().putRecords(List.of(record()));
            assertThat(cloud.publicNames().putNames(names())).isEmpty();
        }

        private List<PublicName> names() {
            return List.of(
                    AwsSamples.publicName(name + ".example.com", "front"),
                    AwsSamples.publicName("*." + name + ".example.com", "front"));
        }

        private void balance(Listener listener, List<String> ranges, Map<String, String> options) {
            LoadBalancer.Settings settings = new LoadBalancer.Settings(Map.of(), ranges, options);
            cloud.loadBalancers()
                    .putLoadBalancer(new LoadBalancer("front", "", true, false, 0, List.of(listener), settings));
        }

        private DnsRecord record() {
            return new DnsRecord(
                    "db.default.svc." + name + ".local",
                    DnsRecord.Type.ADDRESS,
                    List.of("10.96.1.1"),
                    Duration.ofSeconds(5));
        }

        /** An update by a second group, a rollback, and back to one machine. */
        void change() {
            put("web-2", 1, "two");
            await("the update", () -> serving("web-2").size() == 1);
            cloud.groups().putTemplate(template("web", "one again"));
            Instance victim = serving("web").getFirst();
            cloud.groups().terminate(List.of(victim.id()), true, Duration.ofSeconds(1));
            await("the scale-in", () -> serving("web").size() == 1);
            Listener listener = new Listener("http", Protocol.TCP, 80, 0, List.of(new Target("web", 8080)));
            balance(listener, List.of("10.0.0.0/8", "192.0.2.0/24"), Map.of("healthcheck-interval", "30"));
            balance(
                    listener,
                    List.of("10.0.0.0/8"),
                    Map.of("ssl-cert", AwsSamples.certificate(clients, name), "additional-resource-tags", "Team=a"));
            balance(listener, List.of(), Map.of("scheme", "internal", "name", name + "-named"));
            assertThat(cloud.publicNames().putNames(names()))
                    .as("names of another load balancer")
                    .isEmpty();
            List<PublicName> others = List.of(AwsSamples.publicName("blue.example.com", "front"));
            assertThat(cloud.publicNames().putNames(others)).hasSize(name.equals("blue") ? 0 : 1);
        }

        /** As the deletion of every object does it, and the image collection after it. */
        void delete() {
            cloud.publicNames()
                    .deleteNames(names().stream().map(PublicName::name).toList());
            cloud.publicNames().deleteNames(List.of("service/default/other/blue.example.com"));
            cloud.loadBalancers().deleteLoadBalancer("front");
            for (String group : List.of("web", "web-2")) {
                cloud.groups().deleteGroup(group, Duration.ofSeconds(1));
                await(
                        group + " is gone",
                        () -> cloud.groups().describe(List.of(group)).isEmpty());
                cloud.groups().deleteTemplate(group + "-template");
            }
            cloud.dns().deleteRecords(List.of(record().name()));
            await(
                    "the load balancer is gone",
                    () -> cloud.loadBalancers().describeLoadBalancers(List.of()).isEmpty());
            assertThat(images.collect(Set.of(), Duration.ofSeconds(-10))).containsExactly(HASH);
        }

        @Override
        public void close() {
            cloud.close();
            images.close();
            clients.close();
        }
    }

    /** An account has hundreds of things: only the differences are shown. */
    private static void assertSame(String what, Set<String> now, Set<String> expected) {
        Set<String> more = new TreeSet<>(now);
        more.removeAll(expected);
        Set<String> less = new TreeSet<>(expected);
        less.removeAll(now);
        assertThat(more).as("%s: too much", what).isEmpty();
        assertThat(less).as("%s: missing", what).isEmpty();
    }

    @Test
    void nothingIsLeftAndNobodyElsesIsTouched() throws Exception {
        try (MotoServer moto = MotoServer.start();
                AwsInventory inventory = new AwsInventory(moto.endpoint())) {
            try (AwsClients owner = moto.clients()) {
                AwsSamples.publicZone(owner, "example.com");
            }
            SortedSet<String> empty = inventory.list();
            try (Side blue = new Side(moto, "blue")) {
                SortedSet<String> initialized = inventory.list();
                blue.make();
                SortedSet<String> made = inventory.list();
                assertThat(made)
                        .containsAll(initialized)
                        .extracting(line -> line.substring(0, line.indexOf(' ')))
                        .contains(
                                "ami",
                                "auto-scaling-group",
                                "instance",
                                "launch-template",
                                "listener",
                                "load-balancer",
                                "object",
                                "record",
                                "snapshot",
                                "target-group");
                assertThat(inventory.templatesThatLeaveDisks()).isEmpty();
                try (Side green = new Side(moto, "green")) {
                    green.make();
                    green.change();
                    green.delete();
                    green.setup.destroy(line -> {});
                }
                assertSame("blue's, after green's life", inventory.list(), made);
                blue.change();
                blue.delete();
                assertSame("after everything was deleted", inventory.list(), initialized);
                blue.setup.destroy(line -> {});
            }
            assertSame("after aws destroy", inventory.list(), empty);
        }
    }
}
