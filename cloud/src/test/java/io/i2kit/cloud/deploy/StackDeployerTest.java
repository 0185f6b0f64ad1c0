package io.i2kit.cloud.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.i2kit.cloud.model.Architecture;
import io.i2kit.cloud.model.CloudResource;
import io.i2kit.cloud.model.DnsRecord;
import io.i2kit.cloud.model.ImageStatus;
import io.i2kit.cloud.model.InstanceGroup;
import io.i2kit.cloud.model.LaunchTemplate;
import io.i2kit.cloud.model.LoadBalancer;
import io.i2kit.cloud.model.MachineImage;
import io.i2kit.cloud.model.MachineMetadata;
import io.i2kit.cloud.model.MachineSize;
import io.i2kit.cloud.model.OwnershipTags;
import io.i2kit.cloud.model.PublicName;
import io.i2kit.cloud.model.SampleMachines;
import io.i2kit.cloud.model.Stack;
import io.i2kit.cloud.model.StackId;
import io.i2kit.cloud.model.StackStatus;
import io.i2kit.cloud.provider.CloudException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class StackDeployerTest {
    private static final StackId ID = new StackId("c1", "ReplicaSet", "default", "web", "u1");

    private final RecordingCloud cloud = new RecordingCloud();
    private final MemoryStackRecords records = new MemoryStackRecords();
    private final StackDeployer deployer = new StackDeployer(cloud, records);

    @Test
    void deploysInOrderAndThenCostsNoCall() {
        StackStatus status = deploy(machines(2));
        assertThat(cloud.takeCalls()).containsExactly("ensure img", "putTemplate g", "putGroup g 2", "describe [g]");
        assertThat(status.groups()).containsKey("g");
        deploy(machines(2));
        assertThat(cloud.takeCalls()).isEmpty();
    }

    @Test
    void onlyWhatChangedIsPut() {
        deploy(machines(2));
        cloud.takeCalls();
        deploy(machines(3));
        assertThat(cloud.takeCalls()).containsExactly("putGroup g 3", "describe [g]");
    }

    @Test
    void templatesAndGroupsWaitForTheImage() {
        cloud.image = new ImageStatus.Pending("Pulling");
        assertThat(deploy(machines(2)).image()).isEqualTo(new ImageStatus.Pending("Pulling"));
        assertThat(cloud.takeCalls()).noneMatch(call -> call.startsWith("put"));
        assertThat(records.get(ID)).isNotNull();
        cloud.image = new ImageStatus.Ready("ref", 1, Duration.ZERO, false);
        deploy(machines(2));
        assertThat(cloud.takeCalls()).contains("putTemplate g", "putGroup g 2");
    }

    @Test
    void aGroupThatRunsIsScaledWhileItsImageIsMadeAnew() {
        deploy(machines(3));
        cloud.takeCalls();
        StackDeployer restarted = new StackDeployer(cloud, records);
        cloud.image = new ImageStatus.Failed("ErrImagePull", "registry down", List.of());
        restarted.deploy(stack(machines(1)), (type, reason, message) -> {});
        assertThat(cloud.takeCalls()).contains("putGroup g 1").noneMatch(call -> call.startsWith("putTemplate"));
    }

    @Test
    void aFailedCallIsMadeAgain() {
        cloud.failing = "putGroup g 2";
        assertThatThrownBy(() -> deploy(machines(2))).isInstanceOf(CloudException.Unavailable.class);
        cloud.failing = null;
        cloud.takeCalls();
        deploy(machines(2));
        assertThat(cloud.takeCalls()).containsExactly("putGroup g 2", "describe [g]");
    }

    @Test
    void whatAStackNoLongerHoldsIsDeleted() {
        deploy(List.of(balancer("a"), record("a.x")));
        deploy(List.of(balancer("b"), record("a.x")));
        assertThat(cloud.balancers).containsOnlyKeys("b");
        assertThat(cloud.records).containsOnlyKeys("a.x");
        assertThat(records.get(ID))
                .extracting(StackRecord::owned)
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .hasSize(2);
    }

    @Test
    void recordsArePutTogether() {
        deploy(List.of(record("a.x"), record("b.x")));
        assertThat(cloud.takeCalls()).containsExactly("putRecords [a.x, b.x]");
    }

    @Test
    void namesOfOthersKeepNobodyFromServingAndAreTriedAgain() {
        List<CloudResource> web = List.of(balancer("l"), record("r.x"), name("a.org"), name("b.org"));
        cloud.taken.add("a.org");
        assertThat(deploy(web).unpublished()).containsExactly("a.org is taken");
        assertThat(cloud.takeCalls())
                .containsExactly(
                        "putLoadBalancer l",
                        "putRecords [r.x]",
                        "putNames [a.org, b.org]",
                        "describeLoadBalancers [l]");
        cloud.taken.clear();
        assertThat(deploy(web).unpublished()).isEmpty();
        assertThat(cloud.takeCalls()).containsExactly("putNames [a.org]");
        assertThat(deploy(web).unpublished()).isEmpty();
        assertThat(cloud.takeCalls()).isEmpty();
        deploy(web.subList(0, 3));
        assertThat(cloud.takeCalls()).containsExactly("deleteNames [service/default/web/b.org]");
        deployer.delete(ID, Duration.ZERO);
        assertThat(cloud.takeCalls())
                .containsExactly(
                        "deleteNames [service/default/web/a.org]", "deleteRecords [r.x]", "deleteLoadBalancer l");
    }

    @Test
    void namesFollowALoadBalancerThatMayBeAnotherOne() {
        deploy(List.of(balancer("l"), record("r.x"), name("a.org")));
        cloud.takeCalls();
        LoadBalancer external =
                new LoadBalancer("l", "10.96.0.1", true, false, 0, List.of(), LoadBalancer.Settings.of(Map.of()));
        deploy(List.of(external, record("r.x"), name("a.org")));
        assertThat(cloud.takeCalls())
                .containsExactly(
                        "putLoadBalancer l", "putRecords [r.x]", "putNames [a.org]", "describeLoadBalancers [l]");
    }

    private static PublicName name(String hostname) {
        return new PublicName(
                hostname, "service/default/web", DnsRecord.Type.LOAD_BALANCER, "l", Duration.ofMinutes(5));
    }

    @Test
    void deletionGoesBackwardsAndWaitsForMachines() {
        deploy(List.of(image(), template(), group(1), balancer("l"), record("r.x")));
        cloud.takeCalls();
        cloud.stopping = true;
        assertThat(deployer.delete(ID, Duration.ofSeconds(30))).isFalse();
        assertThat(cloud.takeCalls())
                .containsExactly("deleteRecords [r.x]", "deleteLoadBalancer l", "deleteGroup g", "describe [g]");
        assertThat(records.get(ID)).isNotNull();
        cloud.stopping = false;
        assertThat(deployer.delete(ID, Duration.ofSeconds(30))).isTrue();
        assertThat(cloud.takeCalls()).endsWith("deleteTemplate g");
        assertThat(records.get(ID)).isNull();
        assertThat(deployer.delete(ID, Duration.ZERO)).isTrue();
        assertThat(cloud.takeCalls()).isEmpty();
    }

    @Test
    void ownershipIsReadBackFromTags() {
        assertThat(OwnershipTags.owner(OwnershipTags.of(ID))).contains(ID);
        assertThat(OwnershipTags.owner(Map.of("Name", "x"))).isEmpty();
    }

    private StackStatus deploy(List<CloudResource> resources) {
        return deployer.deploy(stack(resources), (type, reason, message) -> {});
    }

    private static Stack stack(List<CloudResource> resources) {
        return new Stack(ID, resources);
    }

    private static List<CloudResource> machines(int desired) {
        return List.of(image(), template(), group(desired));
    }

    private static MachineImage image() {
        return SampleMachines.image("img", Architecture.AMD64);
    }

    private static LaunchTemplate template() {
        MachineMetadata metadata = SampleMachines.metadata(
                "c1",
                new MachineMetadata.Owner("ReplicaSet", "web", "u1"),
                new MachineMetadata.Agent("", "", 10250, 10256),
                "",
                List.of());
        return new LaunchTemplate("g", "img", Architecture.AMD64, new MachineSize(1, 1, ""), metadata, Map.of());
    }

    private static InstanceGroup group(int desired) {
        return new InstanceGroup("g", "g", desired, true, Map.of());
    }

    private static LoadBalancer balancer(String name) {
        return new LoadBalancer(name, "10.96.0.1", false, false, 0, List.of(), LoadBalancer.Settings.of(Map.of()));
    }

    private static DnsRecord record(String name) {
        return new DnsRecord(name, DnsRecord.Type.ADDRESS, List.of("10.96.0.1"), Duration.ofSeconds(5));
    }
}
