package io.i2kit.apiserver.controller.flowcontrol;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.controller.ControlPlane;
import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.registry.flowcontrol.FlowControlResources;
import io.i2kit.apiserver.storage.ObjectKey;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** On the real store, with the objects of its first start. */
@Timeout(120)
class FlowControllerTest {
    private static final ObjectKey MINE = new ObjectKey(FlowControlResources.SCHEMAS, "", "mine");

    @TempDir
    Path directory;

    private ControlPlane plane;

    @BeforeEach
    void start() {
        plane = new ControlPlane(directory);
        FlowController.register(plane.manager(), plane.informers(), plane.objects(), Clock.systemUTC());
        plane.start();
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    private JsonNode condition(ObjectKey key) {
        return plane.get(key).path("status").path("conditions").path(0);
    }

    @Test
    void aSchemaSaysWhetherItsLevelIsThere() {
        plane.create(
                FlowControlResources.SCHEMAS,
                "{\"metadata\":{\"name\":\"mine\"},\"spec\":{\"priorityLevelConfiguration\":{\"name\":\"own\"}}}");
        plane.eventually(
                "it dangles", () -> FieldPaths.text(condition(MINE), "status").equals("True"));
        assertThat(FieldPaths.text(condition(MINE), "reason")).isEqualTo("NotFound");
        assertThat(FieldPaths.text(condition(MINE), "message"))
                .isEqualTo(
                        "This FlowSchema references the PriorityLevelConfiguration object named \"own\" but there is no such"
                                + " object");
        plane.create(
                FlowControlResources.LEVELS,
                "{\"metadata\":{\"name\":\"own\"},\"spec\":{\"type\":\"Limited\",\"limited\":{\"limitResponse\":{\"type\":\"Reject\"}}}}");
        plane.eventually(
                "its level is there",
                () -> FieldPaths.text(condition(MINE), "status").equals("False"));
        assertThat(FieldPaths.text(condition(MINE), "reason")).isEqualTo("Found");
        ObjectKey probes = new ObjectKey(FlowControlResources.SCHEMAS, "", "probes");
        plane.eventually(
                "each has the condition",
                () -> FieldPaths.text(condition(probes), "status").equals("False"));
    }

    @Test
    void whatEveryClusterHasComesBack() {
        ObjectKey level = new ObjectKey(FlowControlResources.LEVELS, "", "system");
        String uid = FieldPaths.text(plane.get(level), "metadata.uid");
        plane.delete(level, "");
        plane.eventually(
                "another is there",
                () -> plane.exists(level)
                        && !FieldPaths.text(plane.get(level), "metadata.uid").equals(uid));
        plane.modify(level, "", object -> object.withObject("/spec/limited").put("nominalConcurrencyShares", 7));
        plane.eventually(
                "it is as the server has it",
                () -> plane.get(level)
                                .at("/spec/limited/nominalConcurrencyShares")
                                .asInt()
                        == 30);
    }
}
