package io.i2kit.apiserver.controller.pod;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How a kept log is shown. */
class LogLinesTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:01:00Z");
    private static final String LOG = """
            2026-01-01T00:00:01.5Z stdout F one
            2026-01-01T00:00:02Z stderr P two
            2026-01-01T00:00:02.1Z stderr F -and-a-half
            2026-01-01T00:00:50Z stdout F\s
            2026-01-01T00:00:51Z stdout F fo ur
            torn
            """;

    private static String show(Map<String, String> parameters) {
        byte[] log = LOG.getBytes(StandardCharsets.UTF_8);
        return new String(LogLines.of(parameters, NOW).show(log), StandardCharsets.UTF_8);
    }

    @Test
    void linesAreShownWithoutWhatTheRuntimeAdds() {
        assertThat(show(Map.of())).isEqualTo("one\ntwo-and-a-half\n\nfo ur\n");
    }

    @Test
    void optionsChoose() {
        assertThat(show(Map.of("tailLines", "2"))).isEqualTo("\nfo ur\n");
        assertThat(show(Map.of("tailLines", "0"))).isEmpty();
        assertThat(show(Map.of("sinceSeconds", "11"))).isEqualTo("\nfo ur\n");
        assertThat(show(Map.of("sinceTime", "2026-01-01T01:00:51+01:00"))).isEqualTo("fo ur\n");
        assertThat(show(Map.of("limitBytes", "6"))).isEqualTo("one\ntw");
        assertThat(show(Map.of("timestamps", "true", "tailLines", "3")))
                .isEqualTo("2026-01-01T00:00:02Z two-and-a-half\n2026-01-01T00:00:50Z \n2026-01-01T00:00:51Z fo ur\n");
    }

    @Test
    void nothingGivesNothing() {
        assertThat(LogLines.of(Map.of(), NOW).show(new byte[0])).isEmpty();
    }
}
