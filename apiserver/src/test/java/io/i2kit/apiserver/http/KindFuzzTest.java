package io.i2kit.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.http.TestClient.Reply;
import io.i2kit.apiserver.registry.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Broken objects of every kind are refused or taken, never an internal error. Replay: {@code -Di2kit.seed=…}. */
class KindFuzzTest {
    /** {@code -Di2kit.mutations=…} makes a longer run of it. */
    private static final int MUTATIONS = Integer.getInteger("i2kit.mutations", 60);

    private static final long SEED = Long.getLong("i2kit.seed", System.nanoTime());
    private static final String NAMESPACED = "namespaces/default/";
    private static final String TEMPLATE =
            "'template':{'metadata':{'labels':{'a':'b'}},'spec':{'restartPolicy':'Always','nodeSelector':{'a':'b'},"
                    + "'tolerations':[{'key':'a','operator':'Exists'}],'affinity':{'nodeAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':"
                    + "{'nodeSelectorTerms':[{'matchExpressions':[{'key':'a','operator':'In','values':['b']}]}]}}},"
                    + "'securityContext':{'runAsUser':1,'sysctls':[{'name':'a','value':'b'}]},"
                    + "'volumes':[{'name':'v','emptyDir':{'sizeLimit':'1Gi'}},{'name':'m','configMap':{'name':'m','items':[{'key':'k','path':'p'}]}}],"
                    + "'initContainers':[{'name':'i','image':'i:1'}],'containers':[{'name':'c','image':'i:1','command':['a'],"
                    + "'env':[{'name':'A','value':'b'},{'name':'B','valueFrom':{'fieldRef':{'fieldPath':'metadata.name'}}}],"
                    + "'ports':[{'containerPort':80,'name':'http'}],'resources':{'limits':{'cpu':'1'},'requests':{'cpu':'100m'}},"
                    + "'volumeMounts':[{'name':'v','mountPath':'/v'}],'livenessProbe':{'httpGet':{'port':80,'httpHeaders':[{'name':'a','value':'b'}]}},"
                    + "'lifecycle':{'preStop':{'exec':{'command':['a']}}}}]}}";
    private static final String WORKLOAD = "{'metadata':{'name':'x'},'spec':{'selector':{'matchLabels':{'a':'b'},"
            + "'matchExpressions':[{'key':'a','operator':'In','values':['b']}]}," + TEMPLATE;

