package io.i2kit.apiserver.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.storage.ManualClock;
import io.i2kit.apiserver.storage.ObjectKey;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class StoredEventRecorderTest {
    private static final ObjectKey WEB = new ObjectKey("apps/deployments", "shop", "web");

    private final ManualClock clock = new ManualClock();
    private final MemoryObjectClient client = new MemoryObjectClient();
    private final StoredEventRecorder recorder = new StoredEventRecorder(client, clock);
    private final ObjectNode web = (ObjectNode) JsonMapper.shared().readTree("""
                    {"apiVersion":"apps/v1","kind":"Deployment",
                     "metadata":{"name":"web","namespace":"shop","uid":"u-1","resourceVersion":"7"},"spec":{}}""");

    private void occurs(String reason, String message) {
        recorder.event(WEB, web, "Normal", reason, message, "deployment-controller");
    }

    private List<ObjectNode> events() {
        recorder.close();
        return client.list("events", "shop");
    }

    @Test
    void writesWhatKubectlDescribes() {
        occurs("ScalingReplicaSet", "Scaled up replica set web-5d4 from 0 to 3");
        ObjectNode event = events().getFirst();
        assertThat(FieldPaths.text(event, "metadata.name")).matches("web\\.[0-9a-f]{16}");
        event.withObject("metadata").remove("name");
        assertThat(event).isEqualTo(JsonMapper.shared().readTree("""
                        {"apiVersion":"v1","kind":"Event","metadata":{"namespace":"shop"},
                         "involvedObject":{"kind":"Deployment","namespace":"shop","name":"web","uid":"u-1",
                           "apiVersion":"apps/v1","resourceVersion":"7"},
                         "reason":"ScalingReplicaSet","message":"Scaled up replica set web-5d4 from 0 to 3",
                         "source":{"component":"deployment-controller"},
                         "firstTimestamp":"2026-01-01T00:00:00Z","lastTimestamp":"2026-01-01T00:00:00Z",
                         "count":1,"type":"Normal","reportingComponent":"deployment-controller","reportingInstance":""}"""));
    }

    @Test
    void countsTheSameEvent() {
        occurs("Pulling", "pulling nginx");
        clock.advance(Duration.ofSeconds(30));
        occurs("Pulling", "pulling nginx");
        occurs("Pulled", "pulled nginx");
        List<ObjectNode> events = events();
        assertThat(events).extracting(event -> event.path("count").asInt()).containsExactly(2, 1);
        assertThat(FieldPaths.text(events.getFirst(), "firstTimestamp")).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(FieldPaths.text(events.getFirst(), "lastTimestamp")).isEqualTo("2026-01-01T00:00:30Z");
    }

    @Test
    void joinsMessagesThatDifferOnlyInTheirText() {
        for (int i = 0; i < 12; i++) {
            occurs("FailedCreate", "attempt " + i);
        }
        List<ObjectNode> events = events();
        assertThat(events).hasSize(10);
        assertThat(FieldPaths.text(events.getLast(), "message"))
                .isEqualTo("(combined from similar events): attempt 11");
        assertThat(events.getLast().path("count").asInt()).isEqualTo(3);
    }

    @Test
    void aNoisySourceIsCutOffAndComesBackSlowly() {
        for (int i = 0; i < 40; i++) {
            occurs("Noise", "the same");
        }
        clock.advance(Duration.ofMinutes(11));
        for (int i = 0; i < 5; i++) {
            occurs("Noise", "the same");
        }
        assertThat(events().getFirst().path("count").asInt()).isEqualTo(27);
        assertThat(recorder.dropped()).isEqualTo(18);
    }

    @Test
    void anEventWhoseTimeIsOverIsWrittenAnew() throws InterruptedException {
        occurs("Pulling", "pulling nginx");
        while (client.list("events", "shop").isEmpty()) {
            Thread.onSpinWait();
        }
        ObjectKey first = new ObjectKey(
                "events", "shop", FieldPaths.text(client.list("events", "shop").getFirst(), "metadata.name"));
        client.delete(first, ObjectClient.DeleteOptions.DEFAULT, List.of());
        occurs("Pulling", "pulling nginx");
        List<ObjectNode> events = events();
        assertThat(events).hasSize(1);
        assertThat(events.getFirst().path("count").asInt()).isEqualTo(1);
    }
}
