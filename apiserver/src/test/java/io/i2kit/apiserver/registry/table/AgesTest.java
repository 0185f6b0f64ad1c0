package io.i2kit.apiserver.registry.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgesTest {
    @ParameterizedTest
    @CsvSource({
        "PT5S, 5s",
        "PT119S, 119s",
        "PT2M, 2m",
        "PT3M5S, 3m5s",
        "PT10M5S, 10m",
        "PT179M, 179m",
        "PT3H, 3h",
        "PT3H5M, 3h5m",
        "PT9H5M, 9h",
        "P2D, 2d",
        "P2DT3H, 2d3h",
        "P9DT3H, 9d",
        "P800D, 2y70d",
        "P3000D, 8y",
    })
    void writesDurationsAsKubectlShowsThem(Duration duration, String text) {
        assertThat(Ages.human(duration)).isEqualTo(text);
    }

    @Test
    void unknownWithoutATimestamp() {
        assertThat(Ages.since("").at(Instant.EPOCH)).isEqualTo("<unknown>");
    }
}