    /** Lines of {@code path | good object}. */
    private static final List<String> GOOD = List.of(
            "/api/v1/" + NAMESPACED + "pods|{'metadata':{'name':'x'},"
                    + TEMPLATE.substring("'template':{'metadata':{'labels':{'a':'b'}},".length(), TEMPLATE.length() - 1)
                    + "}",
            "/apis/apps/v1/" + NAMESPACED + "deployments|" + WORKLOAD
                    + ",'strategy':{'rollingUpdate':{'maxSurge':1,'maxUnavailable':'10%'}}}}",
            "/apis/apps/v1/" + NAMESPACED + "statefulsets|" + WORKLOAD
                    + ",'updateStrategy':{'rollingUpdate':{'partition':1}},'ordinals':{'start':1},'volumeClaimTemplates':[{'metadata':{'name':'d'},"
                    + "'spec':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}]}}",
            "/apis/apps/v1/" + NAMESPACED + "daemonsets|" + WORKLOAD
                    + ",'updateStrategy':{'rollingUpdate':{'maxSurge':1,'maxUnavailable':0}}}}",
            "/apis/apps/v1/" + NAMESPACED + "controllerrevisions|{'metadata':{'name':'x'},'revision':1,'data':{'a':1}}",
            "/apis/batch/v1/" + NAMESPACED
                    + "jobs|{'metadata':{'name':'x'},'spec':{'completionMode':'Indexed','completions':3,'parallelism':2,"
                    + "'podFailurePolicy':{'rules':[{'action':'FailJob','onExitCodes':{'operator':'In','values':[1,2]}},{'action':'Ignore',"
                    + "'onPodConditions':[{'type':'DisruptionTarget'}]}]},'successPolicy':{'rules':[{'succeededIndexes':'0-1','succeededCount':1}]},"
                    + TEMPLATE.replace("Always", "Never") + "}}",
            "/apis/batch/v1/" + NAMESPACED
                    + "cronjobs|{'metadata':{'name':'x'},'spec':{'schedule':'*/5 * * * *','timeZone':'Etc/UTC',"
                    + "'jobTemplate':{'spec':{" + TEMPLATE.replace("Always", "Never") + "}}}}",
            "/apis/networking.k8s.io/v1/" + NAMESPACED
                    + "ingresses|{'metadata':{'name':'x'},'spec':{'tls':[{'hosts':['a.io'],'secretName':'t'}],"
                    + "'rules':[{'host':'a.io','http':{'paths':[{'path':'/','pathType':'Prefix','backend':{'service':{'name':'s','port':{'number':80}}}}]}}]}}",
            "/apis/networking.k8s.io/v1/ingressclasses|{'metadata':{'name':'x'},'spec':{'controller':'a.io/b','parameters':{'kind':'K','name':'n'}}}",
            "/apis/networking.k8s.io/v1/" + NAMESPACED
                    + "networkpolicies|{'metadata':{'name':'x'},'spec':{'podSelector':{'matchLabels':{'a':'b'}},"
                    + "'ingress':[{'from':[{'ipBlock':{'cidr':'10.0.0.0/8','except':['10.1.0.0/16']}},{'podSelector':{}}],'ports':[{'port':80,'endPort':90}]}],"
                    + "'egress':[{'to':[{'namespaceSelector':{}}]}]}}",
            "/apis/policy/v1/" + NAMESPACED
                    + "poddisruptionbudgets|{'metadata':{'name':'x'},'spec':{'minAvailable':'50%','selector':{'matchLabels':{'a':'b'}}}}",
            "/apis/autoscaling/v2/" + NAMESPACED
                    + "horizontalpodautoscalers|{'metadata':{'name':'x'},'spec':{'maxReplicas':3,'scaleTargetRef':"
                    + "{'apiVersion':'apps/v1','kind':'Deployment','name':'d'},'metrics':[{'type':'Pods','pods':{'metric':{'name':'m'},"
                    + "'target':{'type':'AverageValue','averageValue':'1'}}}],'behavior':{'scaleUp':{'policies':[{'type':'Pods','value':1,'periodSeconds':15}]}}}}",
            "/apis/autoscaling/v1/" + NAMESPACED + "horizontalpodautoscalers|{'metadata':{'name':'x','annotations':{"
                    + "'autoscaling.alpha.kubernetes.io/metrics':'[]','autoscaling.alpha.kubernetes.io/behavior':'{}'}},'spec':{'maxReplicas':3,"
                    + "'targetCPUUtilizationPercentage':50,'scaleTargetRef':{'apiVersion':'apps/v1','kind':'Deployment','name':'d'}}}",
            "/apis/storage.k8s.io/v1/storageclasses|{'metadata':{'name':'x'},'provisioner':'a.io/b','parameters':{'a':'b'},"
                    + "'allowedTopologies':[{'matchLabelExpressions':[{'key':'zone','values':['a']}]}]}",
            "/apis/storage.k8s.io/v1/volumeattributesclasses|{'metadata':{'name':'x'},'driverName':'a','parameters':{'a':'b'}}",
            "/apis/scheduling.k8s.io/v1/priorityclasses|{'metadata':{'name':'x'},'value':1,'globalDefault':false,'preemptionPolicy':'Never'}",
            "/apis/coordination.k8s.io/v1/" + NAMESPACED
                    + "leases|{'metadata':{'name':'x'},'spec':{'holderIdentity':'a','leaseDurationSeconds':1}}",
            "/api/v1/" + NAMESPACED
                    + "persistentvolumeclaims|{'metadata':{'name':'x'},'spec':{'accessModes':['ReadWriteOnce'],'selector':{'matchLabels':{'a':'b'}},"
                    + "'dataSource':{'kind':'PersistentVolumeClaim','name':'y'},'resources':{'requests':{'storage':'1Gi'}}}}",
            "/api/v1/persistentvolumes|{'metadata':{'name':'x'},'spec':{'accessModes':['ReadWriteOnce'],'capacity':{'storage':'1Gi'},'csi':{'driver':'d','volumeHandle':'h'}}}",
            "/api/v1/" + NAMESPACED
                    + "resourcequotas|{'metadata':{'name':'x'},'spec':{'hard':{'pods':'1','requests.cpu':'2'},'scopes':['NotTerminating'],"
                    + "'scopeSelector':{'matchExpressions':[{'scopeName':'PriorityClass','operator':'In','values':['a']}]}}}",
            "/api/v1/" + NAMESPACED
                    + "limitranges|{'metadata':{'name':'x'},'spec':{'limits':[{'type':'Container','max':{'cpu':'2'},'min':{'cpu':'1'},"
                    + "'default':{'cpu':'1'},'defaultRequest':{'cpu':'1'},'maxLimitRequestRatio':{'cpu':'2'}}]}}",
            "/api/v1/" + NAMESPACED + "podtemplates|{'metadata':{'name':'x'}," + TEMPLATE + "}");

