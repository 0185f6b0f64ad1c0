package io.i2kit.apiserver.controller.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.controller.deployment.ReplicaSetView.Counts;
import io.i2kit.apiserver.controller.deployment.Sizes.Resize;
import io.i2kit.apiserver.storage.ObjectKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** The arithmetic, on the worked examples of upstream's rolling.go, sync.go, deployment_util.go and their tests. */
class SizesTest {
    private static JsonNode amount(String text) {
        return text.endsWith("%")
                ? JsonNodeFactory.instance.stringNode(text)
                : JsonNodeFactory.instance.numberNode(Integer.parseInt(text));
    }

    private static Limits limits(int replicas, String surge, String unavailable) {
        return Limits.rolling(replicas, amount(surge), amount(unavailable));
    }

    /** @param age the smaller the older */
    private static ReplicaSetView set(
            String name, int age, int replicas, int available, Map<String, String> annotations) {
        return new ReplicaSetView(
                new ObjectKey(ReplicaSetView.RESOURCE, "default", name),
                name,
                Instant.EPOCH.plusSeconds(age),
                replicas,
                new Counts(replicas, available, available, null, 1),
                annotations,
                JsonNodeFactory.instance.objectNode());
    }

    private static ReplicaSetView set(String name, int age, int replicas, int available) {
        return set(name, age, replicas, available, Map.of());
    }

