package io.i2kit.cloud.aws.groups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.i2kit.cloud.aws.AwsOptions;
import io.i2kit.cloud.aws.AwsSamples;
import io.i2kit.cloud.aws.AwsTags;
import io.i2kit.cloud.aws.api.AwsException;
import io.i2kit.cloud.aws.fake.Calls.Fault;
import io.i2kit.cloud.aws.fake.FakeAws;
import io.i2kit.cloud.aws.metadata.MetadataObjects;
import io.i2kit.cloud.model.GroupStatus;
import io.i2kit.cloud.model.Instance;
import io.i2kit.cloud.model.InstanceGroup;
import io.i2kit.cloud.model.LaunchTemplate;
import io.i2kit.cloud.provider.CloudException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Time passes only when a test says so. */
class AwsGroupsTest {
    private static final String AWS_NAME = "i2kit-test-web";

    private final FakeAws aws = new FakeAws();
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    private AwsGroups groups = groups("test");

    private AwsGroups groups(String clusterId) {
        AwsOptions options = AwsSamples.options(clusterId, null, AwsSamples.installation());
        InstantSource source = now::get;
        Clock clock = source.withZone(ZoneOffset.UTC);
        return new AwsGroups(
                aws.ec2, aws.autoScaling, new MetadataObjects(aws.apis().objects(), options), options, clock);
    }

    @BeforeEach
    void image() {
        aws.ec2.images.put(AwsSamples.IMAGE, "ami-1");
    }

    private static InstanceGroup group(int desired) {
        return new InstanceGroup("web", "web", desired, true, Map.of());
    }

    private void put(int desired) {
        groups.putTemplate(AwsSamples.template("web"));
        groups.putGroup(group(desired));
    }

    private void moments(int count) {
        for (int i = 0; i < count; i++) {
            aws.tick();
            groups.sweep(groups.look());
        }
    }

    private GroupStatus web() {
        return groups.describe(List.of("web")).getFirst();
    }

    private List<Instance> running() {
        return web().instances().stream()
                .filter(each -> each.state() == Instance.State.RUNNING)
                .toList();
    }

    @Test
    void aMachineIsPendingBeforeItRuns() {
        put(1);
        aws.tick();
        assertThat(web().instances()).extracting(Instance::state).containsExactly(Instance.State.PENDING);
        assertThat(web().instances().getFirst().healthy()).isFalse();
        aws.tick();
        assertThat(running()).singleElement().satisfies(instance -> {
            assertThat(instance.healthy()).isTrue();
            assertThat(instance.machineType()).isEqualTo("t3a.nano");
            assertThat(instance.agent()).isEqualTo(instance.address() + ":10250");
        });
    }

    @Test
    void aTemplateIsAsItMustBe() {
        put(1);
        var data = aws.ec2.latest(AWS_NAME);
        assertThat(data.imageId()).isEqualTo("ami-1");
        assertThat(data.standardCredits()).isTrue();
        assertThat(data.userData())
                .contains("\"i2kit\":1", "\"region\":\"us-east-1\"", "\"bucket\":\"bucket\"")
                .contains("\"key\":\"test/metadata/web.json\"")
                .doesNotContain("s3cret", "endpoint");
        assertThat(new String(aws.objects.get("test/metadata/web.json"), StandardCharsets.UTF_8))
                .contains("\"clusterId\":\"test\"", "s3cret");
        assertThat(data.instanceTags().keySet()).noneMatch(key -> key.contains("/"));
        assertThat(aws.autoScaling.suspended(AWS_NAME)).containsExactly("AZRebalance");
    }

    @Test
    void spotMachinesAreForThoseWhoAsk() {
        LaunchTemplate plain = AwsSamples.template("web");
        Map<String, String> tags = new HashMap<>(plain.tags());
        tags.put(LaunchTemplate.CAPACITY_TYPE, "spot");
        put(1);
        assertThat(isSpot()).isFalse();
        groups.putTemplate(new LaunchTemplate(
                plain.name(), plain.imageName(), plain.architecture(), plain.size(), plain.metadata(), tags));
        groups.putGroup(group(1));
        assertThat(isSpot()).isTrue();
        put(1);
        assertThat(isSpot()).isFalse();
    }

