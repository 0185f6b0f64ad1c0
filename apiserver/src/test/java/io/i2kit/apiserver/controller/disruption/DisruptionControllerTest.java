package io.i2kit.apiserver.controller.disruption;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.controller.ControlPlane;
import io.i2kit.apiserver.controller.replicaset.ReplicaSetController;
import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.storage.ObjectKey;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** On the real store, beside the controller that makes the Pods; the test plays their machines. */
@Timeout(120)
class DisruptionControllerTest {
    private static final ObjectKey BUDGET = new ObjectKey("policy/poddisruptionbudgets", "default", "b");

    @TempDir
    Path directory;

    private ControlPlane plane;

    @BeforeEach
    void start() {
        plane = new ControlPlane(directory);
        Clock clock = Clock.systemUTC();
        ReplicaSetController.register(plane.manager(), plane.informers(), plane.objects(), plane.recorder(), clock);
        DisruptionController.register(plane.manager(), plane.informers(), plane.objects(), plane.recorder(), clock);
        plane.start();
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    @Test
    void whatMayBeMissingIsReckonedFromWhatTheOwnerWants() {
        replicaSet(4);
        budget("\"maxUnavailable\":\"25%\"");
        plane.eventually("4 Pods are expected", () -> status("expectedPods") == 4);
        assertThat(status("desiredHealthy")).isEqualTo(3);
        assertThat(condition("reason")).isEqualTo("InsufficientPods");
        makeReady(4);
        plane.eventually("one disruption is allowed", () -> status("disruptionsAllowed") == 1);
        assertThat(status("currentHealthy")).isEqualTo(4);
        assertThat(condition("status")).isEqualTo("True");
        assertThat(condition("reason")).isEqualTo("SufficientPods");
        assertThat(status("observedGeneration")).isEqualTo(1);
    }

    @Test
    void anAbsoluteMinimumCountsThePodsThatAreThere() {
        replicaSet(3);
        budget("\"minAvailable\":2");
        plane.eventually("the Pods are counted", () -> status("expectedPods") == 3);
        makeReady(3);
        plane.eventually("one is above the minimum", () -> status("disruptionsAllowed") == 1);
    }

    @Test
    void anEvictionThatWasGrantedCountsUntilItTookTooLong() {
        replicaSet(2);
        budget("\"maxUnavailable\":1");
        plane.eventually("the Pods are counted", () -> status("expectedPods") == 2);
        makeReady(2);
        plane.eventually("one disruption is allowed", () -> status("disruptionsAllowed") == 1);
        String pod = FieldPaths.text(pods().getFirst(), "metadata.name");
        granted(pod, Instant.now());
        plane.eventually("its Pod counts as gone", () -> status("currentHealthy") == 1);
        assertThat(status("disruptionsAllowed")).isZero();
        granted(pod, Instant.now().minus(BudgetStatus.DELETION_TIMEOUT).minus(Duration.ofSeconds(5)));
        plane.eventually("it stays after all", () -> status("disruptionsAllowed") == 1);
        assertThat(plane.get(BUDGET).path("status").has("disruptedPods")).isFalse();
    }

    @Test
    void podsOfAnUnknownOwnerAllowNothing() {
        plane.create("pods", """
                {"metadata":{"name":"p","namespace":"default","labels":{"app":"web"},"ownerReferences":[{"apiVersion":"x/v1",
                "kind":"Odd","name":"o","uid":"u","controller":true}]},"spec":{"containers":[{"name":"c","image":"i"}]}}""");
        budget("\"maxUnavailable\":1");
        plane.eventually("it says so", () -> condition("reason").equals("SyncFailed"));
        assertThat(condition("message")).isEqualTo("found no controllers for pod \"p\"");
        assertThat(status("disruptionsAllowed")).isZero();
    }

    @Test
    void podsWithoutAnOwnerAreToldOf() {
        plane.create("pods", """
                {"metadata":{"name":"p","namespace":"default","labels":{"app":"web"}},
                "spec":{"containers":[{"name":"c","image":"i"}]}}""");
        budget("\"maxUnavailable\":1");
        plane.eventually(
                "an Event", () -> !plane.events(BUDGET, "UnmanagedPods").isEmpty());
        assertThat(status("expectedPods")).isZero();
    }

    private void replicaSet(int replicas) {
        plane.create("apps/replicasets", """
                {"metadata":{"name":"web","namespace":"default"},"spec":{"replicas":%d,"selector":{"matchLabels":{"app":"web"}},
                "template":{"metadata":{"labels":{"app":"web"}},
                "spec":{"containers":[{"name":"web","image":"nginx"}]}}}}""".formatted(replicas));
    }

    private void budget(String bound) {
        plane.create("policy/poddisruptionbudgets", """
                {"metadata":{"name":"b","namespace":"default"},"spec":{%s,"selector":{"matchLabels":{"app":"web"}}}}""".formatted(bound));
    }

    private void makeReady(int count) {
        plane.eventually("there are " + count + " Pods", () -> pods().size() == count);
        for (ObjectNode pod : pods()) {
            plane.modify(
                    new ObjectKey("pods", "default", FieldPaths.text(pod, "metadata.name")),
                    "status",
                    tree -> tree.withObjectProperty("status")
                            .putArray("conditions")
                            .addObject()
                            .put("type", "Ready")
                            .put("status", "True"));
        }
    }

    /** As the eviction of a Pod notes it. */
    private void granted(String pod, Instant when) {
        plane.modify(
                BUDGET,
                "status",
                budget -> budget.withObjectProperty("status")
                        .withObjectProperty("disruptedPods")
                        .put(pod, when.truncatedTo(ChronoUnit.SECONDS).toString()));
    }

    private List<ObjectNode> pods() {
        return plane.objects().list("pods", "default");
    }

    private int status(String field) {
        return plane.get(BUDGET).path("status").path(field).asInt(-1);
    }

    private String condition(String field) {
        return FieldPaths.text(
                plane.get(BUDGET).path("status").path("conditions").path(0), field);
    }
}
