package io.i2kit.apiserver.registry.node;

import static io.i2kit.apiserver.registry.StrategyHarness.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.registry.StrategyHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RuntimeClasses. */
class RuntimeClassStrategyTest {
    private final StrategyHarness classes = new StrategyHarness(new RuntimeClassStrategy());

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{}|handler: Required value",
                "{'handler':'h','overhead':{'podFixed':{'cpu':'-1'}}}|overhead.limits[cpu]: Invalid value: \"-1\": must be greater"
                        + " than or equal to 0",
                "{'handler':'h','scheduling':{'tolerations':[{'operator':'Exists','key':'k'},{'operator':'Exists','key':'k'}]}}"
                        + "|scheduling.tolerations[1]: Duplicate value: {\"Key\":\"k\",\"Operator\":\"Exists\",\"Value\":\"\","
                        + "\"Effect\":\"\",\"TolerationSeconds\":null}"
            })
    void faultsAreThoseOfUpstream(String object, String fault) {
        assertThat(classes.faults(object)).containsExactly(fault);
    }

    @Test
    void theHandlerIsALabelThatStays() {
        assertThat(classes.faults("{'handler':'runc'}")).isEmpty();
        assertThat(classes.faults("{'handler':'Run.C'}"))
                .singleElement()
                .asString()
                .startsWith("handler: Invalid value: \"Run.C\"");
        assertThat(classes.updateFaults(classes.created("{'handler':'a'}"), tree("{'handler':'b'}")))
                .containsExactly("handler: Invalid value: null: field is immutable");
        assertThat(classes.updateFaults(
                        classes.created("{'handler':'a'}"),
                        tree("{'handler':'a','scheduling':{'tolerations':[{'operator':'Equal'}]}}")))
                .containsExactly(
                        "scheduling.tolerations[0].operator: Invalid value: \"Equal\": operator must be Exists when `key` is empty,"
                                + " which means \"match all values and all keys\"");
    }
}
