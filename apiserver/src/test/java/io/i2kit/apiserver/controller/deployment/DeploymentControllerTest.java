package io.i2kit.apiserver.controller.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.controller.ControlPlane;
import io.i2kit.apiserver.controller.OwnerReference;
import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.RecordingListener;
import io.i2kit.apiserver.storage.Storage;
import io.i2kit.apiserver.storage.WatchEvent;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Whole rollouts on the real store; ReplicaSets are simulated. */
@Timeout(120)
class DeploymentControllerTest {
    private static final ObjectKey WEB = new ObjectKey(DeploymentController.DEPLOYMENTS, "default", "web");

    @TempDir
    Path directory;

    private ControlPlane plane;
    private ReplicaSetSimulator replicaSets;

    @BeforeEach
    void start() {
        plane = new ControlPlane(directory);
        DeploymentController.register(
                plane.manager(), plane.informers(), plane.objects(), plane.recorder(), Clock.systemUTC());
        replicaSets = new ReplicaSetSimulator(plane);
        plane.start();
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    private void createWeb(int replicas, String strategy) {
        plane.create(DeploymentController.DEPLOYMENTS, """
                {"metadata":{"name":"web","namespace":"default","annotations":{"team":"shop",
                   "i2kit.io/image-digests":"{}","kubectl.kubernetes.io/last-applied-configuration":"{}"}},
                 "spec":{"replicas":%d,"progressDeadlineSeconds":600,"revisionHistoryLimit":10,"strategy":%s,
                   "selector":{"matchLabels":{"app":"web"}},
                   "template":{"metadata":{"creationTimestamp":null,"labels":{"app":"web"}},
                     "spec":{"containers":[{"name":"main","image":"web:1"}]}}}}""".formatted(replicas, strategy));
    }

    private static String rolling(String surge, String unavailable) {
        return "{\"type\":\"RollingUpdate\",\"rollingUpdate\":{\"maxSurge\":%s,\"maxUnavailable\":%s}}"
                .formatted(surge, unavailable);
    }

    private void setImage(String image) {
        plane.modify(
                WEB,
                "",
                web -> ((ObjectNode) web.path("spec")
                                .path("template")
                                .path("spec")
                                .path("containers")
                                .path(0))
                        .put("image", image));
    }

    private void setSpec(String field, int value) {
        plane.modify(WEB, "", web -> web.withObject("spec").put(field, value));
    }

    private List<ReplicaSetView> sets() {
        return plane.objects().list(ReplicaSetView.RESOURCE, "default").stream()
                .map(ReplicaSetView::of)
                .sorted(Comparator.comparing(
                        set -> Integer.parseInt(set.annotations().getOrDefault(Annotations.REVISION, "0"))))
                .toList();
    }

    private @Nullable ReplicaSetView setOf(String image) {
        return sets().stream()
                .filter(set -> ReplicaSetSimulator.image(set.tree()).equals(image))
                .findFirst()
                .orElse(null);
    }

    private int sizeOf(String image) {
        ReplicaSetView set = setOf(image);
        return set == null ? -1 : set.replicas();
    }

    private JsonNode condition(String type) {
        JsonNode condition = Conditions.find(plane.get(WEB).path("status"), type);
        return condition == null ? JsonMapper.shared().createObjectNode() : condition;
    }

    private void awaitComplete(String image) {
        plane.eventually(image + " is rolled out", () -> {
            JsonNode web = plane.get(WEB);
            JsonNode status = web.path("status");
            int replicas = web.path("spec").path("replicas").asInt();
            return sizeOf(image) == replicas
                    && status.path("observedGeneration").asLong()
                            == web.path("metadata").path("generation").asLong()
                    && status.path("updatedReplicas").asInt(0) == replicas
                    && status.path("replicas").asInt(0) == replicas
                    && status.path("availableReplicas").asInt(0) == replicas
                    && Conditions.reason(condition(Conditions.PROGRESSING))
                            .equals(Conditions.NEW_REPLICA_SET_AVAILABLE);
        });
    }

    @Test
    void makesAReplicaSetAndReportsIt() {
        createWeb(3, rolling("1", "0"));
        awaitComplete("web:1");
        assertThat(sets()).hasSize(1);
        ObjectNode set = sets().getFirst().tree();
        String hash = FieldPaths.text(set, "metadata.labels.pod-template-hash");
        assertThat(hash).matches("[bcdfghjklmnpqrstvwxz2456789]{5,10}");
        assertThat(FieldPaths.text(set, "metadata.name")).isEqualTo("web-" + hash);
        assertThat(set.path("spec").path("selector").path("matchLabels").toString())
                .isEqualTo("{\"app\":\"web\",\"pod-template-hash\":\"" + hash + "\"}");
        assertThat(set.path("spec").path("template").path("metadata").path("labels"))
                .isEqualTo(set.path("metadata").path("labels"));
        assertThat(OwnerReference.managing(set))
                .isEqualTo(OwnerReference.controllerOf(
                        "apps/v1", "Deployment", "web", FieldPaths.text(plane.get(WEB), "metadata.uid")));
        assertThat(Annotations.of(set))
                .containsOnly(
                        Map.entry("team", "shop"),
                        Map.entry(Annotations.REVISION, "1"),
                        Map.entry(Annotations.DESIRED_REPLICAS, "3"),
                        Map.entry(Annotations.MAX_REPLICAS, "4"));
        assertThat(Annotations.of(plane.get(WEB))).containsEntry(Annotations.REVISION, "1");
        assertThat(condition(Conditions.AVAILABLE).path("message").asString(""))
                .isEqualTo("Deployment has minimum availability.");
        assertThat(condition(Conditions.PROGRESSING).path("message").asString(""))
                .isEqualTo("ReplicaSet \"web-" + hash + "\" has successfully progressed.");
        plane.eventually(
                "the Event is written",
                () -> plane.events(WEB, "ScalingReplicaSet")
                        .equals(List.of("Scaled up replica set web-" + hash + " from 0 to 3")));
    }

    @Test
    void rollsWithinItsLimits() {
        createWeb(4, rolling("1", "1"));
        awaitComplete("web:1");
        RecordingListener changes = new RecordingListener();
        try (Storage.Watch watch = plane.storage()
                .watch(ReplicaSetView.RESOURCE, "default", plane.storage().revision(), changes)) {
            setImage("web:2");
            awaitComplete("web:2");
            changes.awaitRevision(sets().stream()
                    .mapToLong(set -> Long.parseLong(FieldPaths.text(set.tree(), "metadata.resourceVersion")))
                    .max()
                    .orElseThrow());
        }
        Map<String, ReplicaSetView> now = new HashMap<>();
        now.put("web:1", sets().getFirst());
        int steps = 0;
        for (WatchEvent event : changes.events()) {
            ReplicaSetView set = ReplicaSetView.of(
                    (ObjectNode) JsonMapper.shared().readTree(event.object().json()));
            now.put(ReplicaSetSimulator.image(set.tree()), set);
            if (now.size() == 2) {
                steps++;
                assertThat(now.values().stream()
                                .mapToInt(ReplicaSetView::replicas)
                                .sum())
                        .isLessThanOrEqualTo(5);
            }
        }
        assertThat(steps).isGreaterThan(4);
        assertThat(sizeOf("web:1")).isZero();
        assertThat(Annotations.of(plane.get(WEB))).containsEntry(Annotations.REVISION, "2");
    }

    @Test
    void aBadRevisionLeavesTheOldPodsRunsIntoItsDeadlineAndIsUndone() {
        createWeb(3, rolling("1", "0"));
        awaitComplete("web:1");
        replicaSets.breakImage("web:bad");
        setSpec("progressDeadlineSeconds", 1);
        setImage("web:bad");
        plane.eventually(
                "the deadline is exceeded",
                () -> Conditions.reason(condition(Conditions.PROGRESSING)).equals(Conditions.DEADLINE_EXCEEDED));
        assertThat(condition(Conditions.PROGRESSING).path("status").asString(""))
                .isEqualTo("False");
        assertThat(condition(Conditions.PROGRESSING).path("message").asString(""))
                .matches("ReplicaSet \"web-[a-z0-9]+\" has timed out progressing\\.");
        assertThat(condition(Conditions.AVAILABLE).path("status").asString("")).isEqualTo("True");
        assertThat(sizeOf("web:1")).isEqualTo(3);
        assertThat(sizeOf("web:bad")).isEqualTo(1);

        setImage("web:1");
        awaitComplete("web:1");
        assertThat(sizeOf("web:bad")).isZero();
        ReplicaSetView back = setOf("web:1");
        assertThat(back).isNotNull();
        assertThat(back == null ? Map.of() : back.annotations())
                .containsEntry(Annotations.REVISION, "3")
                .containsEntry(Annotations.REVISION_HISTORY, "1");
        assertThat(Annotations.of(plane.get(WEB))).containsEntry(Annotations.REVISION, "3");
    }

    @Test
    void aPausedDeploymentScalesButDoesNotRoll() {
        createWeb(2, rolling("1", "0"));
        awaitComplete("web:1");
        plane.modify(WEB, "", web -> web.withObject("spec").put("paused", true));
        plane.eventually(
                "it is paused",
                () -> Conditions.reason(condition(Conditions.PROGRESSING)).equals(Conditions.PAUSED));
        setImage("web:2");
        setSpec("replicas", 4);
        plane.eventually("it is scaled", () -> sizeOf("web:1") == 4);
        plane.eventually(
                "the change is observed",
                () -> plane.get(WEB).path("status").path("observedGeneration").asLong() == 4);
        assertThat(sizeOf("web:2")).isEqualTo(-1);
        plane.modify(WEB, "", web -> web.withObject("spec").put("paused", false));
        awaitComplete("web:2");
    }

    @Test
    void scalingAmidARolloutKeepsTheProportions() {
        createWeb(10, rolling("3", "2"));
        awaitComplete("web:1");
        replicaSets.breakImage("web:bad");
        setImage("web:bad");
        plane.eventually("the rollout is stuck", () -> sizeOf("web:1") == 8 && sizeOf("web:bad") == 5);
        setSpec("replicas", 15);
        plane.eventually("both grew", () -> sizeOf("web:1") == 11 && sizeOf("web:bad") == 7);
        replicaSets.repairImage("web:bad");
        awaitComplete("web:bad");
    }

    @Test
    void recreateNeverRunsBothRevisions() {
        createWeb(3, "{\"type\":\"Recreate\"}");
        awaitComplete("web:1");
        RecordingListener changes = new RecordingListener();
        try (Storage.Watch watch =
                plane.storage().watch("pods", "default", plane.storage().revision(), changes)) {
            setImage("web:2");
            awaitComplete("web:2");
            List<WatchEvent> events = changes.awaitEvents(6);
            assertThat(events.subList(0, 3)).allMatch(event -> event.type() == WatchEvent.Type.DELETED);
            assertThat(events.subList(3, 6)).allMatch(event -> event.type() == WatchEvent.Type.ADDED);
        }
    }

    @Test
    void keepsAsMuchHistoryAsAsked() {
        createWeb(1, rolling("1", "0"));
        awaitComplete("web:1");
        setSpec("revisionHistoryLimit", 2);
        for (int i = 2; i <= 5; i++) {
            setImage("web:" + i);
            awaitComplete("web:" + i);
        }
        plane.eventually("old ones are removed", () -> sets().size() == 3);
        assertThat(sets())
                .extracting(set -> ReplicaSetSimulator.image(set.tree()))
                .containsExactly("web:3", "web:4", "web:5");
    }

    @Test
    void adoptsOrphansAndLetsGoWhatNoLongerMatches() {
        ObjectNode orphan = plane.create(ReplicaSetView.RESOURCE, """
                {"metadata":{"name":"orphan","namespace":"default","labels":{"app":"web"}},
                 "spec":{"replicas":1,"selector":{"matchLabels":{"app":"web","old":"yes"}},
                   "template":{"metadata":{"labels":{"app":"web","old":"yes"}},
                     "spec":{"containers":[{"name":"main","image":"web:0"}]}}}}""");
        ObjectKey key = ReplicaSetView.of(orphan).key();
        createWeb(2, rolling("1", "0"));
        awaitComplete("web:1");
        plane.eventually("it is adopted and scaled down", () -> {
            OwnerReference owner = OwnerReference.managing(plane.get(key));
            return owner != null && owner.name().equals("web") && sizeOf("web:0") == 0;
        });
        plane.modify(
                key, "", set -> set.withObject("metadata").withObject("labels").put("app", "other"));
        plane.eventually("it is let go", () -> OwnerReference.managing(plane.get(key)) == null);
    }

    @Test
    void anotherReplicaSetOfTheNameIsACollision() {
        createWeb(1, rolling("1", "0"));
        awaitComplete("web:1");
        ObjectNode template =
                plane.get(WEB).path("spec").path("template").deepCopy().asObject();
        ((ObjectNode) template.path("spec").path("containers").path(0)).put("image", "web:2");
        plane.create(ReplicaSetView.RESOURCE, """
                {"metadata":{"name":"web-%s","namespace":"default","labels":{"app":"foreign"}},
                 "spec":{"replicas":0,"selector":{"matchLabels":{"app":"foreign"}},
                   "template":{"metadata":{"labels":{"app":"foreign"}},
                     "spec":{"containers":[{"name":"main","image":"foreign"}]}}}}""".formatted(PodTemplates.hash(template, null)));
        setImage("web:2");
        awaitComplete("web:2");
        assertThat(plane.get(WEB).path("status").path("collisionCount").asInt()).isEqualTo(1);
        ReplicaSetView made = setOf("web:2");
        assertThat(made == null ? "" : made.key().name()).isEqualTo("web-" + PodTemplates.hash(template, 1));
    }

    @Test
    void theDeprecatedAnnotationGoesBack() {
        createWeb(1, rolling("1", "0"));
        awaitComplete("web:1");
        setImage("web:2");
        awaitComplete("web:2");
        plane.modify(WEB, "", web -> Annotations.writable(web).put(Annotations.ROLLBACK_TO, "0"));
        awaitComplete("web:1");
        plane.eventually(
                "the Event is written",
                () -> plane.events(WEB, "DeploymentRollback")
                        .equals(List.of("Rolled back deployment \"web\" to revision 1")));
        assertThat(Annotations.of(plane.get(WEB))).doesNotContainKey(Annotations.ROLLBACK_TO);
    }

    @Test
    void theHashIgnoresItsOwnLabelAndTheOrderOfKeys() {
        JsonNode one = JsonMapper.shared()
                .readTree(
                        "{\"metadata\":{\"labels\":{\"a\":\"b\"},\"creationTimestamp\":null},\"spec\":{\"x\":1,\"y\":[1,2]}}");
        JsonNode other = JsonMapper.shared()
                .readTree(
                        "{\"spec\":{\"y\":[1,2],\"x\":1},\"metadata\":{\"labels\":{\"pod-template-hash\":\"z\",\"a\":\"b\"}}}");
        JsonNode different = JsonMapper.shared()
                .readTree("{\"metadata\":{\"labels\":{\"a\":\"b\"}},\"spec\":{\"x\":1,\"y\":[2,1]}}");
        assertThat(PodTemplates.same(one, other)).isTrue();
        assertThat(PodTemplates.hash(one, null)).isEqualTo(PodTemplates.hash(other, null));
        assertThat(PodTemplates.same(one, different)).isFalse();
        assertThat(PodTemplates.hash(one, null))
                .isNotEqualTo(PodTemplates.hash(different, null))
                .isNotEqualTo(PodTemplates.hash(one, 1));
    }
}
