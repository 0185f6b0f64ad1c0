package io.i2kit.cloud.local.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.i2kit.cloud.local.LocalCloud;
import io.i2kit.cloud.local.RuntimeDirectory;
import io.i2kit.cloud.model.Architecture;
import io.i2kit.cloud.model.GroupStatus.Problem;
import io.i2kit.cloud.model.Instance;
import io.i2kit.cloud.model.InstanceGroup;
import io.i2kit.cloud.model.LaunchTemplate;
import io.i2kit.cloud.provider.CloudException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Groups of the embedded cloud, beyond what every cloud does: failures, memory, what the guest is told, restarts. */
class GroupsTest {
    private static final Duration GRACE = Duration.ofSeconds(5);

    @TempDir
    Path data;

    private EmbeddedCloud embedded;

    @BeforeEach
    void start() throws Exception {
        embedded = new EmbeddedCloud(data, 256);
    }

    @AfterEach
    void stop() {
        embedded.close();
    }

    @Test
    void machinesAreFoundAgainAndNoneIsStartedTwice() throws Exception {
        embedded.putGroup("web", 2);
        List<Instance> before = embedded.awaitHealthy("web", 2);
        embedded.restartDaemon();
        assertThat(embedded.group("web").instances()).containsExactlyElementsOf(before);
        assertThat(embedded.hypervisor.launches).hasValue(2);
        assertThat(embedded.fabric.attached.keySet())
                .containsExactlyInAnyOrder(before.get(0).id(), before.get(1).id());
    }

    @Test
    void aMachineThatEndedWhileNobodyWatchedIsReplaced() throws Exception {
        embedded.putGroup("web", 1);
        Instance former = embedded.awaitHealthy("web", 1).getFirst();
        embedded.stopDaemon();
        embedded.hypervisor.machine(former.id()).kill();
        embedded.startDaemon();
        Instance next = embedded.awaitHealthy("web", 1).getFirst();
        assertThat(next.id()).isNotEqualTo(former.id());
        assertThat(next.address()).isNotEqualTo(former.address());
        assertThat(embedded.in("web", Instance.State.TERMINATED))
                .singleElement()
                .satisfies(ended -> {
                    assertThat(ended.id()).isEqualTo(former.id());
                    assertThat(ended.reason()).isEqualTo("HypervisorExited");
                });
    }

    @Test
    void aMachineThatCrashesIsReplaced() {
        embedded.putGroup("web", 1);
        Instance former = embedded.awaitHealthy("web", 1).getFirst();
        embedded.hypervisor.machine(former.id()).end(new Hypervisor.Exit("GuestPanic", "not syncing"));
        embedded.await(
                "a replacement",
                () -> embedded.healthy("web").stream().anyMatch(now -> !now.id().equals(former.id())));
        assertThat(embedded.in("web", Instance.State.TERMINATED))
                .extracting(Instance::reason, Instance::message)
                .containsExactly(tuple("GuestPanic", "not syncing"));
    }

    @Test
    void aBareMachineIsNotReplaced() {
        embedded.cloud.groups().putTemplate(EmbeddedCloud.template("job", 96));
        embedded.cloud.groups().putGroup(new InstanceGroup("job", "job", 1, false, Map.of()));
        Instance only = embedded.awaitHealthy("job", 1).getFirst();
        embedded.hypervisor.machine(only.id()).end(new Hypervisor.Exit("GuestShutdown", "done"));
        embedded.await(
                "it ended", () -> !embedded.in("job", Instance.State.TERMINATED).isEmpty());
        embedded.putGroup("other", 1);
        embedded.awaitHealthy("other", 1);
        assertThat(embedded.hypervisor.launches).hasValue(2);
        assertThat(embedded.group("job").instances()).hasSize(1);
    }

    @Test
    void failedLaunchesAreToldAndTriedAgain() {
        embedded.hypervisor.refusal = "QEMU ended with exit code 1: no such machine";
        embedded.putGroup("web", 1);
        embedded.await("a problem", () -> !embedded.group("web").problems().isEmpty());
        Problem problem = embedded.group("web").problems().getLast();
        assertThat(problem.reason()).isEqualTo("LaunchFailed");
        assertThat(problem.message()).isEqualTo("QEMU ended with exit code 1: no such machine");
        embedded.hypervisor.refusal = "";
        embedded.awaitHealthy("web", 1);
        assertThat(embedded.group("web").problems()).isEmpty();
        assertThat(embedded.group("web").instances()).hasSize(1);
    }

    @Test
    void aMachineThatDoesNotFitWaitsAndSaysWhatIsMissing() {
        embedded.putGroup("web", 3);
        embedded.awaitHealthy("web", 2);
        embedded.await("a problem", () -> !embedded.group("web").problems().isEmpty());
        Problem problem = embedded.group("web").problems().getLast();
        assertThat(problem.reason()).isEqualTo("InsufficientCapacity");
        assertThat(problem.message())
                .isEqualTo("0/1 nodes are available: 1 Insufficient memory: needs 96 MiB, 64 MiB of 256 MiB free, "
                        + "32 MiB missing.");
        String victim = embedded.healthy("web").getFirst().id();
        embedded.cloud.groups().terminate(List.of(victim), true, GRACE);
        embedded.awaitHealthy("web", 1);
        assertThat(embedded.cloud.info().memoryBytes()).isEqualTo(256 << 20);
    }

