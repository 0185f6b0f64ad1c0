package io.i2kit.apiserver.registry.apps;

import static io.i2kit.apiserver.registry.StrategyHarness.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.registry.StrategyHarness;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** StatefulSets, DaemonSets and ControllerRevisions. */
class SetStrategiesTest {
    private static final String TEMPLATE =
            "'template':{'metadata':{'labels':{'a':'b'}},'spec':{'containers':[{'name':'c','image':'i:1'}]}}";
    private static final String SELECTOR = "'selector':{'matchLabels':{'a':'b'}},";

    private final StrategyHarness stateful = new StrategyHarness(new StatefulSetStrategy());
    private final StrategyHarness daemons = new StrategyHarness(new DaemonSetStrategy());

    private static String set(String spec) {
        return "{'spec':{" + (spec.isEmpty() ? "" : spec + ",") + SELECTOR + TEMPLATE + "}}";
    }

    @Test
    void aStatefulSetGetsItsDefaults() {
        ObjectNode object = stateful.created(set("'volumeClaimTemplates':[{'metadata':{'name':'data'},'spec':{"
                + "'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}]"));
        ObjectNode spec = object.withObjectProperty("spec").deepCopy();
        spec.remove(List.of("template", "selector"));
        assertThat(spec)
                .isEqualTo(tree(
                        "{'volumeClaimTemplates':[{'metadata':{'name':'data'},'spec':{'accessModes':['ReadWriteOnce'],"
                                + "'resources':{'requests':{'storage':'1Gi'}},'volumeMode':'Filesystem'},'apiVersion':'v1',"
                                + "'kind':'PersistentVolumeClaim','status':{'phase':'Pending'}}],'podManagementPolicy':'OrderedReady',"
                                + "'updateStrategy':{'type':'RollingUpdate','rollingUpdate':{'partition':0,'maxUnavailable':1}},"
                                + "'persistentVolumeClaimRetentionPolicy':{'whenDeleted':'Retain','whenScaled':'Retain'},"
                                + "'replicas':1,'revisionHistoryLimit':10}"));
        assertThat(object.path("status")).isEqualTo(tree("{'replicas':0,'availableReplicas':0}"));
    }

    @Test
    void claimTemplatesAreVolumesOfThePods() {
        String mounted = "{'spec':{" + SELECTOR
                + "'volumeClaimTemplates':[{'metadata':{'name':'data'},'spec':{'accessModes':['ReadWriteOnce'],"
                + "'resources':{'requests':{'storage':'1Gi'}}}}],'template':{'metadata':{'labels':{'a':'b'}},'spec':{'containers':["
                + "{'name':'c','image':'i:1','volumeMounts':[{'name':'data','mountPath':'/data'}]}]}}}}";
        assertThat(stateful.faults(mounted)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'podManagementPolicy':'Odd'|spec.podManagementPolicy: Invalid value: \"Odd\": must be 'OrderedReady' or 'Parallel'",
                "'updateStrategy':{'type':'Odd'}|spec.updateStrategy: Invalid value: {\"Type\":\"Odd\",\"RollingUpdate\":null}: must be"
                        + " 'RollingUpdate' or 'OnDelete'",
                "'updateStrategy':{'type':'OnDelete','rollingUpdate':{'partition':1}}|spec.updateStrategy.rollingUpdate: Invalid value:"
                        + " {\"Partition\":1,\"MaxUnavailable\":null}: only allowed for updateStrategy 'RollingUpdate'",
                "'updateStrategy':{'type':'RollingUpdate','rollingUpdate':{'maxUnavailable':0}}"
                        + "|spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: 0: cannot be 0",
                "'persistentVolumeClaimRetentionPolicy':{'whenScaled':'Odd'}|spec.persistentVolumeClaimRetentionPolicy.whenScaled:"
                        + " Unsupported value: \"Odd\": supported values: \"Retain\", \"Delete\"",
                "'replicas':-1|spec.replicas: Invalid value: -1: must be greater than or equal to 0",
                "'ordinals':{'start':-1}|spec.ordinals.start: Invalid value: -1: must be greater than or equal to 0",
                "'volumeClaimTemplates':[{'metadata':{'name':'d'},'spec':{'accessModes':['Odd'],"
                        + "'resources':{'requests':{'storage':'1Gi'}}}}]|spec.volumeClaimTemplates[0].spec.accessModes: Unsupported value:"
                        + " \"Odd\": supported values: \"ReadOnlyMany\", \"ReadWriteMany\", \"ReadWriteOnce\", \"ReadWriteOncePod\"",
            })
    void refusesStatefulSetsWithUpstreamsWords(String spec, String fault) {
        assertThat(stateful.faults(set(spec))).containsExactly(fault);
    }

    @Test
    void aSelectorIsNeeded() {
        assertThat(stateful.faults("{'spec':{" + TEMPLATE + "}}"))
                .containsExactly(
                        "spec.selector: Required value",
                        "spec.template.metadata.labels: Invalid value: {\"a\":\"b\"}: `selector` does not match template `labels`");
        assertThat(daemons.faults("{'spec':{'selector':{}," + TEMPLATE + "}}"))
                .containsExactly("spec.selector: Invalid value: {}: empty selector is invalid for daemonset");
    }

