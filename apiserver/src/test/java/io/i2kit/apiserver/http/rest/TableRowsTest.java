package io.i2kit.apiserver.http.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.StandardRegistry;
import io.i2kit.apiserver.registry.core.ServiceAllocator;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class TableRowsTest {
    private static final Instant CREATED = Instant.parse("2026-01-01T00:00:00Z");
    private static final String POD = """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"n","resourceVersion":"7",
         "creationTimestamp":"2026-01-01T00:00:00Z","annotations":{"text":"\\"quoted\\" \\u00e9"},
         "managedFields":[{"manager":"m","operation":"Update"}]},
         "spec":{"containers":[{"name":"c"}]},
         "status":{"phase":"Running","containerStatuses":[{"restartCount":2,"ready":true,"state":{"running":{}},
          "lastState":{"terminated":{"finishedAt":"2026-01-01T00:10:00Z"}}}]}}\
        """;

    private final TableRows rows = new TableRows();
    private final ResourceDefinition pods = Objects.requireNonNull(
            StandardRegistry.table(new ServiceAllocator()).find("", "v1", "pods"));

    private JsonNode row(byte[] stored, String version, Duration age) {
        return Json.MAPPER.readTree(rows.row(pods, version, stored, CREATED.plus(age)));
    }

    @Test
    void aRowKeepsUpWithTheTimeAndWithTheForm() {
        byte[] stored = POD.getBytes(StandardCharsets.UTF_8);
        JsonNode first = row(stored, "v1", Duration.ofMinutes(20));
        assertThat(first.at("/cells/0").asString("")).isEqualTo("p");
        assertThat(first.at("/cells/3").asString("")).isEqualTo("2 (10m ago)");
        assertThat(first.at("/cells/4").asString("")).isEqualTo("20m");
        assertThat(first.at("/object/kind").asString("")).isEqualTo("PartialObjectMetadata");
        assertThat(first.at("/object/apiVersion").asString("")).isEqualTo("meta.k8s.io/v1");
        assertThat(first.at("/object/metadata")).isEqualTo(Json.parse(stored).path("metadata"));

        JsonNode later = row(stored, "v1", Duration.ofHours(3));
        assertThat(later.at("/cells/3").asString("")).isEqualTo("2 (170m ago)");
        assertThat(later.at("/cells/4").asString("")).isEqualTo("3h");
        assertThat(row(stored, "v1beta1", Duration.ofHours(3))
                        .at("/object/apiVersion")
                        .asString(""))
                .isEqualTo("meta.k8s.io/v1beta1");
    }

    @Test
    void anotherVersionOfTheObjectHasARowOfItsOwn() {
        byte[] stored = POD.getBytes(StandardCharsets.UTF_8);
        row(stored, "v1", Duration.ofMinutes(20));
        byte[] changed = POD.replace("\"restartCount\":2", "\"restartCount\":3").getBytes(StandardCharsets.UTF_8);
        assertThat(row(changed, "v1", Duration.ofMinutes(20)).at("/cells/3").asString(""))
                .isEqualTo("3 (10m ago)");
    }
}