    @Test
    void theGuestIsToldWhoItIsAndWhatChanges() {
        embedded.putGroup("web", 1);
        Instance instance = embedded.awaitHealthy("web", 1).getFirst();
        FakeHypervisor.FakeMachine machine = embedded.hypervisor.machine(instance.id());
        JsonNode metadata = machine.document(MachineDisks.METADATA);
        assertThat(metadata.at("/instance/id").asString()).isEqualTo(instance.id());
        assertThat(metadata.at("/instance/interfaces/0/address").asString()).isEqualTo(instance.address() + "/16");
        assertThat(metadata.at("/instance/interfaces/0/gateway").asString()).isEqualTo("10.244.0.1");
        assertThat(metadata.at("/instance/interfaces/1/address").asString()).isEqualTo("10.0.2.15/24");
        assertThat(metadata.at("/instance/nameservers/0").asString()).isEqualTo("10.96.0.10");
        assertThat(metadata.at("/launch/agent/port").asInt()).isEqualTo(FakeHypervisor.AGENT_PORT);

        long sequence = machine.tags().path("sequence").asLong();
        embedded.cloud.groups().tag(instance.id(), Map.of(Instance.POD_TAG, "default/web-1"));
        JsonNode tags = machine.tags();
        assertThat(tags.path("tags").path(Instance.POD_TAG).asString()).isEqualTo("default/web-1");
        assertThat(tags.path("sequence").asLong()).isGreaterThan(sequence);
        assertThat(tags.path("terminating").asBoolean()).isFalse();
    }

    @Test
    void tagsThatDoNotFitAreRefused() {
        embedded.putGroup("web", 1);
        String id = embedded.awaitHealthy("web", 1).getFirst().id();
        assertThatThrownBy(() -> embedded.cloud.groups().tag(id, Map.of("key", "v".repeat(5000))))
                .isInstanceOf(CloudException.Invalid.class)
                .hasMessageContaining("at most 4095 fit");
        assertThat(embedded.healthy("web").getFirst().tags()).doesNotContainKey("key");
    }

    @Test
    void aGuestThatDoesNotStopIsEndedByForce() {
        embedded.hypervisor.stubborn = true;
        embedded.putGroup("web", 1);
        String id = embedded.awaitHealthy("web", 1).getFirst().id();
        embedded.cloud.groups().terminate(List.of(id), true, Duration.ofMillis(100));
        embedded.await(
                "it ended", () -> !embedded.in("web", Instance.State.TERMINATED).isEmpty());
        assertThat(data.resolve("cloud/instances").resolve(id)).doesNotExist();
    }

    @Test
    void aMachineThatWasToStopStopsAfterARestart() throws Exception {
        embedded.hypervisor.stubborn = true;
        embedded.putGroup("web", 1);
        String id = embedded.awaitHealthy("web", 1).getFirst().id();
        embedded.cloud.groups().terminate(List.of(id), true, Duration.ofSeconds(1));
        embedded.restartDaemon();
        embedded.await(
                "it ended", () -> !embedded.in("web", Instance.State.TERMINATED).isEmpty());
        assertThat(embedded.group("web").desired()).isZero();
        assertThat(embedded.hypervisor.launches).hasValue(1);
    }

    @Test
    void healthFollowsTheGuest() {
        embedded.putGroup("web", 1);
        Instance instance = embedded.awaitHealthy("web", 1).getFirst();
        embedded.hypervisor.machine(instance.id()).ready = false;
        embedded.awaitHealthy("web", 0);
        assertThat(embedded.in("web", Instance.State.RUNNING)).hasSize(1);
        embedded.hypervisor.machine(instance.id()).ready = true;
        embedded.awaitHealthy("web", 1);
    }

    @Test
    void aGuestThatNeverAnsweredStaysPending() {
        embedded.hypervisor.bornSilent = true;
        embedded.putGroup("web", 1);
        embedded.await("it is started", () -> !embedded.hypervisor.machines.isEmpty());
        assertThat(embedded.in("web", Instance.State.PENDING)).hasSize(1);
        embedded.cloud.groups().deleteGroup("web", Duration.ofMinutes(5));
        embedded.await(
                "it is gone at once",
                () -> embedded.cloud.groups().describe(List.of("web")).isEmpty());
    }

    @Test
    void anotherArchitectureIsRefused() {
        LaunchTemplate template = EmbeddedCloud.template("arm", 96);
        LaunchTemplate arm = new LaunchTemplate(
                "arm", template.imageName(), Architecture.ARM64, template.size(), template.metadata(), Map.of());
        assertThatThrownBy(() -> embedded.cloud.groups().putTemplate(arm))
                .isInstanceOf(CloudException.Invalid.class)
                .hasMessageContaining("this host runs machines of amd64, not of arm64");
    }

    @Test
    void destroyLeavesNothing() throws Exception {
        embedded.putGroup("web", 2);
        embedded.awaitHealthy("web", 2);
        Path runtime = RuntimeDirectory.find(data).orElseThrow();
        LocalCloud.destroyAll(data, CloudDaemon::destroy);
        embedded.awaitEnd();
        assertThat(embedded.hypervisor.machines).isEmpty();
        assertThat(data.resolve("cloud")).doesNotExist();
        assertThat(runtime).doesNotExist();
    }
}