    @Test
    void anInvalidSelectorIsAllThatIsSaidOfTheLabels() {
        String invalid = "{'spec':{'selector':{'matchExpressions':[{'key':'a','operator':'In'}]}," + TEMPLATE + "}}";
        String fault =
                "spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'";
        assertThat(daemons.faults(invalid)).containsExactly(fault);
        assertThat(stateful.faults(invalid))
                .containsExactly(
                        fault,
                        "spec.selector: Invalid value: {\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"In\"}]}");
    }

    @Test
    void aTemplateIsThereThoughNobodyWroteIt() {
        assertThat(stateful.faults("{}"))
                .containsExactly(
                        "spec.selector: Required value",
                        "spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`",
                        "spec.template.spec.containers: Required value");
        assertThat(daemons.faults("{'spec':{'selector':{}}}"))
                .containsExactly(
                        "spec.selector: Invalid value: {}: empty selector is invalid for daemonset",
                        "spec.template.spec.containers: Required value");
    }

    @Test
    void mostOfAStatefulSetNeverChanges() {
        ObjectNode old = stateful.created(set("'serviceName':'s'"));
        ObjectNode changed = old.deepCopy();
        changed.withObjectProperty("spec")
                .put("serviceName", "t")
                .put("podManagementPolicy", "Parallel")
                .put("replicas", 3);
        assertThat(stateful.updateFaults(old, changed))
                .containsExactly(
                        "spec.serviceName: Invalid value: \"t\": field is immutable",
                        "spec.podManagementPolicy: Invalid value: \"Parallel\": field is immutable");
        assertThat(changed.at("/metadata/generation").asInt()).isEqualTo(2);
        assertThat(stateful.statusFaults(old, "{'replicas':1,'readyReplicas':2}"))
                .containsExactly("status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas");
    }

    @Test
    void aDaemonSetGetsItsDefaultsAndCountsItsTemplates() {
        ObjectNode old = daemons.created(set(""));
        assertThat(old.at("/spec/updateStrategy"))
                .isEqualTo(tree("{'type':'RollingUpdate','rollingUpdate':{'maxUnavailable':1,'maxSurge':0}}"));
        assertThat(old.at("/metadata/annotations/deprecated.daemonset.template.generation")
                        .asString())
                .isEqualTo("1");
        ObjectNode changed = old.deepCopy();
        ((ObjectNode) changed.at("/spec/template/spec/containers/0")).put("image", "i:2");
        assertThat(daemons.updateFaults(old, changed)).isEmpty();
        assertThat(changed.at("/metadata/annotations/deprecated.daemonset.template.generation")
                        .asString())
                .isEqualTo("2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'updateStrategy':{'type':'Odd','rollingUpdate':{'maxSurge':1}}|spec.updateStrategy: Unsupported value:"
                        + " {\"Type\":\"Odd\",\"RollingUpdate\":{\"MaxUnavailable\":0,\"MaxSurge\":1}}: supported values:"
                        + " \"RollingUpdate\", \"OnDelete\"",
                "'updateStrategy':{'type':'Odd'}|spec.updateStrategy: Unsupported value: {\"Type\":\"Odd\",\"RollingUpdate\":null}:"
                        + " supported values: \"RollingUpdate\", \"OnDelete\"",
                "'updateStrategy':{'rollingUpdate':{'maxSurge':1}}|spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may"
                        + " not be set when maxUnavailable is non-zero",
                "'updateStrategy':{'rollingUpdate':{'maxUnavailable':0}}|spec.updateStrategy.rollingUpdate.maxUnavailable: Required"
                        + " value: cannot be 0 when maxSurge is 0",
                "'updateStrategy':{'rollingUpdate':{'maxUnavailable':'200%'}}|spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid"
                        + " value: \"200%\": must not be greater than 100%",
                "'minReadySeconds':-1|spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0",
            })
    void refusesDaemonSetsWithUpstreamsWords(String spec, String fault) {
        assertThat(daemons.faults(set(spec))).containsExactly(fault);
    }

    @Test
    void controllerRevisionsHoldDataThatNeverChanges() {
        StrategyHarness revisions = new StrategyHarness(new ControllerRevisionStrategy());
        assertThat(revisions.faults("{'revision':-1}"))
                .containsExactly(
                        "revision: Invalid value: -1: must be greater than or equal to 0",
                        "data: Required value: data is mandatory");
        assertThat(revisions.faults("{'revision':1,'data':3}"))
                .containsExactly("data: Required value: data must be a valid JSON object");
        ObjectNode old = revisions.created("{'revision':1,'data':{'a':1}}");
        ObjectNode changed = old.deepCopy();
        changed.putObject("data").put("a", 2);
        assertThat(revisions.updateFaults(old, changed))
                .containsExactly("data: Invalid value: {\"a\":2}: field is immutable");
        assertThat(revisions.updateFaults(old, old.deepCopy().without("data")))
                .containsExactly("data: Invalid value: null: field is immutable");
    }
}
