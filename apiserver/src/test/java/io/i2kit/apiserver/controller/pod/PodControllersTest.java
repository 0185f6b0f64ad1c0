package io.i2kit.apiserver.controller.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.registry.ObjectClient.DeleteOptions;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.Storage;
import io.i2kit.apiserver.storage.rocksdb.RocksSettings;
import io.i2kit.apiserver.storage.rocksdb.RocksStorage;
import io.i2kit.cloud.model.GuestStatus;
import io.i2kit.cloud.model.ImageStatus;
import io.i2kit.cloud.model.Instance;
import io.i2kit.cloud.model.InstanceGroup;
import io.i2kit.cloud.model.LaunchTemplate;
import io.i2kit.cloud.model.MachinePrice;
import io.i2kit.translator.Annotations;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** ReplicaSets and bare Pods from the API's objects to a cloud in memory and back, through the real store. */
class PodControllersTest {
    private static final ObjectKey WEB = new ObjectKey("apps/replicasets", "default", "web");
    private static final ObjectKey LONE = new ObjectKey("pods", "default", "lone");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private final FakeCloud cloud = new FakeCloud();
    private final FakeGuests guests = new FakeGuests(cloud);
    private ImageLookup images = TestServer.IMAGES;
    private Storage storage;
    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        storage = RocksStorage.open(RocksSettings.of(directory).withNativeDirectory(Path.of("target", "native")));
        server = server();
    }

    @AfterEach
    void stop() {
        server.close();
        storage.close();
    }

    private TestServer server() throws Exception {
        return new TestServer(storage, cloud, guests, (c, i, p, s, a) -> images.resolve(c, i, p, s, a));
    }

    @Test
    void replicasBecomeMachinesAndTheirReportsBecomeStatus() {
        apply(3);
        awaitReady(3);
        assertThat(cloud.launched()).isEqualTo(3);
        assertThat(text(get(WEB), "status.readyReplicas")).isEqualTo("3");
        for (ObjectNode pod : pods()) {
            Instance instance = cloud.instance(instanceOf(pod));
            assertThat(instance.tags())
                    .containsEntry(Instance.POD_UID_TAG, text(pod, "metadata.uid"))
                    .containsEntry(Instance.POD_TAG, "default/" + text(pod, "metadata.name"));
            assertThat(text(pod, "spec.nodeName")).isEqualTo("i2kit-local");
            assertThat(text(pod, "status.podIP")).isEqualTo(instance.address());
            String about = "pods/" + text(pod, "metadata.name");
            assertThat(server.events).anyMatch(event -> event.startsWith(about + " Scheduled: "));
            // Told after the status is written.
            await("it is told", () -> server.events.contains(about + " Started: Started container web"));
        }
        assertThat(server.events).anyMatch(event -> event.startsWith("apps/replicasets/web SuccessfulCreate: "));
        ObjectNode node = get(new ObjectKey("nodes", "", "i2kit-local"));
        assertThat(node.path("status").path("conditions").toString()).contains("KubeletReady");
    }

    @Test
    void aPodSaysItsMachinesTypeAndPrice() {
        apply(1);
        awaitReady(1);
        ObjectNode free = (ObjectNode) pods().getFirst().path("metadata").path("annotations");
        assertThat(free.path(Annotations.MACHINE_TYPE).asString(""))
                .isEqualTo(cloud.alive().getFirst().machineType());
        assertThat(free.has(Annotations.MACHINE_MONTHLY_PRICE)).isFalse();
        cloud.price = new MachinePrice(0.0104 * MachinePrice.MONTH_HOURS, true, "of a test, 2026-11-27");
        scale(2);
        awaitReady(2);
        assertThat(pods())
                .extracting(pod -> pod.path("metadata").path("annotations"))
                .filteredOn(annotations -> annotations.has(Annotations.MACHINE_MONTHLY_PRICE))
                .singleElement()
                .satisfies(annotations -> {
                    assertThat(annotations
                                    .path(Annotations.MACHINE_MONTHLY_PRICE)
                                    .asString(""))
                            .isEqualTo("at most 7.59 USD");
                    assertThat(annotations.path(Annotations.MACHINE_PRICE_BASIS).asString(""))
                            .isEqualTo("of a test, 2026-11-27");
                });
    }

    @Test
    void scalingInEndsTheMachinesOfTheChosenPodsAndNoOthers() {
        apply(3);
        awaitReady(3);
        scale(1);
        awaitReady(1);
        await("two machines end", () -> cloud.alive().size() == 1 && pods().size() == 1);
        assertThat(cloud.launched()).isEqualTo(3);
        assertThat(cloud.alive().getFirst().id()).isEqualTo(instanceOf(pods().getFirst()));
        assertThat(cloud.groupSpecs()).extracting(InstanceGroup::desired).containsExactly(1);
        scale(0);
        await("none is left", () -> cloud.alive().isEmpty() && pods().isEmpty());
        scale(2);
        awaitReady(2);
        assertThat(cloud.launched()).isEqualTo(5);
    }

    @Test
    void aDeletedPodStopsWithGraceAndIsReplaced() {
        apply(2);
        awaitReady(2);
        cloud.stopsByItself = false;
        ObjectNode victim = pods().getFirst();
        server.client.delete(key(victim), DeleteOptions.DEFAULT, List.of());
        await("its machine stops", () -> cloud.instance(instanceOf(victim)).state() == Instance.State.SHUTTING_DOWN);
        await("another runs", () -> ready() == 2);
        assertThat(get(key(victim))).as("it stays while it stops").isNotNull();
        assertThat(cloud.launched()).isEqualTo(3);
        cloud.finishStop(instanceOf(victim));
        await("it goes", () -> get(key(victim)) == null);
        assertThat(server.events)
                .contains("pods/" + text(victim, "metadata.name") + " Killing: Stopping container web");
        assertThat(cloud.launched()).isEqualTo(3);
    }

    @Test
    void aLostMachineFailsItsPodAndAnotherTakesOver() {
        apply(2);
        awaitReady(2);
        ObjectNode victim = pods().getFirst();
        cloud.kill(instanceOf(victim));
        await("the Pod fails", () -> "Failed".equals(text(get(key(victim)), "status.phase")));
        await("another runs", () -> ready() == 2);
        assertThat(text(get(key(victim)), "status.reason")).isEqualTo("NodeLost");
        assertThat(cloud.launched()).isEqualTo(3);
        await(
                "the ReplicaSet counts it out",
                () -> text(get(WEB), "status.replicas").equals("2"));
    }

    @Test
    void aPodRemovedByForceTakesItsMachineWithIt() {
        apply(1);
        awaitReady(1);
        ObjectNode victim = pods().getFirst();
        server.client.delete(key(victim), new DeleteOptions(0L, "", "", ""), List.of());
        await("its machine ends", () -> !GroupPass.isAlive(cloud.instance(instanceOf(victim))));
        await("another runs", () -> ready() == 1 && cloud.alive().size() == 1);
    }

    @Test
    void aRestartedServerLaunchesNothingAndKeepsEveryPod() throws Exception {
        apply(3);
        awaitReady(3);
        Set<String> uids = uids();
        server.close();
        server = server();
        scale(4);
        awaitReady(4);
        assertThat(uids()).containsAll(uids);
        assertThat(cloud.launched()).isEqualTo(4);
    }

    @Test
    void aMachineThatTheCloudReplacedMeanwhileIsAdoptedUnderItsOwnName() throws Exception {
        apply(2);
        awaitReady(2);
        ObjectNode victim = pods().getFirst();
        ObjectNode survivor = pods().getLast();
        server.close();
        cloud.kill(instanceOf(victim));
        assertThat(cloud.launched()).isEqualTo(3);
        guests.nameItself("i-3", "web-named");
        server = server();
        await("the machine has its Pod", () -> "Running".equals(text(get(pod("web-named")), "status.phase")));
        await("the lost one failed", () -> "Failed".equals(text(get(key(victim)), "status.phase")));
        await("two are ready", () -> ready() == 2);
        assertThat(get(key(survivor))).isNotNull();
        assertThat(instanceOf(get(pod("web-named")))).isEqualTo("i-3");
        await("no more than two run", () -> cloud.alive().size() == 2);
        assertThat(cloud.launched()).isEqualTo(3);
    }

    @Test
    void aDeletedReplicaSetLeavesNothingInTheCloud() {
        apply(2);
        awaitReady(2);
        server.client.delete(WEB, DeleteOptions.DEFAULT, List.of());
        pods().forEach(pod -> server.client.delete(key(pod), DeleteOptions.DEFAULT, List.of()));
        await(
                "all is gone",
                () -> pods().isEmpty()
                        && cloud.groupSpecs().isEmpty()
                        && storage.listRecords("stacks/").isEmpty());
    }

    @Test
    void aReplicaSetThatWasDeletedWhileTheServerWasDownIsFoundByItsRecord() throws Exception {
        apply(1);
        awaitReady(1);
        cloud.reachable = false;
        server.client.delete(WEB, DeleteOptions.DEFAULT, List.of());
        pods().forEach(pod -> server.client.delete(key(pod), new DeleteOptions(0L, "", "", ""), List.of()));
        server.close();
        cloud.reachable = true;
        server = server();
        await(
                "all is gone",
                () -> cloud.groupSpecs().isEmpty()
                        && storage.listRecords("stacks/").isEmpty());
        assertThat(cloud.alive()).isEmpty();
    }

    @Test
    void orphanedPodsKeepTheirMachines() {
        apply(2);
        awaitReady(2);
        server.client.delete(WEB, DeleteOptions.DEFAULT, List.of());
        pods().forEach(pod -> server.client.modify(key(pod), "", tree -> {
            if (tree != null) {
                ((ObjectNode) tree.get("metadata")).remove("ownerReferences");
            }
            return tree;
        }));
        await(
                "the group replaces nothing any more",
                () -> cloud.groupSpecs().stream().noneMatch(InstanceGroup::replaceFailed));
        assertThat(cloud.alive()).hasSize(2);
        pods().forEach(pod -> server.client.delete(key(pod), DeleteOptions.DEFAULT, List.of()));
        await("all is gone", () -> pods().isEmpty() && cloud.groupSpecs().isEmpty());
    }

    @Test
    void aBarePodHasAMachineOfItsOwnThatIsNotReplaced() {
        create("pods", """
                {"metadata":{"name":"lone"},"spec":{"containers":[{"name":"web","image":"nginx"}]}}""");
        await("it runs", () -> "Running".equals(text(get(LONE), "status.phase")));
        cloud.kill(instanceOf(get(LONE)));
        await("it fails", () -> "Failed".equals(text(get(LONE), "status.phase")));
        assertThat(cloud.launched()).isEqualTo(1);
        server.client.delete(LONE, DeleteOptions.DEFAULT, List.of());
        await("all is gone", () -> get(LONE) == null && cloud.groupSpecs().isEmpty());
        assertThat(cloud.launched()).isEqualTo(1);
    }

    @Test
    void anImageThatCannotBeHadIsSaidAndCostsNoMachine() {
        ImageLookup working = images;
        images = (container, image, policy, secrets, architecture) -> {
            throw new ImageLookup.Failure("ErrImagePull", "manifest unknown", null);
        };
        apply(1);
        await("the status says so", () -> waitingReason().equals("ErrImagePull"));
        await("then it backs off", () -> waitingReason().equals("ImagePullBackOff"));
        assertThat(cloud.launched()).isZero();
        assertThat(cloud.groupSpecs()).isEmpty();
        String about = "pods/" + text(pods().getFirst(), "metadata.name");
        assertThat(server.events)
                .contains(
                        about + " Failed: Failed to pull image \"nginx\": manifest unknown",
                        about + " Failed: Error: ErrImagePull");
        await(
                "the back-off is told",
                () -> server.events.contains(about + " BackOff: Back-off pulling image \"nginx\""));
        images = working;
        awaitReady(1);
    }

    @Test
    void aBuildThatTakesTimeHoldsNothingUp() {
        cloud.imageStatus(new ImageStatus.Pending("Pulling"));
        apply(2);
        await("Pods wait", () -> pods().size() == 2 && waitingReason().equals("ContainerCreating"));
        assertThat(cloud.launched()).isZero();
        cloud.imageStatus(new ImageStatus.Ready("ref", 1, Duration.ZERO, false));
        awaitReady(2);
    }

    @Test
    void aMissingConfigMapIsAwaited() {
        create("apps/replicasets", replicaSet(1, """
                "env":[{"name":"A","valueFrom":{"configMapKeyRef":{"name":"c","key":"k"}}}],"""));
        await("the status says so", () -> waitingReason().equals("CreateContainerConfigError"));
        assertThat(cloud.launched()).isZero();
        assertThat(server.events).anyMatch(event -> event.endsWith(" Failed: Error: configmap \"c\" not found"));
        create("configmaps", "{\"metadata\":{\"name\":\"c\"},\"data\":{\"k\":\"1\"}}");
        awaitReady(1);
        String template = cloud.groupSpecs().getFirst().launchTemplate();
        server.client.modify(new ObjectKey("configmaps", "default", "c"), "", tree -> {
            if (tree != null) {
                ((ObjectNode) tree.get("data")).put("k", "2");
            }
            return tree;
        });
        await(
                "the next machine starts with the new value",
                () -> cloud.template(template)
                        .metadata()
                        .containers()
                        .getFirst()
                        .env()
                        .getFirst()
                        .value()
                        .equals("2"));
        assertThat(cloud.launched()).isEqualTo(1);
    }

    @Test
    void aServiceAccountsRoleIsThatOfTheNextMachines() {
        String role = "arn:aws:iam::123456789012:role/i2kit-shop";
        create("apps/replicasets", replicaSet(1, ""));
        awaitReady(1);
        String template = cloud.groupSpecs().getFirst().launchTemplate();
        assertThat(cloud.template(template).tags()).doesNotContainKey(LaunchTemplate.ROLE);
        create(
                "serviceaccounts",
                "{\"metadata\":{\"name\":\"default\",\"annotations\":{\"eks.amazonaws.com/role-arn\":\"" + role
                        + "\"}}}");
        await(
                "the next machine has the role",
                () -> role.equals(cloud.template(template).tags().get(LaunchTemplate.ROLE)));
        assertThat(cloud.launched()).isEqualTo(1);
    }

    @Test
    void whereMemoryIsShortPodsSayWhatIsMissingAndStartLater() {
        cloud.capacity(1);
        apply(2);
        await(
                "one waits",
                () -> ready() == 1
                        && pods().stream()
                                .anyMatch(pod -> pod.path("status")
                                        .path("conditions")
                                        .toString()
                                        .contains("Insufficient memory")));
        assertThat(server.events)
                .anyMatch(
                        event -> event.contains(" FailedScheduling: 0/1 nodes are available: 1 Insufficient memory."));
        cloud.capacity(10);
        awaitReady(2);
    }

    @Test
    void aCloudThatIsAwayIsAwaitedAndOneThatRefusesIsQuoted() {
        cloud.reachable = false;
        apply(1);
        await("the Pod is there", () -> pods().size() == 1);
        cloud.refusal = "template too large";
        cloud.reachable = true;
        await(
                "the refusal is told",
                () -> server.events.stream().anyMatch(event -> event.endsWith(" LaunchFailed: template too large")));
        cloud.refusal = "";
        awaitReady(1);
    }

    @Test
    void aCrashingContainerShowsItsBackOffAndRestarts() {
        apply(1);
        awaitReady(1);
        GuestStatus.Terminated end = new GuestStatus.Terminated(1, 0, "Error", "", "", "2026-01-01T00:00:01Z");
        guests.container(
                instanceOf(pods().getFirst()),
                container -> new GuestStatus.Container(
                        "web",
                        false,
                        false,
                        2,
                        new GuestStatus.State(new GuestStatus.Waiting("CrashLoopBackOff", "back-off 20s"), null, null),
                        new GuestStatus.State(null, null, end)));
        await("the status says so", () -> waitingReason().equals("CrashLoopBackOff"));
        await(
                "the ReplicaSet counts it out",
                () -> text(get(WEB), "status.readyReplicas").isEmpty());
        assertThat(server.events)
                .anyMatch(event -> event.contains(" BackOff: Back-off restarting failed container web in pod web-"));
    }

    @Test
    void whateverHappensItComesToRest() throws Exception {
        Random random = new Random(20260501);
        apply(3);
        int replicas = 3;
        for (int step = 0; step < 60; step++) {
            List<ObjectNode> pods = pods();
            switch (random.nextInt(6)) {
                case 0 -> {
                    replicas = random.nextInt(6);
                    scale(replicas);
                }
                case 1 -> pick(cloud.alive(), random).forEach(instance -> cloud.kill(instance.id()));
                case 2 ->
                    pick(pods, random).forEach(pod -> server.client.delete(key(pod), DeleteOptions.DEFAULT, List.of()));
                case 3 ->
                    pick(pods, random)
                            .forEach(pod ->
                                    server.client.delete(key(pod), new DeleteOptions(0L, "", "", ""), List.of()));
                case 4 -> {
                    server.close();
                    pick(cloud.alive(), random).forEach(instance -> cloud.kill(instance.id()));
                    server = server();
                }
                default -> cloud.capacity(random.nextInt(8));
            }
        }
        cloud.capacity(100);
        int expected = replicas;
        await("the wanted count is ready", () -> ready() == expected);
        await("each with a machine of its own", () -> machinesOfReadyPods().equals(aliveIds()));
        assertThat(aliveIds()).hasSize(expected);
    }

    private static <T> List<T> pick(List<T> all, Random random) {
        return all.isEmpty() ? List.of() : List.of(all.get(random.nextInt(all.size())));
    }

    private Set<String> machinesOfReadyPods() {
        Set<String> ids = new TreeSet<>();
        pods().stream().filter(PodControllersTest::isReady).forEach(pod -> ids.add(instanceOf(pod)));
        return ids;
    }

    private Set<String> aliveIds() {
        Set<String> ids = new TreeSet<>();
        cloud.alive().forEach(instance -> ids.add(instance.id()));
        return ids;
    }

    private void apply(int replicas) {
        create("apps/replicasets", replicaSet(replicas, ""));
    }

    private static String replicaSet(int replicas, String container) {
        return """
                {"metadata":{"name":"web"},"spec":{"replicas":%d,"selector":{"matchLabels":{"app":"web"}},
                "template":{"metadata":{"labels":{"app":"web"}},
                "spec":{"containers":[{"name":"web",%s"image":"nginx"}]}}}}""".formatted(replicas, container);
    }

    private void create(String resource, String json) {
        server.client.create(
                resource, "default", (ObjectNode) JsonMapper.shared().readTree(json));
    }

    private void scale(int replicas) {
        server.client.modify(WEB, "", tree -> {
            if (tree != null) {
                ((ObjectNode) tree.get("spec")).put("replicas", replicas);
            }
            return tree;
        });
    }

    private void awaitReady(int count) {
        await(
                count + " Pods are ready",
                () -> ready() == count
                        && pods().stream()
                                        .filter(pod ->
                                                !text(pod, "status.phase").equals("Failed"))
                                        .count()
                                == count
                        && text(get(WEB), "status.readyReplicas").equals(count == 0 ? "" : "" + count));
    }

    private int ready() {
        return (int) pods().stream().filter(PodControllersTest::isReady).count();
    }

    private static boolean isReady(ObjectNode pod) {
        boolean ready = false;
        for (var condition : pod.path("status").path("conditions")) {
            ready |= FieldPaths.text(condition, "type").equals("Ready")
                    && FieldPaths.text(condition, "status").equals("True");
        }
        return ready && text(pod, "metadata.deletionTimestamp").isEmpty();
    }

    private String waitingReason() {
        List<ObjectNode> pods = pods();
        return pods.isEmpty()
                ? ""
                : FieldPaths.text(
                        pods.getFirst().path("status").path("containerStatuses").path(0), "state.waiting.reason");
    }

    private List<ObjectNode> pods() {
        List<ObjectNode> pods = new ArrayList<>(server.client.list("pods", "default"));
        pods.sort(Comparator.comparing(pod -> text(pod, "metadata.name")));
        return pods;
    }

    private Set<String> uids() {
        Set<String> uids = new HashSet<>();
        pods().forEach(pod -> uids.add(text(pod, "metadata.uid")));
        return uids;
    }

    private ObjectNode get(ObjectKey key) {
        return server.client.get(key);
    }

    private static ObjectKey pod(String name) {
        return new ObjectKey("pods", "default", name);
    }

    private static ObjectKey key(ObjectNode pod) {
        return pod(text(pod, "metadata.name"));
    }

    private static String instanceOf(ObjectNode pod) {
        return pod.path("metadata")
                .path("annotations")
                .path(Annotations.INSTANCE_ID)
                .asString("");
    }

    private static String summary(ObjectNode pod) {
        return text(pod, "metadata.name") + " " + text(pod, "status.phase") + " " + text(pod, "status.reason") + " "
                + instanceOf(pod) + " " + text(pod, "metadata.deletionTimestamp");
    }

    private static String text(ObjectNode tree, String path) {
        return tree == null ? "" : FieldPaths.text(tree, path);
    }

    private void await(String what, BooleanSupplier condition) {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (!condition.getAsBoolean()) {
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError("not in time: " + what + "; pods: "
                        + pods().stream().map(PodControllersTest::summary).toList() + "; replica set: "
                        + (get(WEB) == null
                                ? "none"
                                : get(WEB).get("spec").get("replicas") + " " + get(WEB).get("status"))
                        + "; machines: " + cloud.alive() + "; groups: " + cloud.groupSpecs() + "; events: "
                        + server.events);
            }
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
