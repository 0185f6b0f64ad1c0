package io.i2kit.cloud.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.i2kit.cloud.Await;
import io.i2kit.cloud.model.DnsRecord;
import io.i2kit.cloud.model.GroupStatus;
import io.i2kit.cloud.model.Instance;
import io.i2kit.cloud.model.InstanceGroup;
import io.i2kit.cloud.model.LaunchTemplate;
import io.i2kit.cloud.model.LoadBalancer;
import io.i2kit.cloud.model.LoadBalancer.Listener;
import io.i2kit.cloud.model.LoadBalancer.Protocol;
import io.i2kit.cloud.model.LoadBalancer.Target;
import io.i2kit.cloud.model.LoadBalancerStatus;
import io.i2kit.cloud.model.PublicName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** What every cloud does. A cloud's own test is a subclass that brings the cloud. */
public abstract class CloudContractTest {
    /** How long a machine may take to appear; slow clouds override it. */
    protected Duration patience() {
        return Duration.ofSeconds(20);
    }

    /** The cloud under test, empty at the start of each test. */
    protected abstract Cloud cloud();

    /** A template that this cloud can launch. */
    protected abstract LaunchTemplate template(String name);

    private GroupProvider groups() {
        return cloud().groups();
    }

    private void putGroup(String name, int desired) {
        groups().putTemplate(template(name + "-template"));
        groups().putGroup(new InstanceGroup(name, name + "-template", desired, true, Map.of("kind", "test")));
    }

    private GroupStatus group(String name) {
        return groups().describe(List.of(name)).getFirst();
    }

    private List<Instance> serving(String name) {
        return group(name).instances().stream()
                .filter(instance -> instance.state() == Instance.State.RUNNING && instance.healthy())
                .toList();
    }

    protected final void await(String what, BooleanSupplier condition) {
        Await.until(what, patience(), condition, () -> groups().describe(List.of()));
    }

    private List<Instance> awaitServing(String name, int count) {
        await(count + " machines of " + name + " serve", () -> serving(name).size() == count);
        return serving(name);
    }

    @Test
    void aGroupComesToItsDesiredCount() {
        putGroup("web", 2);
        List<Instance> instances = awaitServing("web", 2);
        assertThat(group("web").desired()).isEqualTo(2);
        assertThat(group("web").instances()).hasSize(2);
        assertThat(instances).extracting(Instance::id).doesNotHaveDuplicates();
        assertThat(instances).extracting(Instance::address).doesNotContainNull().doesNotHaveDuplicates();
        assertThat(instances).allSatisfy(instance -> {
            assertThat(instance.group()).isEqualTo("web");
            assertThat(instance.launchTemplate()).isEqualTo("web-template");
            assertThat(instance.agent()).contains(":");
            assertThat(instance.tags()).containsAllEntriesOf(template("x").tags());
        });
    }

    @Test
    void puttingTheSameGroupAgainStartsNothing() {
        putGroup("web", 1);
        Instance only = awaitServing("web", 1).getFirst();
        putGroup("web", 1);
        assertThat(group("web").instances()).extracting(Instance::id).containsExactly(only.id());
    }

    @Test
    void aHigherDesiredCountStartsMachinesAndALowerOneEndsNone() {
        putGroup("web", 1);
        awaitServing("web", 1);
        putGroup("web", 3);
        awaitServing("web", 3);
        putGroup("web", 1);
        assertThat(serving("web")).hasSize(3);
        assertThat(group("web").desired()).isEqualTo(1);
    }

    @Test
    void scaleInEndsTheMachineThatIsNamed() {
        putGroup("web", 2);
        Instance victim = awaitServing("web", 2).getFirst();
        groups().terminate(List.of(victim.id()), true, Duration.ofSeconds(5));
        groups().terminate(List.of(victim.id()), true, Duration.ofSeconds(5));
        assertThat(group("web").desired()).isEqualTo(1);
        await("the victim ends", () -> stateOf("web", victim.id()) == Instance.State.TERMINATED);
        assertThat(serving("web"))
                .extracting(Instance::id)
                .doesNotContain(victim.id())
                .hasSize(1);
    }

    private Instance.State stateOf(String group, String id) {
        return group(group).instances().stream()
                .filter(instance -> instance.id().equals(id))
                .map(Instance::state)
                .findFirst()
                .orElse(Instance.State.TERMINATED);
    }

    @Test
    void aTerminatedMachineIsReplacedUnlessTheGroupShrinks() {
        putGroup("web", 1);
        Instance victim = awaitServing("web", 1).getFirst();
        groups().terminate(List.of(victim.id()), false, Duration.ZERO);
        await(
                "another machine serves",
                () -> serving("web").stream()
                        .anyMatch(instance -> !instance.id().equals(victim.id())));
        assertThat(group("web").desired()).isEqualTo(1);
    }

