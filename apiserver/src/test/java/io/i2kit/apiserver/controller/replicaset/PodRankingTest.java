package io.i2kit.apiserver.controller.replicaset;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.controller.ObjectSelector;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.StoredObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The order of {@code TestSortingActivePodsWithRanks} in {@code pkg/controller/controller_utils_test.go}. */
class PodRankingTest {
    private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");
    private static final String HOUR_AGO = "2026-05-01T11:00:00Z";
    private static final String MINUTE_AGO = "2026-05-01T11:59:00Z";

    @Test
    void podsGoInUpstreamsOrder() {
        List<ReplicaPod> order = List.of(
                pod("a-unassigned", "", "Pending", "", 0, HOUR_AGO, ""),
                pod("b-pending", "n", "Pending", "", 0, HOUR_AGO, ""),
                pod("c-not-ready", "n", "Running", "", 0, HOUR_AGO, ""),
                pod("d-cheap", "n", "Running", HOUR_AGO, 0, HOUR_AGO, "-5"),
                pod("e-ready-a-minute", "n", "Running", MINUTE_AGO, 0, HOUR_AGO, ""),
                pod("f-restarted", "n", "Running", HOUR_AGO, 3, HOUR_AGO, ""),
                pod("g-young", "n", "Running", HOUR_AGO, 0, MINUTE_AGO, ""),
                pod("h-first-by-uid", "n", "Running", HOUR_AGO, 0, HOUR_AGO, ""),
                pod("i-last-by-uid", "n", "Running", HOUR_AGO, 0, HOUR_AGO, ""),
                pod("j-dear", "n", "Running", MINUTE_AGO, 5, MINUTE_AGO, "7"));
        Random random = new Random(3);
        for (int run = 0; run < 50; run++) {
            List<ReplicaPod> shuffled = new ArrayList<>(order);
            Collections.shuffle(shuffled, random);
            for (int count = 0; count < order.size(); count++) {
                assertThat(PodRanking.toDelete(shuffled, shuffled, count, NOW)).isEqualTo(order.subList(0, count));
            }
        }
    }

    @Test
    void theFullerNodeGivesFirst() {
        ReplicaPod alone = pod("a", "n1", "Running", HOUR_AGO, 0, HOUR_AGO, "");
        ReplicaPod crowded = pod("b", "n2", "Running", HOUR_AGO, 0, HOUR_AGO, "");
        ReplicaPod sibling = pod("c", "n2", "Running", HOUR_AGO, 0, HOUR_AGO, "");
        assertThat(PodRanking.toDelete(List.of(alone, crowded), List.of(alone, crowded, sibling), 1, NOW))
                .containsExactly(crowded);
    }

    @Test
    void selectorsWithoutARequirementSelectNothing() {
        ReplicaPod pod = pod("a", "", "", "", 0, HOUR_AGO, "");
        ObjectSelector empty = new ObjectSelector(Map.of(), Set.of());
        assertThat(empty.matches(pod.labels())).isFalse();
    }

    private static ReplicaPod pod(
            String name, String node, String phase, String readySince, int restarts, String created, String cost) {
        String ready = readySince.isEmpty()
                ? ""
                : "{\"type\":\"Ready\",\"status\":\"True\",\"lastTransitionTime\":\"" + readySince + "\"}";
        String json = """
                {"metadata":{"name":"%s","uid":"%s","creationTimestamp":"%s",
                "annotations":{"controller.kubernetes.io/pod-deletion-cost":"%s"}},
                "spec":{"nodeName":"%s"},"status":{"phase":"%s","conditions":[%s],
                "containerStatuses":[{"restartCount":%d}]}}""".formatted(name, name, created, cost, node, phase, ready, restarts);
        return ReplicaPod.of(
                new StoredObject(new ObjectKey("pods", "default", name), 1, json.getBytes(StandardCharsets.UTF_8)));
    }
}