    @Test
    void containersHaveTheRoleThatIsAskedFor() {
        putWithRole("arn:aws:iam::123456789012:role/teams/i2kit-shop");
        assertThat(aws.ec2.latest(AWS_NAME).placement().instanceProfile()).isEqualTo("i2kit-shop");
        assertThat(aws.ec2.latest(AWS_NAME).userData()).contains("\"containersUseRole\":true");
        put(0);
        assertThat(aws.ec2.latest(AWS_NAME).placement().instanceProfile()).isEqualTo("i2kit-machine");
        assertThat(aws.ec2.latest(AWS_NAME).userData()).doesNotContain("containersUseRole");
        assertThatThrownBy(() -> putWithRole("i2kit-shop"))
                .isInstanceOf(CloudException.Invalid.class)
                .hasMessageContaining("i2kit-shop is not the ARN of an IAM role");
    }

    private void putWithRole(String role) {
        LaunchTemplate plain = AwsSamples.template("web");
        Map<String, String> tags = new HashMap<>(plain.tags());
        tags.put(LaunchTemplate.ROLE, role);
        groups.putTemplate(new LaunchTemplate(
                plain.name(), plain.imageName(), plain.architecture(), plain.size(), plain.metadata(), tags));
    }

    private boolean isSpot() {
        return aws.apis().autoScaling().groups(List.of(AWS_NAME)).getFirst().spot();
    }

    @Test
    void newMetadataMakesNoVersionAndANewSizeMakesOne() {
        put(1);
        LaunchTemplate former = AwsSamples.template("web");
        groups.putTemplate(new LaunchTemplate(
                "web",
                former.imageName(),
                former.architecture(),
                former.size(),
                AwsSamples.metadata("web", "other"),
                former.tags()));
        assertThat(aws.ec2.versions(AWS_NAME)).isEqualTo(1);
        assertThat(new String(aws.objects.get("test/metadata/web.json"), StandardCharsets.UTF_8))
                .contains("other");
        groups.putTemplate(AwsSamples.template("web", "", 700));
        groups.putTemplate(AwsSamples.template("web", "", 700));
        assertThat(aws.ec2.versions(AWS_NAME)).isEqualTo(2);
        groups.putGroup(group(1));
        moments(2);
        assertThat(running()).hasSize(1);
    }

    @Test
    void aTypeThatCannotBeHadIsReplacedByTheNextAndNoneIsSaid() {
        aws.autoScaling.exhausted.add("t3a.nano");
        put(1);
        moments(2);
        assertThat(running()).extracting(Instance::machineType).containsExactly("t3.nano");

        groups.putTemplate(AwsSamples.template("api", "m5.large", 96));
        aws.autoScaling.exhausted.add("m5.large");
        groups.putGroup(new InstanceGroup("api", "api", 1, true, Map.of()));
        aws.tick();
        GroupStatus api = groups.describe(List.of("api")).getFirst();
        assertThat(api.instances()).isEmpty();
        assertThat(api.problems()).isNotEmpty().allSatisfy(problem -> {
            assertThat(problem.reason()).isEqualTo("InsufficientCapacity");
            assertThat(problem.message()).contains("m5.large", "InsufficientInstanceCapacity");
        });
    }

    @Test
    void aQuotaIsALimitAndAThrottleIsUnavailable() {
        aws.autoScaling.quota = 0;
        groups.putTemplate(AwsSamples.template("web"));
        assertThatThrownBy(() -> groups.putGroup(group(1)))
                .isInstanceOf(CloudException.LimitExceeded.class)
                .hasMessageContaining("0 groups");
        aws.autoScaling.quota = 1;
        aws.calls.fail("CreateAutoScalingGroup", Fault.THROTTLED);
        assertThatThrownBy(() -> groups.putGroup(group(1))).isInstanceOf(CloudException.Unavailable.class);
        groups.putGroup(group(1));
        moments(2);
        assertThat(running()).hasSize(1);
    }