    @Test
    void aDeletedGroupIsForgottenOnceItsMachinesAreGone() {
        putGroup("web", 2);
        awaitServing("web", 2);
        groups().deleteGroup("web", Duration.ofSeconds(5));
        await("the group is forgotten", () -> groups().describe(List.of("web")).isEmpty());
        groups().deleteGroup("web", Duration.ofSeconds(5));
        groups().deleteTemplate("web-template");
        groups().deleteTemplate("web-template");
    }

    @Test
    void groupsAreDescribedByNameOrAll() {
        putGroup("web", 0);
        putGroup("api", 0);
        assertThat(groups().describe(List.of("web", "nobody")))
                .extracting(GroupStatus::name)
                .containsExactly("web");
        assertThat(groups().describe(List.of())).extracting(GroupStatus::name).containsExactlyInAnyOrder("web", "api");
    }

    @Test
    void aGroupNeedsItsTemplate() {
        InstanceGroup group = new InstanceGroup("web", "nowhere", 1, true, Map.of());
        assertThatThrownBy(() -> groups().putGroup(group))
                .isInstanceOf(CloudException.NotFound.class)
                .hasMessageContaining("nowhere");
    }

    @Test
    void tagsAreAddedToAnInstance() {
        putGroup("web", 1);
        Instance instance = awaitServing("web", 1).getFirst();
        groups().tag(instance.id(), Map.of(Instance.POD_TAG, "default/web-1"));
        groups().tag(instance.id(), Map.of(Instance.POD_UID_TAG, "u-1"));
        assertThat(group("web").instances().getFirst().tags())
                .containsAllEntriesOf(instance.tags())
                .containsEntry(Instance.POD_TAG, "default/web-1")
                .containsEntry(Instance.POD_UID_TAG, "u-1");
        assertThatThrownBy(() -> groups().tag("i-00000000000000000", Map.of("a", "b")))
                .isInstanceOf(CloudException.NotFound.class);
    }

    @Test
    void changesAreTold() {
        Set<String> told = ConcurrentHashMap.newKeySet();
        cloud().onChange(names -> told.addAll(names.isEmpty() ? Set.of("anything") : names));
        await("the first notice", () -> !told.isEmpty());
        putGroup("web", 1);
        awaitServing("web", 1);
        await("a notice of the group", () -> told.contains("web") || told.contains("anything"));
    }

    @Test
    void loadBalancersAreKeptByName() {
        putGroup("web", 1);
        LoadBalancer loadBalancer = loadBalancer("front", 8080);
        cloud().loadBalancers().putLoadBalancer(loadBalancer);
        cloud().loadBalancers().putLoadBalancer(loadBalancer);
        await(
                "the load balancer has an address",
                () -> hasLoadBalancer("front", status -> !status.address().isEmpty()));
        assertThat(cloud().loadBalancers().describeLoadBalancers(List.of()))
                .extracting(LoadBalancerStatus::name)
                .containsExactly("front");
        cloud().loadBalancers().deleteLoadBalancer("front");
        cloud().loadBalancers().deleteLoadBalancer("front");
        await("it is gone", () -> !hasLoadBalancer("front", _ -> true));
    }

    /** One TCP port to a group named {@code web}. */
    protected static LoadBalancer loadBalancer(String name, int port) {
        Listener listener = new Listener("http", Protocol.TCP, port, 0, List.of(new Target("web", 80)));
        return new LoadBalancer(name, "", true, false, 0, List.of(listener), LoadBalancer.Settings.of(Map.of()));
    }

    private boolean hasLoadBalancer(String name, Predicate<LoadBalancerStatus> as) {
        return cloud().loadBalancers().describeLoadBalancers(List.of(name)).stream()
                .anyMatch(as);
    }

    @Test
    void recordsAreKeptByName() {
        DnsRecord first = new DnsRecord(
                "db.default.svc.cluster.local", DnsRecord.Type.ADDRESS, List.of("10.96.1.1"), Duration.ofSeconds(5));
        DnsRecord second = new DnsRecord(
                "ext.default.svc.cluster.local",
                DnsRecord.Type.CANONICAL_NAME,
                List.of("example.org"),
                Duration.ofSeconds(5));
        cloud().dns().putRecords(List.of(first, second));
        assertThat(cloud().dns().describeRecords()).containsExactlyInAnyOrder(first, second);
        cloud().dns().deleteRecords(List.of(first.name(), "nobody.default.svc.cluster.local"));
        assertThat(cloud().dns().describeRecords()).containsExactly(second);
    }

    @Test
    void aPublicNameThatCannotBeIsToldAndItsDeletionIsNoError() {
        PublicName name = new PublicName(
                "www.nobody.invalid",
                "service/default/web",
                DnsRecord.Type.CANONICAL_NAME,
                "example.org",
                Duration.ofSeconds(60));
        assertThat(cloud().publicNames().putNames(List.of(name)))
                .containsOnlyKeys("service/default/web/www.nobody.invalid")
                .allSatisfy((key, why) -> assertThat(why).startsWith("www.nobody.invalid is not published: "));
        cloud().publicNames().deleteNames(List.of(name.name()));
    }
}
