package io.i2kit.apiserver.controller.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.controller.MemoryObjectClient;
import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.cloud.model.Instance;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A machine that runs and answers nobody is told on the Pods that wait for it, once. */
class SilentMachinesTest {
    private static final Instant LAUNCHED = Instant.parse("2026-11-27T08:00:00Z");
    private static final ObjectKey POD = new ObjectKey(PodView.PODS, "default", "web-1");

    private final List<String> told = new ArrayList<>();
    private final MemoryObjectClient client = new MemoryObjectClient();
    private final PodEvents events = new PodEvents(
            client, (key, about, type, reason, message, component) -> told.add(key.name() + " " + reason));

    private String uid() {
        ObjectNode pod = (ObjectNode) JsonMapper.shared()
                .readTree("{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"web-1\"}}");
        return FieldPaths.text(client.create(PodView.PODS, "default", pod), "metadata.uid");
    }

    private static GroupPass pass(Instance instance, List<PodView> unbound) {
        ObjectKey owner = new ObjectKey(PodView.REPLICA_SETS, "default", "web");
        return new GroupPass(owner, "o1", "web", 1, List.of(), unbound, 1, Map.of(instance.id(), instance));
    }

    private static Instance machine(Instance.State state) {
        return new Instance(
                "i-1",
                "web",
                "t",
                state,
                "a",
                "t3.nano",
                "10.0.0.5",
                "10.0.0.5:10250",
                true,
                LAUNCHED,
                Map.of(),
                "",
                "");
    }

    private SilentMachines at(Duration age) {
        Machines machines = new Machines();
        machines.seen("o1", "web", List.of(machine(Instance.State.RUNNING)));
        return new SilentMachines(machines, events, Clock.fixed(LAUNCHED.plus(age), ZoneOffset.UTC));
    }

    @Test
    void aMachineIsGivenTimeAndThenToldOnce() {
        PodView waiting = new PodView(POD, uid(), POD, "o1", LAUNCHED, false, 30, false, false, "", "", "", 1);
        GroupPass running = pass(machine(Instance.State.RUNNING), List.of(waiting));
        assertThat(at(Duration.ofSeconds(59)).tell(running)).isEmpty();
        SilentMachines later = at(Duration.ofSeconds(61));
        assertThat(later.tell(running))
                .isEqualTo(later.tell(running))
                .startsWith("machine i-1 runs since 2026-11-27T08:00:00Z and does not answer at 10.0.0.5:10250");
        assertThat(told).containsExactly("web-1 MachineNotAnswering");
    }

    @Test
    void nobodyIsToldOfMachinesThatStartOrThatNobodyWaitsFor() {
        PodView waiting = new PodView(POD, uid(), POD, "o1", LAUNCHED, false, 30, false, false, "", "", "", 1);
        SilentMachines later = at(Duration.ofHours(1));
        assertThat(later.tell(pass(machine(Instance.State.PENDING), List.of(waiting))))
                .isEmpty();
        assertThat(later.tell(pass(machine(Instance.State.RUNNING), List.of()))).isEmpty();
        assertThat(told).isEmpty();
    }
}
