package io.i2kit.apiserver.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.registry.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Cells as upstream's printers_test.go has them. */
class PodColumnsTest {
    private static String cells(String json) {
        var pod = Json.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        Instant now = Instant.parse("2026-01-01T01:00:00Z");
        return PodColumns.ALL.subList(1, 4).stream()
                .map(column -> column.shown(pod, now).toString())
                .reduce((one, other) -> one + " | " + other)
                .orElseThrow();
    }

    @Test
    void running() {
        assertThat(cells("{'spec':{'containers':[{},{}]},'status':{'phase':'Running','containerStatuses':["
                        + "{'ready':true,'restartCount':3,'state':{'running':{}},"
                        + "'lastState':{'terminated':{'finishedAt':'2026-01-01T00:55:00Z'}}},{'restartCount':0}]}}"))
                .isEqualTo("1/2 | Running | 3 (5m ago)");
    }

    @Test
    void waitingForItsImage() {
        assertThat(cells("{'spec':{'containers':[{}]},'status':{'phase':'Pending','containerStatuses':["
                        + "{'state':{'waiting':{'reason':'ImagePullBackOff'}}}]}}"))
                .isEqualTo("0/1 | ImagePullBackOff | 0");
    }

    @Test
    void initializing() {
        assertThat(cells("{'spec':{'containers':[{}],'initContainers':[{'name':'a'},{'name':'b'}]},'status':{"
                        + "'phase':'Pending','initContainerStatuses':[{'name':'a','state':{'terminated':{'exitCode':0}}},"
                        + "{'name':'b','state':{'running':{}}}]}}"))
                .isEqualTo("0/1 | Init:1/2 | 0");
    }

    @Test
    void failedInInit() {
        assertThat(cells("{'spec':{'containers':[{}],'initContainers':[{'name':'a'}]},'status':{'phase':'Pending',"
                        + "'initContainerStatuses':[{'name':'a','state':{'terminated':{'exitCode':2}}}]}}"))
                .isEqualTo("0/1 | Init:ExitCode:2 | 0");
    }

    @Test
    void completedAndTerminating() {
        assertThat(cells("{'spec':{'containers':[{}]},'status':{'phase':'Succeeded','containerStatuses':["
                        + "{'state':{'terminated':{'reason':'Completed','exitCode':0}}}]}}"))
                .isEqualTo("0/1 | Completed | 0");
        assertThat(cells("{'metadata':{'deletionTimestamp':'2026-01-01T00:00:00Z'},'spec':{'containers':[{}]},"
                        + "'status':{'phase':'Running'}}"))
                .isEqualTo("0/1 | Terminating | 0");
    }
}
