package io.i2kit.translator.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.i2kit.cloud.model.GuestStatus;
import io.i2kit.cloud.model.Instance;
import io.i2kit.translator.ContainerImage;
import io.i2kit.translator.Golden;
import io.i2kit.translator.Samples;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class PodStatusMapperTest {
    private static final Instant NOW = Instant.parse("2026-05-01T12:00:30.25Z");

    static Stream<String> cases() {
        return Golden.cases("status");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void writesWhatTheKubeletWould(String name) {
        JsonNode input = Golden.input("status", name);
        PodStatus status = PodStatusMapper.map(pod(input), report(input), NOW);
        Golden.check("status", name, status);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aSecondPassChangesNothing(String name) {
        JsonNode input = Golden.input("status", name);
        Pod pod = pod(input);
        String original = Golden.YAML.writeValueAsString(pod);
        PodStatus first = PodStatusMapper.map(pod, report(input), NOW);
        assertThat(Golden.YAML.writeValueAsString(pod)).isEqualTo(original);
        pod.setStatus(first);
        PodStatus second = PodStatusMapper.map(pod, report(input), NOW.plusSeconds(60));
        assertThat(second).isEqualTo(first);
    }

    private static Pod pod(JsonNode input) {
        return Golden.YAML.treeToValue(input.path("pod"), Pod.class);
    }

    private static MachineReport report(JsonNode input) {
        Map<String, ContainerImage> images = new HashMap<>();
        input.path("images").forEach(image -> {
            String[] parts = image.asString().split("=", 2);
            images.put(parts[0], Samples.image(parts[0], parts[1]));
        });
        Map<String, MachineReport.Waiting> waiting = new HashMap<>();
        input.path("waiting")
                .properties()
                .forEach(entry -> waiting.put(
                        entry.getKey(), Golden.YAML.treeToValue(entry.getValue(), MachineReport.Waiting.class)));
        return new MachineReport(
                input.has("instance") ? Golden.YAML.treeToValue(input.get("instance"), Instance.class) : null,
                input.has("guest") ? Golden.YAML.treeToValue(input.get("guest"), GuestStatus.class) : null,
                images,
                waiting,
                input.path("unschedulable").asString(""));
    }
}
