package io.i2kit.cloud.aws.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.cloud.aws.MotoServer;
import io.i2kit.cloud.aws.faults.StackLife.Outcome;
import io.i2kit.cloud.aws.faults.StackLife.Phase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of a creation, one of an update and one of a deletion go wrong on the wire, in every way and at every place, one after the
 * other; the account is compared with one in which nothing went wrong. The phases are apart, since each begins where a faultless
 * one would. A sample is drawn by a seed, which is printed; {@code -Di2kit.seed=} repeats it, {@code -Di2kit.faults=RESET,FAILED} is
 * for some faults only.
 */
class AwsFaultsTest {
    private static final Logger LOG = LoggerFactory.getLogger(AwsFaultsTest.class);
    private static final int SAMPLE = 6;

    private static MotoServer moto;
    private static Map<Phase, Outcome> faultless;

    @BeforeAll
    static void liveWithoutFaults() throws IOException, InterruptedException {
        moto = MotoServer.start();
        faultless = new EnumMap<>(Phase.class);
        try (StackLife life = new StackLife(moto)) {
            for (Phase phase : Phase.values()) {
                faultless.put(phase, life.run(phase, 0, null));
            }
        }
    }

    @AfterAll
    static void stop() {
        if (moto != null) {
            moto.close();
        }
    }

    /** @param call of each phase, of those that the fault can come upon, counted from 0 */
    private record Plan(WireFault fault, int call) {}

    private static List<Plan> plans() {
        List<Plan> plans = new ArrayList<>();
        for (WireFault fault : WireFault.values()) {
            long longest = faultless.values().stream()
                    .mapToLong(outcome ->
                            outcome.calls().stream().filter(fault::canMeet).count())
                    .max()
                    .orElseThrow();
            IntStream.range(0, (int) longest).forEach(call -> plans.add(new Plan(fault, call)));
        }
        String only = System.getProperty("i2kit.faults", "");
        plans.removeIf(plan -> !only.isEmpty()
                && !List.of(only.split(",")).contains(plan.fault().name()));
        return plans;
    }

    /** The reference is one that is worth comparing with. */
    @Test
    void withoutFaultsThingsAreMadeAndNothingIsLeft() {
        assertThat(String.join("\n", faultless.get(Phase.CREATE).state().keySet()))
                .contains(
                        "group i2kit-test-web 0-2-",
                        "listener front TLS 443",
                        "listener front UDP 53",
                        "security-group i2kit-machine [-1[][sg]]",
                        "listener i2kit-shared-test-1 TCP 5432",
                        "instance t3",
                        "record *.example.com. A 0 [] alias",
                        "record a-www.example.com. TXT 300 ",
                        "record front.default.svc.cluster.local. CNAME",
                        "record web.default.svc.cluster.local. A");
        assertThat(String.join("\n", faultless.get(Phase.UPDATE).state().keySet()))
                .contains(
                        "group i2kit-test-web 0-1-",
                        "group i2kit-test-next 0-1-",
                        "listener front TCP 443",
                        "TCP 5433");
        assertThat(faultless.get(Phase.DELETE).state().keySet())
                .noneMatch(line ->
                        line.matches("(group|launch-template|instance|load-balancer|listener|target-group|object).*"))
                .noneMatch(line -> line.matches("security-group i2kit-machine .*\\[sg].*"))
                .noneMatch(line -> line.startsWith("record ")
                        && !line.matches("record (cluster\\.local|example\\.com)\\. (NS|SOA) .*"));
    }

    @Test
    void aSampleOfFaultsDoesNotChangeTheEnd() throws Exception {
        long seed = Long.getLong("i2kit.seed", System.nanoTime());
        LOG.info("faults drawn by seed {}", seed);
        List<Plan> plans = plans();
        Collections.shuffle(plans, new Random(seed));
        live(plans.subList(0, SAMPLE));
    }

    @Test
    @Tag("exhaustive")
    void noFaultAtAnyCallChangesTheEnd() throws Exception {
        live(plans());
    }

    private static void live(List<Plan> plans) throws Exception {
        SoftAssertions softly = new SoftAssertions();
        int done = 0;
        for (Plan plan : plans) {
            LOG.info("{} at call {}: {} of {}", plan.fault(), plan.call(), ++done, plans.size());
            live(plan, softly);
        }
        softly.assertAll();
    }

    private static void live(Plan plan, SoftAssertions softly) throws Exception {
        String what = plan + " in";
        try (StackLife life = new StackLife(moto)) {
            for (Phase phase : Phase.values()) {
                what = plan + " in " + phase;
                Outcome outcome = life.run(phase, plan.call(), plan.fault());
                what += " (" + outcome.wrong() + ")";
                Map<String, Integer> wanted = faultless.get(phase).state();
                softly.assertThat(surplus(outcome.state(), wanted))
                        .as("%s: too much", what)
                        .isEmpty();
                softly.assertThat(surplus(wanted, outcome.state()))
                        .as("%s: missing", what)
                        .isEmpty();
                if (!wanted.equals(outcome.state())) {
                    LOG.warn(
                            "{}: not as it should be: too much {}, missing {}",
                            what,
                            surplus(outcome.state(), wanted),
                            surplus(wanted, outcome.state()));
                    return;
                }
            }
        } catch (AssertionError e) {
            LOG.warn("{}", what, e);
            softly.fail(what, e);
        }
    }

    private static List<String> surplus(Map<String, Integer> all, Map<String, Integer> without) {
        return all.entrySet().stream()
                .filter(line -> !line.getValue().equals(without.get(line.getKey())))
                .map(line -> line.getValue() + " × " + line.getKey())
                .toList();
    }
}