    @Test
    void aGroupThatIsNotSeenYetIsNotMadeTwice() {
        groups.putTemplate(AwsSamples.template("web"));
        aws.autoScaling.invisibleFor = 2;
        groups.putGroup(group(1));
        assertThatThrownBy(() -> groups.putGroup(group(2))).isInstanceOf(CloudException.Unavailable.class);
        groups.putGroup(group(2));
        moments(2);
        assertThat(running()).hasSize(2);
    }

    @Test
    void aTerminationWhoseAnswerIsLostCountsOnce() {
        put(3);
        moments(2);
        String victim = running().getFirst().id();
        aws.calls.fail("TerminateInstanceInAutoScalingGroup", Fault.ANSWER_LOST);
        assertThatThrownBy(() -> groups.terminate(List.of(victim), true, Duration.ofSeconds(5)))
                .isInstanceOf(CloudException.Unavailable.class);
        groups.terminate(List.of(victim), true, Duration.ofSeconds(5));
        moments(3);
        assertThat(web().desired()).isEqualTo(2);
        assertThat(running()).hasSize(2).extracting(Instance::id).doesNotContain(victim);
    }

    @Test
    void aMachineBehindALoadBalancerDrainsBeforeItEnds() {
        put(2);
        moments(2);
        aws.autoScaling.attachTargetGroups(AWS_NAME, List.of("arn"));
        groups.putGroup(group(1));
        String victim = running().getFirst().id();
        groups.terminate(List.of(victim), false, Duration.ofSeconds(20));
        moments(2);
        assertThat(web().instances()).anySatisfy(instance -> {
            assertThat(instance.id()).isEqualTo(victim);
            assertThat(instance.state()).isEqualTo(Instance.State.SHUTTING_DOWN);
            assertThat(instance.tags()).containsKey(AwsTags.TEMPLATE);
        });
        moments(3);
        assertThat(web().instances()).anySatisfy(instance -> {
            assertThat(instance.id()).isEqualTo(victim);
            assertThat(instance.state()).isEqualTo(Instance.State.TERMINATED);
            assertThat(instance.reason()).isEqualTo("UserInitiatedShutdown");
        });
        assertThat(running()).hasSize(1);
    }

    @Test
    void aLostMachineIsReplacedByTheGroup() {
        put(1);
        moments(2);
        String lost = running().getFirst().id();
        aws.autoScaling.kill(lost);
        moments(4);
        assertThat(running()).singleElement().extracting(Instance::id).isNotEqualTo(lost);
    }

    @Test
    void anEmptyGroupIsRemovedAfterAWhileAndIsStillThere() {
        put(0);
        moments(1);
        assertThat(aws.autoScaling.groupNames()).containsExactly(AWS_NAME);
        now.updateAndGet(before -> before.plus(Duration.ofMinutes(16)));
        moments(1);
        assertThat(aws.autoScaling.groupNames()).isEmpty();
        assertThat(web()).isEqualTo(new GroupStatus("web", 0, List.of(), List.of()));
        groups.putGroup(group(0));
        assertThat(aws.autoScaling.groupNames()).isEmpty();
        groups = groups("test");
        assertThat(groups.describe(List.of())).extracting(GroupStatus::name).containsExactly("web");
        groups.putGroup(group(1));
        moments(2);
        assertThat(running()).hasSize(1);
        assertThat(groups.describe(List.of())).hasSize(1);
    }

