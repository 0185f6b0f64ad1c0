package io.i2kit.apiserver.registry.apps;

import static io.i2kit.apiserver.registry.StrategyHarness.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.registry.StrategyHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** ReplicationControllers. */
class ReplicationControllerStrategyTest {
    private static final String TEMPLATE =
            "'template':{'metadata':{'labels':{'a':'b'}},'spec':{'containers':[{'name':'c','image':'i:1'}]}}";

    private final StrategyHarness controllers = new StrategyHarness(new ReplicationControllerStrategy());

    @Test
    void selectorAndLabelsFollowTheTemplate() {
        ObjectNode object = controllers.created("{'spec':{" + TEMPLATE + "}}");
        assertThat(object.at("/spec/selector")).isEqualTo(tree("{'a':'b'}"));
        assertThat(object.at("/metadata/labels")).isEqualTo(tree("{'a':'b'}"));
        assertThat(object.at("/spec/replicas").asInt()).isEqualTo(1);
        assertThat(object.at("/status")).isEqualTo(tree("{'replicas':0}"));
        assertThat(controllers.faults("{'spec':{" + TEMPLATE + "}}")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "'selector':{'a':'c'}|spec.template.metadata.labels: Invalid value: {\"a\":\"b\"}: `selector` does not match template"
                        + " `labels`",
                "'replicas':-1|spec.replicas: Invalid value: -1: must be greater than or equal to 0",
                "'minReadySeconds':-1|spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0"
            })
    void faultsAreThoseOfUpstream(String spec, String fault) {
        assertThat(controllers.faults("{'spec':{" + spec + "," + TEMPLATE + "}}"))
                .containsExactly(fault);
    }

    @Test
    void aTemplateIsRequired() {
        assertThat(controllers.faults("{'spec':{'selector':{'a':'b'}}}"))
                .containsExactly("spec.template: Required value");
        assertThat(controllers.faults("{'spec':{}}"))
                .containsExactly("spec.selector: Required value", "spec.template: Required value");
    }

    @Test
    void theSelectorMayChangeWithTheTemplate() {
        ObjectNode old = controllers.created("{'spec':{" + TEMPLATE + "}}");
        ObjectNode changed =
                tree("{'metadata':{'name':'x','uid':'u'},'spec':{'selector':{'a':'c'},'template':{'metadata':{"
                        + "'labels':{'a':'c'}},'spec':{'containers':[{'name':'c','image':'i:1'}]}}}}");
        assertThat(controllers.updateFaults(old, changed)).isEmpty();
        assertThat(changed.at("/metadata/generation").asInt()).isEqualTo(2);
    }

    @Test
    void aStatusCountsNoMoreThanThereIs() {
        ObjectNode old = controllers.created("{'spec':{" + TEMPLATE + "}}");
        assertThat(controllers.statusFaults(old, "{'replicas':1,'readyReplicas':2}"))
                .containsExactly("status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas");
    }
}
