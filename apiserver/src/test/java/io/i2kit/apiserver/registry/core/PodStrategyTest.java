package io.i2kit.apiserver.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.openapi.FieldValidation;
import io.i2kit.apiserver.openapi.GroupVersionKind;
import io.i2kit.apiserver.openapi.Schema;
import io.i2kit.apiserver.patch.StrictDecoder;
import io.i2kit.apiserver.registry.FieldError;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class PodStrategyTest {
    private static final GroupVersionKind POD = new GroupVersionKind("", "v1", "Pod");
    private static final String CONTAINER = "{'name':'c','image':'nginx'}";

    private final PodStrategy strategy = new PodStrategy();

    private static ObjectNode decoded(String spec) {
        String body = ("{'metadata':{'name':'p','namespace':'n'},'spec':" + spec + "}").replace('\'', '"');
        return new StrictDecoder(Schema.builtIn())
                .decode(body.getBytes(StandardCharsets.UTF_8), StrictDecoder.Format.JSON, POD, FieldValidation.STRICT)
                .object();
    }

    private ObjectNode created(String spec) {
        ObjectNode pod = decoded(spec);
        strategy.setDefaults(pod);
        strategy.prepareForCreate(pod);
        return pod;
    }

    private List<String> faults(String spec) {
        List<String> out = new ArrayList<>();
        strategy.validate(created(spec), error -> out.add(error.field() + ": " + error.message()));
        return out;
    }

    private static ObjectNode tree(String text) {
        return (ObjectNode) JsonMapper.shared().readTree(text.replace('\'', '"'));
    }

    @Test
    void setsTheDefaultsOfACluster() {
        assertThat(created("{'containers':[{'name':'c','image':'nginx','ports':[{'containerPort':80}],"
                                + "'livenessProbe':{'httpGet':{'port':80}},'resources':{'limits':{'cpu':'1'}}}],"
                                + "'volumes':[{'name':'v'},{'name':'m','configMap':{'name':'x'}}]}")
                        .path("spec"))
                .isEqualTo(
                        tree(
                                "{'containers':[{'name':'c','image':'nginx','ports':[{'containerPort':80,'protocol':'TCP'}],"
                                        + "'livenessProbe':{'httpGet':{'port':80,'path':'/','scheme':'HTTP'},'timeoutSeconds':1,"
                                        + "'periodSeconds':10,'successThreshold':1,'failureThreshold':3},"
                                        + "'resources':{'limits':{'cpu':'1'},'requests':{'cpu':'1'}},'imagePullPolicy':'Always',"
                                        + "'terminationMessagePath':'/dev/termination-log','terminationMessagePolicy':'File'}],"
                                        + "'volumes':[{'name':'v','emptyDir':{}},{'name':'m','configMap':{'name':'x','defaultMode':420}}],"
                                        + "'restartPolicy':'Always','terminationGracePeriodSeconds':30,'dnsPolicy':'ClusterFirst',"
                                        + "'securityContext':{},'schedulerName':'default-scheduler','enableServiceLinks':true}"));
    }

    @ParameterizedTest
    @CsvSource({
        "nginx,Always",
        "nginx:latest,Always",
        "nginx:1.27,IfNotPresent",
        "localhost:5000/nginx,Always",
        "localhost:5000/nginx:2,IfNotPresent",
        "nginx@sha256:abc,IfNotPresent"
    })
    void pullsTheLatestAlways(String image, String policy) {
        assertThat(created("{'containers':[{'name':'c','image':'" + image + "'}]}")
                        .at("/spec/containers/0/imagePullPolicy")
                        .asString())
                .isEqualTo(policy);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|BestEffort",
                "{'requests':{'cpu':'1'}}|Burstable",
                "{'limits':{'cpu':'1','memory':'1Gi'}}|Guaranteed",
                "{'limits':{'cpu':'1','memory':'1Gi'},'requests':{'cpu':'500m'}}|Burstable"
            })
    void classifiesByResources(String resources, String expected) {
        ObjectNode pod = created("{'containers':[{'name':'c','image':'i','resources':" + resources + "}]}");
        assertThat(pod.at("/status/qosClass").asString()).isEqualTo(expected);
        assertThat(pod.at("/status/phase").asString()).isEqualTo("Pending");
        assertThat(pod.at("/metadata/generation").asInt()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'containers':[]}|spec.containers: Required value",
                "{'containers':[{'image':'i'}]}|spec.containers[0].name: Required value",
                "{'containers':[{'name':'c'}]}|spec.containers[0].image: Required value",
                "{'containers':[{'name':'c','image':' i'}]}"
                        + "|spec.containers[0].image: Invalid value: \" i\": must not have leading or trailing whitespace",
                "{'containers':[{'name':'c','image':'i'},{'name':'c','image':'i'}]}|spec.containers[1].name: Duplicate value: \"c\"",
                "{'containers':[{'name':'c','image':'i','imagePullPolicy':'Often'}]}"
                        + "|spec.containers[0].imagePullPolicy: Unsupported value: \"Often\": supported values:"
                        + " \"Always\", \"IfNotPresent\", \"Never\"",
                "{'containers':[{'name':'c','image':'i','ports':[{'containerPort':70000}]}]}"
                        + "|spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive",
                "{'containers':[{'name':'c','image':'i','ports':[{'containerPort':80,'name':'A_b'}]}]}"
                        + "|spec.containers[0].ports[0].name: Invalid value: \"A_b\": must contain only alpha-numeric characters"
                        + " (a-z, 0-9), and hyphens (-)",
                "{'containers':[{'name':'c','image':'i','env':[{'name':'A=B'}]}]}"
                        + "|spec.containers[0].env[0].name: Invalid value: \"A=B\": a valid environment variable name must consist only of"
                        + " printable ASCII characters other than '='",
                "{'containers':[{'name':'c','image':'i','env':[{'name':'A','value':'1','valueFrom':{'fieldRef':"
                        + "{'fieldPath':'metadata.name'}}}]}]}"
                        + "|spec.containers[0].env[0].valueFrom: Invalid value: \"\": may not be specified when `value` is not empty",
                "{'containers':[{'name':'c','image':'i','env':[{'name':'A','valueFrom':{}}]}]}"
                        + "|spec.containers[0].env[0].valueFrom: Invalid value: \"\": must specify one of: `fieldRef`,"
                        + " `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`",
                "{'containers':[{'name':'c','image':'i','env':[{'name':'A','valueFrom':{'fileKeyRef':"
                        + "{'key':'K','volumeName':'v','path':'a/../b'}}}]}]}"
                        + "|spec.containers[0].env[0].valueFrom.fileKeyRef.path: Invalid value: \"a/../b\": must not contain '..'",
                "{'containers':[{'name':'c','image':'i','env':[{'name':'A','valueFrom':{'fieldRef':{'fieldPath':'spec.color'}}}]}]}"
                        + "|spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: \"spec.color\": error converting"
                        + " fieldPath: field label not supported: spec.color",
                "{'containers':[{'name':'c','image':'i','envFrom':[{}]}]}"
                        + "|spec.containers[0].envFrom: Invalid value: \"\": must specify one of: `configMapRef` or `secretRef`",
                "{'containers':[{'name':'c','image':'i','volumeMounts':[{'name':'v','mountPath':'/v'}]}]}"
                        + "|spec.containers[0].volumeMounts[0].name: Not found: \"v\"",
                "{'containers':[{'name':'c','image':'i','livenessProbe':{}}]}"
                        + "|spec.containers[0].livenessProbe: Required value: must specify a handler type",
                "{'containers':[{'name':'c','image':'i','livenessProbe':{'exec':{'command':['x']},'tcpSocket':{'port':1}}}]}"
                        + "|spec.containers[0].livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type",
                "{'containers':[{'name':'c','image':'i','livenessProbe':{'successThreshold':2,'exec':{'command':['x']}}}]}"
                        + "|spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1",
                "{'containers':[{'name':'c','image':'i','lifecycle':{'preStop':{'sleep':{'seconds':31}}}}]}"
                        + "|spec.containers[0].lifecycle.preStop.sleep: Invalid value: 31: must be non-negative and less than"
                        + " terminationGracePeriodSeconds (30)",
                "{'containers':[{'name':'c','image':'i','resources':{'requests':{'cpu':'2'},'limits':{'cpu':'1'}}}]}"
                        + "|spec.containers[0].resources.requests: Invalid value: \"2\": must be less than or equal to cpu limit of 1",
                "{'containers':[{'name':'c','image':'i','resources':{'limits':{'memory':'-1'}}}]}"
                        + "|spec.containers[0].resources.limits[memory]: Invalid value: \"-1\": must be greater than or equal to 0",
                "{'containers':[{'name':'c','image':'i','restartPolicy':'Always'}]}"
                        + "|spec.containers[0].restartPolicy: Forbidden: may not be set for non-init containers",
                "{'containers':[{'name':'c','image':'i','securityContext':{'allowPrivilegeEscalation':false,'privileged':true}}]}"
                        + "|spec.containers[0].securityContext: Invalid value:"
                        + " {\"allowPrivilegeEscalation\":false,\"privileged\":true}: cannot set `allowPrivilegeEscalation` to false"
                        + " and `privileged` to true",
                "{'containers':[{'name':'c','image':'i'}],'restartPolicy':'Maybe'}"
                        + "|spec.restartPolicy: Unsupported value: \"Maybe\": supported values: \"Always\", \"OnFailure\", \"Never\"",
                "{'containers':[{'name':'c','image':'i'}],'dnsPolicy':'None'}"
                        + "|spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None",
                "{'containers':[{'name':'c','image':'i'}],'securityContext':{'runAsUser':-1}}"
                        + "|spec.securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive",
                "{'containers':[{'name':'c','image':'i'}],'volumes':[{'name':'v','emptyDir':{},'hostPath':{'path':'/x'}}]}"
                        + "|spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type",
                "{'containers':[{'name':'c','image':'i'}],'volumes':[{'name':'v','configMap':{'name':'m','items':[{'key':'k',"
                        + "'path':'../x'}]}}]}"
                        + "|spec.volumes[0].configMap.items[0].path: Invalid value: \"../x\": must not contain '..'",
                "{'containers':[{'name':'c','image':'i'}],'activeDeadlineSeconds':0}"
                        + "|spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive",
                "{'containers':[{'name':'c','image':'i'}],'initContainers':[{'name':'b','image':'i','readinessProbe':{}}]}"
                        + "|spec.initContainers[0].readinessProbe: Forbidden: may not be set for init containers without"
                        + " restartPolicy=Always",
                "{'containers':[{'name':'c','image':'i'}],'initContainers':[{'name':'c','image':'i'}]}"
                        + "|spec.initContainers[0].name: Duplicate value: \"c\"",
                "{'containers':[{'name':'c','image':'i'}],'tolerations':[{'operator':'Equal'}]}"
                        + "|spec.tolerations[0].operator: Invalid value: \"Equal\": operator must be Exists when `key` is empty, which"
                        + " means \"match all values and all keys\"",
                "{'containers':[{'name':'c','image':'i'}],'hostAliases':[{'ip':'1.2.3'}]}"
                        + "|spec.hostAliases[0].ip: Invalid value: \"1.2.3\": must be a valid IP address, (e.g. 10.9.8.7 or"
                        + " 2001:db8::ffff)",
            })
    void refusesWithUpstreamsWords(String spec, String fault) {
        assertThat(faults(spec)).contains(fault);
    }

    @Test
    void acceptsAnOrdinaryPod() {
        assertThat(
                        faults(
                                "{'containers':[{'name':'web','image':'nginx:1.27','ports':[{'containerPort':80,'name':'http'}],"
                                        + "'env':[{'name':'A','value':'1'},{'name':'IP','valueFrom':{'fieldRef':{'fieldPath':'status.podIP'}}}],"
                                        + "'envFrom':[{'configMapRef':{'name':'m'}}],'volumeMounts':[{'name':'v','mountPath':'/v'}],"
                                        + "'readinessProbe':{'httpGet':{'path':'/','port':'http'}},"
                                        + "'lifecycle':{'preStop':{'exec':{'command':['sleep','5']}}},"
                                        + "'resources':{'limits':{'cpu':'1','memory':'64Mi'}},"
                                        + "'securityContext':{'runAsNonRoot':true,'capabilities':{'drop':['ALL']}}}],"
                                        + "'initContainers':[{'name':'i','image':'busybox'}],'volumes':[{'name':'v','emptyDir':{}}]}"))
                .isEmpty();
    }

    @Test
    void refusesWhatTheRuleTableRefuses() {
        assertThat(faults("{'containers':[" + CONTAINER + "],'nodeSelector':{'kubernetes.io/os':'windows'}}"))
                .singleElement()
                .asString()
                .startsWith("spec.nodeSelector[kubernetes.io/os]: Forbidden: ");
        List<String> warnings = new ArrayList<>();
        strategy.warnings(
                created("{'containers':[" + CONTAINER + "],'priorityClassName':'high'}"), null, warnings::add);
        assertThat(warnings).anyMatch(warning -> warning.startsWith("spec.priorityClassName: "));
    }

    @Test
    void warnsAsUpstreamDoes() {
        List<String> warnings = new ArrayList<>();
        strategy.warnings(
                created(
                        "{'containers':[{'name':'c','image':'i','env':[{'name':'A','value':'1'},{'name':'A','value':'2'}],"
                                + "'ports':[{'containerPort':80},{'containerPort':80,'name':'b'}],"
                                + "'resources':{'limits':{'memory':'1500m'}}}],'imagePullSecrets':[{'name':'s'},{'name':'s'}]}"),
                null,
                warnings::add);
        assertThat(warnings)
                .contains(
                        "spec.containers[0].env[1]: hides previous definition of \"A\", which may be dropped when using apply",
                        "spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]",
                        "spec.imagePullSecrets[1].name: duplicate name \"s\"",
                        "spec.containers[0].resources.limits[memory]: fractional byte value \"1500m\" is invalid, must be an"
                                + " integer");
    }

    @Test
    void fixesTheSpecButForImages() {
        ObjectNode old = created("{'containers':[" + CONTAINER + "]}");
        ObjectNode image = old.deepCopy();
        ((ObjectNode) image.at("/spec/containers/0")).put("image", "nginx:2");
        List<FieldError> errors = new ArrayList<>();
        strategy.validateUpdate(image, old, errors::add);
        assertThat(errors).isEmpty();
        ObjectNode changed = old.deepCopy();
        ((ObjectNode) changed.path("spec")).put("hostname", "h");
        strategy.validateUpdate(changed, old, errors::add);
        assertThat(errors).singleElement().satisfies(error -> {
            assertThat(error.field()).isEqualTo("spec");
            assertThat(error.message())
                    .isEqualTo("Forbidden: pod updates may not change fields other than `spec.containers[*].image`,"
                            + "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to"
                            + " existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was"
                            + " previously negative)\n+ hostname: \"h\"");
        });
        ObjectNode more = old.deepCopy();
        more.withObjectProperty("spec")
                .withArrayProperty("containers")
                .add(tree(CONTAINER).put("name", "d"));
        strategy.setDefaults(more);
        errors.clear();
        strategy.validateUpdate(more, old, errors::add);
        assertThat(errors)
                .extracting(FieldError::message)
                .containsExactly("Forbidden: pod updates may not add or remove containers");
    }

    @Test
    void countsChangesOfTheSpecAndKeepsTheStatus() {
        ObjectNode old = created("{'containers':[" + CONTAINER + "]}");
        ObjectNode update = old.deepCopy();
        update.withObjectProperty("status").put("phase", "Running");
        ((ObjectNode) update.path("spec")).put("activeDeadlineSeconds", 60);
        strategy.prepareForUpdate(update, old);
        assertThat(update.at("/status/phase").asString()).isEqualTo("Pending");
        assertThat(update.at("/metadata/generation").asInt()).isEqualTo(2);
        ObjectNode bound = old.deepCopy();
        ((ObjectNode) bound.path("spec")).put("nodeName", "node");
        strategy.prepareForSubresourceUpdate("binding", bound, old);
        assertThat(bound.at("/metadata/generation").asInt()).isEqualTo(1);
    }

    @Test
    void givesGraceOnlyWhereSomethingRuns() {
        ObjectNode pod = created("{'containers':[" + CONTAINER + "]}");
        assertThat(strategy.deletionGraceSeconds(pod, null)).isZero();
        ((ObjectNode) pod.path("spec")).put("nodeName", "node");
        assertThat(strategy.deletionGraceSeconds(pod, null)).isEqualTo(30);
        assertThat(strategy.deletionGraceSeconds(pod, 0L)).isZero();
        assertThat(strategy.deletionGraceSeconds(pod, -1L)).isEqualTo(1);
        pod.withObjectProperty("status").put("phase", "Succeeded");
        assertThat(strategy.deletionGraceSeconds(pod, null)).isZero();
    }
}