    @Test
    void twoClustersInOneAccountDoNotMeet() {
        put(1);
        AwsGroups other = groups("other");
        other.putTemplate(AwsSamples.template("web"));
        other.putGroup(group(2));
        moments(2);
        other.sweep(other.look());
        assertThat(other.describe(List.of()).getFirst().instances()).hasSize(2);
        String ours = running().getFirst().id();
        other.terminate(List.of(ours), true, Duration.ZERO);
        assertThatThrownBy(() -> other.tag(ours, Map.of("a", "b"))).isInstanceOf(CloudException.NotFound.class);
        other.deleteGroup("web", Duration.ZERO);
        other.deleteTemplate("web");
        moments(2);
        assertThat(running()).extracting(Instance::id).containsExactly(ours);
        assertThat(aws.ec2.templateNames()).containsExactly(AWS_NAME);
        assertThat(aws.objects).containsOnlyKeys("test/metadata/web.json");
    }

    @Test
    void whateverCallFailsInTheEndAllIsAsAsked() {
        for (Fault fault : Fault.values()) {
            for (int number = 0; number < 40; number++) {
                FailingRun run = new FailingRun();
                run.account.calls.failNumber(number, fault);
                run.createScaleAndDelete();
                assertThat(run.account.autoScaling.groupNames())
                        .as("%s of call %d", fault, number)
                        .isEmpty();
                assertThat(run.account.ec2.templateNames()).isEmpty();
                assertThat(run.account.ec2.running()).isZero();
                assertThat(run.account.objects).isEmpty();
            }
        }
    }

    /** One life of a group in an account of its own, each step repeated until it is done, as controllers do. */
    private static final class FailingRun {
        private final FakeAws account = new FakeAws();
        private final AwsGroups provider;

        FailingRun() {
            account.ec2.images.put(AwsSamples.IMAGE, "ami-1");
            AwsOptions options = AwsSamples.options("test", null, AwsSamples.installation());
            provider = new AwsGroups(
                    account.ec2,
                    account.autoScaling,
                    new MetadataObjects(account.apis().objects(), options),
                    options,
                    Clock.systemUTC());
        }

        void createScaleAndDelete() {
            repeat(() -> provider.putTemplate(AwsSamples.template("web")));
            repeat(() -> provider.putGroup(group(3)));
            pass();
            pass();
            assertThat(alive()).hasSize(3);
            String victim = alive().getFirst().id();
            repeat(() -> provider.putGroup(group(2)));
            repeat(() -> provider.terminate(List.of(victim), false, Duration.ofSeconds(5)));
            pass();
            pass();
            pass();
            assertThat(alive()).hasSize(2).extracting(Instance::id).doesNotContain(victim);
            repeat(() -> provider.deleteGroup("web", Duration.ofSeconds(5)));
            for (int moments = 0; moments < 6; moments++) {
                pass();
            }
            repeat(() -> provider.deleteTemplate("web"));
        }

        private List<Instance> alive() {
            AtomicReference<List<Instance>> found = new AtomicReference<>(List.of());
            repeat(() -> found.set(provider.describe(List.of("web")).getFirst().instances().stream()
                    .filter(each -> each.state() == Instance.State.RUNNING)
                    .toList()));
            return found.get();
        }

        private void pass() {
            account.tick();
            repeat(() -> provider.sweep(provider.look()));
        }

        private static void repeat(Runnable step) {
            for (int attempt = 0; attempt < 3; attempt++) {
                try {
                    step.run();
                    return;
                } catch (CloudException.Unavailable | AwsException e) {
                    assertThat(attempt).as("%s", e).isLessThan(2);
                }
            }
        }
    }

    @Test
    void aLookAtAThousandGroupsCostsTenCallsAndTheirMachinesAreAskedOnce() {
        groups.putTemplate(AwsSamples.template("web"));
        aws.autoScaling.quota = 1000;
        for (int i = 0; i < 1000; i++) {
            groups.putGroup(new InstanceGroup("web-" + i, "web", 3, true, Map.of()));
        }
        aws.tick();
        aws.tick();
        groups.describe(List.of());
        aws.calls.clear();
        assertThat(groups.statuses(groups.look()))
                .hasSize(1000)
                .allMatch(group -> group.instances().size() == 3);
        assertThat(aws.calls.made()).hasSize(10).containsOnly("DescribeAutoScalingGroups");
    }
}