    private static final String[] VALUES = {
        "null", "{}", "[]", "\"\"", "0", "-1", "\"x\"", "\"é/ %\"", "true", "[null]", "{\"\":null}", "9999999999999"
    };

    private static TestApiServer server;
    private static TestClient client;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        server = new TestApiServer(folder, 0);
        client = new TestClient(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static Stream<String> good() {
        return GOOD.stream();
    }

    @ParameterizedTest
    @MethodSource("good")
    void brokenObjectsAreNoInternalErrors(String line) {
        int bar = line.indexOf('|');
        String path = line.substring(0, bar) + "?dryRun=All&fieldValidation=Ignore";
        JsonNode good = Json.MAPPER.readTree(line.substring(bar + 1).replace('\'', '"'));
        Reply first = client.post(path, good.toString());
        assertThat(first.status()).as(first.text()).isEqualTo(201);
        Random random = new Random(SEED);
        for (int i = 0; i < MUTATIONS; i++) {
            JsonNode broken = good.deepCopy();
            mutate(broken, random);
            Reply reply = client.post(path, broken.toString());
            assertThat(reply.status())
                    .as("seed %d: %s answered %s", SEED, broken, reply.text())
                    .isBetween(200, 499);
        }
    }

    /** Replaces one value somewhere, or drops it. */
    private static void mutate(JsonNode tree, Random random) {
        List<Runnable> places = new ArrayList<>();
        String text = VALUES[random.nextInt(VALUES.length)];
        boolean drops = random.nextInt(4) == 0;
        collect(tree, drops, text, places);
        places.get(random.nextInt(places.size())).run();
    }

    private static void collect(JsonNode tree, boolean drops, String text, List<Runnable> places) {
        JsonNode value = Json.MAPPER.readTree(text);
        if (tree instanceof ObjectNode object) {
            for (String field : List.copyOf(object.propertyNames())) {
                if (!field.equals("name") || places.size() % 2 == 0) {
                    places.add(drops ? () -> object.remove(field) : () -> object.set(field, value));
                }
                collect(object.path(field), drops, text, places);
            }
        } else if (tree instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                int at = i;
                places.add(drops ? () -> array.remove(at) : () -> array.set(at, value));
                collect(array.path(i), drops, text, places);
            }
        }
    }
}