    private static List<String> texts(List<Resize> resizes) {
        return resizes.stream()
                .map(resize -> resize.set().key().name() + ":" + resize.replicas())
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        // replicas, maxSurge, maxUnavailable, surge, unavailable
        "2, 0%, 1%, 0, 1",
        "1, 0%, 1%, 0, 1",
        "2, 1%, 25%, 1, 0",
        "1, 1%, 25%, 1, 0",
        "2, 1%, 0%, 1, 0",
        "1, 1%, 0%, 1, 0",
        "10, 25%, 25%, 3, 2",
        "3, 25%, 25%, 1, 0",
        "4, 25%, 25%, 1, 1",
        "10, 3, 2, 3, 2",
        "2, 0, 5, 0, 2",
        "0, 25%, 25%, 0, 0",
        "1, 1, 0, 1, 0",
        "10, 100%, 0%, 10, 0"
    })
    void resolvesSurgeAndUnavailable(
            int replicas, String surge, String unavailable, int wantSurge, int wantUnavailable) {
        Limits limits = limits(replicas, surge, unavailable);
        assertThat(limits.surge()).isEqualTo(wantSurge);
        assertThat(limits.unavailable()).isEqualTo(wantUnavailable);
    }

    @ParameterizedTest
    @CsvSource({
        // wanted, surge, size of new, size of old, size then (TestDeploymentController_reconcileNewReplicaSet)
        "10, 0, 0, 0, 10",
        "10, 5, 0, 10, 5",
        "10, 0, 0, 10, 0",
        "10, 5, 0, 0, 10",
        "10, 3, 3, 8, 5",
        "10, 3, 5, 8, 5",
        "3, 1, 0, 3, 1",
        "3, 1, 2, 1, 3"
    })
    void growsTheNewReplicaSetAsFarAsSurgeAllows(int wanted, String surge, int ofNew, int ofOld, int then) {
        assertThat(Sizes.ofNew(limits(wanted, surge, "1"), ofNew + ofOld, ofNew))
                .isEqualTo(then);
    }

    @Test
    void recreateMakesAllAtOnce() {
        assertThat(Sizes.ofNew(Limits.recreate(4), 0, 0)).isEqualTo(4);
        assertThat(Limits.recreate(4).leastAvailable()).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({
        // maxUnavailable, size of old, size of new, available of old, available of new, most that may go
        // (TestDeploymentController_reconcileOldReplicaSets, 10 wanted)
        "0, 10, 0, 10, 0, 0",
        "2, 10, 0, 10, 0, 2",
        "2, 10, 0, 8, 0, 2",
        "2, 10, 0, 9, 0, 2",
        "2, 9, 2, 8, 0, 1",
        "2, 8, 5, 8, 0, 0",
        "2, 5, 8, 0, 7, 4",
        "2, 13, 0, 8, 0, 5"
    })
    void limitsWhatMayGo(int unavailable, int old, int fresh, int oldAvailable, int freshAvailable, int most) {
        Limits limits = limits(10, "3", Integer.toString(unavailable));
        ReplicaSetView newest = set("new", 2, fresh, freshAvailable);
        List<ReplicaSetView> all = List.of(set("old", 1, old, oldAvailable), newest);
        assertThat(Sizes.removable(limits, all, newest)).isEqualTo(most);
    }

    @Test
    void unhealthyPodsGoFirstAndOldestFirst() {
        // TestDeploymentController_cleanupUnhealthyReplicas
        assertThat(texts(Sizes.withoutUnhealthy(List.of(set("old", 1, 10, 8)), 1)))
                .containsExactly("old:9");
        assertThat(texts(Sizes.withoutUnhealthy(List.of(set("old", 1, 10, 8)), 3)))
                .containsExactly("old:8");
        assertThat(texts(Sizes.withoutUnhealthy(List.of(set("old", 1, 10, 0)), 10)))
                .containsExactly("old:0");
        assertThat(texts(Sizes.withoutUnhealthy(List.of(set("old", 1, 10, 10)), 3)))
                .isEmpty();
        assertThat(texts(Sizes.withoutUnhealthy(
                        List.of(set("younger", 2, 4, 1), set("older", 1, 4, 2), set("empty", 0, 0, 0)), 4)))
                .containsExactly("older:2", "younger:2");
    }

    @Test
    void oldOnesShrinkAsFarAsAvailabilityAllows() {
        // TestDeploymentController_scaleDownOldReplicaSetsForRollingUpdate
        assertThat(texts(Sizes.ofOld(limits(10, "3", "0"), List.of(set("old", 1, 10, 10)), 10)))
                .isEmpty();
        assertThat(texts(Sizes.ofOld(limits(10, "0", "2"), List.of(set("old", 1, 10, 10)), 10)))
                .containsExactly("old:8");
        assertThat(texts(Sizes.ofOld(limits(10, "0", "2"), List.of(set("old", 1, 10, 8)), 8)))
                .isEmpty();
        assertThat(texts(Sizes.ofOld(limits(10, "3", "2"), List.of(set("b", 2, 4, 4), set("a", 1, 3, 3)), 13)))
                .containsExactly("a:0", "b:2");
    }

    @Test
    void theOnlyActiveOrTheNewestTakesAScaling() {
        ReplicaSetView newest = set("new", 3, 0, 0);
        ReplicaSetView older = set("older", 1, 0, 0);
        ReplicaSetView younger = set("younger", 2, 0, 0);
        assertThat(Sizes.onlyActiveOrNewest(null, List.of())).isNull();
        assertThat(Sizes.onlyActiveOrNewest(newest, List.of(older, younger))).isSameAs(newest);
        assertThat(Sizes.onlyActiveOrNewest(null, List.of(older, younger))).isSameAs(younger);
        ReplicaSetView active = set("active", 1, 3, 3);
        assertThat(Sizes.onlyActiveOrNewest(newest, List.of(active, younger))).isSameAs(active);
        assertThat(Sizes.onlyActiveOrNewest(set("new", 3, 1, 1), List.of(active)))
                .isNull();
    }

    private static ReplicaSetView sized(String name, int age, int replicas, int mostBefore) {
        return set(name, age, replicas, replicas, Map.of(Annotations.MAX_REPLICAS, Integer.toString(mostBefore)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // wanted now | surge | greatest number before | sizes from the newest to the oldest | then (TestScale)
                "10 | 0 | 10 | 10 | 10",
                "10 | 0 | 10 | 5,5 | 5,5",
                "8  | 0 | 10 | 5,5 | 4,4",
                "12 | 0 | 10 | 5,5 | 6,6",
                "10 | 0 | 5  | 3,2 | 6,4",
                "4  | 0 | 10 | 5,5 | 2,2",
                "0  | 0 | 10 | 5,5 | 0,0",
                "6  | 0 | 10 | 2,8 | 1,5",
                "20 | 0 | 10 | 7,2,1 | 14,4,2",
                "15 | 3 | 13 | 5,8 | 7,11",
                "22 | 0 | 10 | 3,3,4 | 7,6,9",
                "2  | 0 | 3  | 1,1,1 | 1,1,0"
            })
    void scalesInProportion(int wanted, String surge, int before, String sizes, String then) {
        List<ReplicaSetView> sets = new ArrayList<>();
        String[] now = sizes.strip().split(",");
        for (int i = 0; i < now.length; i++) {
            sets.add(sized("rs" + i, 100 - i, Integer.parseInt(now[i]), before));
        }
        List<Resize> resizes = Sizes.proportional(limits(wanted, surge.strip(), "1"), sets, 0);
        List<String> inOrder = sets.stream()
                .map(set -> resizes.stream()
                        .filter(resize -> resize.set() == set)
                        .map(resize -> Integer.toString(resize.replicas()))
                        .findFirst()
                        .orElse("missing"))
                .toList();
        assertThat(String.join(",", inOrder)).isEqualTo(then.strip());
    }

    @Test
    void proportionsNeverMissTheTotal() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            int[] sizes = random.ints(2 + random.nextInt(4), 1, 21).toArray();
            int total = Arrays.stream(sizes).sum();
            List<ReplicaSetView> sets = new ArrayList<>();
            for (int s = 0; s < sizes.length; s++) {
                sets.add(sized("rs" + s, s, sizes[s], total + random.nextInt(3)));
            }
            Limits limits = limits(random.nextInt(60), Integer.toString(random.nextInt(5)), "1");
            int allowed = limits.replicas() > 0 ? limits.most() : 0;
            List<Resize> resizes = Sizes.proportional(limits, sets, total);
            int sum = resizes.stream().mapToInt(Resize::replicas).sum();
            assertThat(resizes).as("seed %d", seed).allMatch(resize -> resize.replicas() >= 0);
            if (allowed >= total) {
                assertThat(sum).as("seed %d, round %d", seed, i).isEqualTo(allowed);
            } else {
                assertThat(sum).as("seed %d, round %d", seed, i).isBetween(allowed, total);
            }
        }
    }

    @Test
    void aSaturatedReplicaSetHasAllKnowsItAndAllAreAvailable() {
        Limits limits = limits(3, "1", "0");
        Map<String, String> knows = Map.of(Annotations.DESIRED_REPLICAS, "3");
        assertThat(Sizes.saturated(limits, set("new", 1, 3, 3, knows))).isTrue();
        assertThat(Sizes.saturated(limits, set("new", 1, 3, 2, knows))).isFalse();
        assertThat(Sizes.saturated(limits, set("new", 1, 2, 2, knows))).isFalse();
        assertThat(Sizes.saturated(limits, set("new", 1, 3, 3))).isFalse();
        assertThat(Sizes.saturated(limits, null)).isFalse();
    }
}
