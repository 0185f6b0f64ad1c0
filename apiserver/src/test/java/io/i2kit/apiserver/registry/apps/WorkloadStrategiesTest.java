package io.i2kit.apiserver.registry.apps;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.registry.RestStrategy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class WorkloadStrategiesTest {
    private static final String TEMPLATE =
            "'template':{'metadata':{'labels':{'a':'b'}},'spec':{'containers':" + "[{'name':'c','image':'nginx:1'}]}}";
    private static final String GOOD = "{'selector':{'matchLabels':{'a':'b'}}," + TEMPLATE + "}";

    private final DeploymentStrategy deployments = new DeploymentStrategy();
    private final ReplicaSetStrategy replicaSets = new ReplicaSetStrategy();

    private static ObjectNode tree(String text) {
        return (ObjectNode) JsonMapper.shared().readTree(text.replace('\'', '"'));
    }

    private static ObjectNode created(RestStrategy strategy, String kind, String spec) {
        ObjectNode object =
                tree("{'apiVersion':'apps/v1','kind':'" + kind + "','metadata':{'name':'d'},'spec':" + spec + "}");
        strategy.setDefaults(object);
        strategy.prepareForCreate(object);
        return object;
    }

    private ObjectNode deployment(String spec) {
        return created(deployments, "Deployment", spec);
    }

    private static List<String> faults(RestStrategy strategy, ObjectNode object) {
        List<String> out = new ArrayList<>();
        strategy.validate(object, error -> out.add(error.field() + ": " + error.message()));
        return out;
    }

    @Test
    void setsTheDefaultsOfADeployment() {
        ObjectNode object = deployment(GOOD);
        assertThat(object.path("spec").deepCopy())
                .isEqualTo(tree(
                        "{'selector':{'matchLabels':{'a':'b'}},'template':{'metadata':{'labels':{'a':'b'}},'spec':{"
                                + "'containers':[{'name':'c','image':'nginx:1','imagePullPolicy':'IfNotPresent',"
                                + "'terminationMessagePath':'/dev/termination-log','terminationMessagePolicy':'File','resources':{}}],"
                                + "'restartPolicy':'Always','terminationGracePeriodSeconds':30,'dnsPolicy':'ClusterFirst',"
                                + "'securityContext':{},'schedulerName':'default-scheduler'}},'replicas':1,"
                                + "'strategy':{'type':'RollingUpdate','rollingUpdate':{'maxUnavailable':'25%','maxSurge':'25%'}},"
                                + "'revisionHistoryLimit':10,'progressDeadlineSeconds':600}"));
        assertThat(object.at("/metadata/generation").asInt()).isEqualTo(1);
        assertThat(object.path("status").isEmpty()).isTrue();
        assertThat(faults(deployments, object)).isEmpty();
        assertThat(faults(replicaSets, created(replicaSets, "ReplicaSet", GOOD)))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{" + TEMPLATE + "}|spec.selector: Required value",
                "{'selector':{}," + TEMPLATE
                        + "}|spec.selector: Invalid value: {}: empty selector is invalid for deployment",
                "{'selector':{'matchLabels':{'a':'x'}}," + TEMPLATE + "}"
                        + "|spec.template.metadata.labels: Invalid value: {\"a\":\"b\"}: `selector` does not match template `labels`",
                "{'replicas':-1,'selector':{'matchLabels':{'a':'b'}}," + TEMPLATE + "}"
                        + "|spec.replicas: Invalid value: -1: must be greater than or equal to 0",
                "{'strategy':{'type':'Recreate','rollingUpdate':{}},'selector':{'matchLabels':{'a':'b'}}," + TEMPLATE
                        + "}"
                        + "|spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
                "{'strategy':{'rollingUpdate':{'maxUnavailable':0,'maxSurge':0}},'selector':{'matchLabels':{'a':'b'}},"
                        + TEMPLATE + "}"
                        + "|spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0",
                "{'strategy':{'rollingUpdate':{'maxUnavailable':'101%'}},'selector':{'matchLabels':{'a':'b'}},"
                        + TEMPLATE + "}"
                        + "|spec.strategy.rollingUpdate.maxUnavailable: Invalid value: \"101%\": must not be greater than 100%",
                "{'strategy':{'type':'Blue'},'selector':{'matchLabels':{'a':'b'}}," + TEMPLATE + "}"
                        + "|spec.strategy: Unsupported value: {\"Type\":\"Blue\",\"RollingUpdate\":null}: supported values: \"Recreate\", \"RollingUpdate\"",
                "{'minReadySeconds':600,'selector':{'matchLabels':{'a':'b'}}," + TEMPLATE + "}"
                        + "|spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds",
                "{'selector':{'matchLabels':{'a':'b'}},'template':{'metadata':{'labels':{'a':'b'}},'spec':{'restartPolicy':'Never',"
                        + "'containers':[{'name':'c','image':'i'}]}}}"
                        + "|spec.template.spec.restartPolicy: Unsupported value: \"Never\": supported values: \"Always\"",
                "{'selector':{'matchLabels':{'a':'b'}},'template':{'metadata':{'labels':{'a':'b'}},'spec':{'containers':[{'name':'C',"
                        + "'image':'i'}]}}}"
                        + "|spec.template.spec.containers[0].name: Invalid value: \"C\": a lowercase RFC 1123 label must consist of lower"
                        + " case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g."
                        + " 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
            })
    void refusesWithUpstreamsWords(String spec, String fault) {
        assertThat(faults(deployments, deployment(spec))).contains(fault);
    }

    @Test
    void selectorNeverChanges() {
        ObjectNode old = deployment(GOOD);
        ObjectNode changed = old.deepCopy();
        changed.withObjectProperty("spec").set("selector", tree("{'matchLabels':{'x':'y'}}"));
        List<String> out = new ArrayList<>();
        deployments.validateUpdate(changed, old, error -> out.add(error.field() + ": " + error.message()));
        assertThat(out).contains("spec.selector: Invalid value: {\"matchLabels\":{\"x\":\"y\"}}: field is immutable");
    }

    @Test
    void annotationsCountForDeploymentsOnly() {
        ObjectNode old = deployment(GOOD);
        ObjectNode changed = old.deepCopy();
        changed.withObjectProperty("metadata").putObject("annotations").put("a", "b");
        deployments.prepareForUpdate(changed, old);
        assertThat(changed.at("/metadata/generation").asInt()).isEqualTo(2);
        ObjectNode set = created(replicaSets, "ReplicaSet", GOOD);
        ObjectNode other = set.deepCopy();
        other.withObjectProperty("metadata").putObject("annotations").put("a", "b");
        replicaSets.prepareForUpdate(other, set);
        assertThat(other.at("/metadata/generation").asInt()).isEqualTo(1);
    }

    @Test
    void countsOfAStatusFitEachOther() {
        ObjectNode old = deployment(GOOD);
        ObjectNode changed = old.deepCopy();
        changed.set("status", tree("{'replicas':1,'readyReplicas':2,'availableReplicas':-1}"));
        List<String> out = new ArrayList<>();
        deployments.validateStatusUpdate(changed, old, error -> out.add(error.field() + ": " + error.message()));
        assertThat(out)
                .containsExactly(
                        "status.availableReplicas: Invalid value: -1: must be greater than or equal to 0",
                        "status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas");
        assertThat(replicaSets.fieldValue(old, "status.replicas")).isEqualTo("0");
    }

    @Test
    void warnsOfNamesThatAreNoLabels() {
        ObjectNode object = deployment(GOOD);
        object.withObjectProperty("metadata").put("name", "a.b");
        List<String> warnings = new ArrayList<>();
        deployments.warnings(object, null, warnings::add);
        assertThat(warnings)
                .singleElement()
                .asString()
                .startsWith(
                        "metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior;"
                                + " a DNS label is recommended: [must not contain dots]");
        warnings.clear();
        deployments.warnings(object, object, warnings::add);
        assertThat(warnings).isEmpty();
    }
}
