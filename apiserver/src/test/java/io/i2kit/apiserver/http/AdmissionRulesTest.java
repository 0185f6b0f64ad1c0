package io.i2kit.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.http.TestClient.Reply;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.registry.admission.QuotaStatus;
import io.i2kit.apiserver.storage.ObjectKey;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits, quotas, priorities and accounts as a client meets them. */
class AdmissionRulesTest {
    private static final String CORE = "/api/v1/namespaces/default/";
    private static final String PODS = CORE + "pods";

    @TempDir
    Path folder;

    private TestApiServer server;
    private TestClient client;

    @BeforeEach
    void start() throws Exception {
        server = new TestApiServer(folder, 0);
        client = new TestClient(server);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Reply post(String path, String json) {
        return client.post(path, json.replace('\'', '"'));
    }

    private Reply made(String path, String json) {
        Reply reply = post(path, json);
        assertThat(reply.status()).as(reply.text()).isEqualTo(201);
        return reply;
    }

    private static String pod(String name, String resources) {
        return "{'metadata':{'name':'" + name + "'},'spec':{'containers':[{'name':'c','image':'i:1','resources':"
                + resources + "}]}}";
    }

    private void refused(Reply reply, String message) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(403);
        assertThat(reply.at("/reason")).isEqualTo("Forbidden");
        assertThat(reply.at("/message")).isEqualTo(message);
    }

    /** A quota that has been counted, as its controller does. */
    private void quota(String hard) {
        made(CORE + "resourcequotas", "{'metadata':{'name':'q'},'spec':{'hard':" + hard + "}}");
        recount();
    }

    private void recount() {
        ObjectClient objects = server.registry.objects();
        objects.modify(new ObjectKey("resourcequotas", "default", "q"), "status", current -> {
            QuotaStatus.recount(Objects.requireNonNull(current), objects, Instant.now());
            return current;
        });
    }

    private String used(String resource) {
        return client.get(CORE + "resourcequotas/q")
                .json()
                .at("/status/used")
                .path(resource)
                .asString("");
    }

    @Test
    void aRuntimeClassGivesOverheadAndNodes() {
        String classed =
                "{'metadata':{'name':'p'},'spec':{'runtimeClassName':'c','nodeSelector':{'zone':'%s'},'containers':[{'name':'c',"
                        + "'image':'i:1'}]}}";
        refused(
                post(PODS, classed.formatted("a")),
                "pods \"p\" is forbidden: pod rejected: RuntimeClass \"c\" not found");
        made(
                "/apis/node.k8s.io/v1/runtimeclasses",
                "{'metadata':{'name':'c'},'handler':'h','overhead':{'podFixed':{'cpu':'10m'}},'scheduling':{'nodeSelector':{'zone':'a',"
                        + "'kind':'big'},'tolerations':[{'key':'k','operator':'Exists'}]}}");
        refused(
                post(PODS, classed.formatted("b")),
                "pods \"p\" is forbidden: conflict: runtimeClass.scheduling.nodeSelector[zone] = a;"
                        + " pod.spec.nodeSelector[zone] = b");
        Reply pod = made(PODS, classed.formatted("a"));
        assertThat(pod.at("/spec/overhead/cpu")).isEqualTo("10m");
        assertThat(pod.at("/spec/nodeSelector/kind")).isEqualTo("big");
        assertThat(pod.json().at("/spec/tolerations").toString()).contains("\"key\":\"k\"");
        refused(
                post(
                        PODS,
                        "{'metadata':{'name':'q'},'spec':{'overhead':{'cpu':'1'},'containers':[{'name':'c','image':'i:1'}]}}"),
                "pods \"q\" is forbidden: pod rejected: Pod Overhead set without corresponding RuntimeClass defined"
                        + " Overhead");
    }

    @Test
    void aLimitRangeFillsInAndBounds() {
        made(
                CORE + "limitranges",
                "{'metadata':{'name':'l'},'spec':{'limits':[{'type':'Container','default':{'cpu':'500m'},"
                        + "'defaultRequest':{'cpu':'200m'},'max':{'cpu':'1'},'min':{'cpu':'100m'},'maxLimitRequestRatio':{'cpu':'4'}}]}}");
        Reply filled = made(PODS, pod("p", "{}"));
        assertThat(filled.at("/spec/containers/0/resources/limits/cpu")).isEqualTo("500m");
        assertThat(filled.at("/spec/containers/0/resources/requests/cpu")).isEqualTo("200m");
        assertThat(filled.at("/metadata/annotations/kubernetes.io~1limit-ranger"))
                .isEqualTo("LimitRanger plugin set: cpu request for container c; cpu limit for container c");
        assertThat(filled.at("/status/qosClass")).isEqualTo("Burstable");
        refused(
                post(PODS, pod("q", "{'requests':{'cpu':'200m'},'limits':{'cpu':'2'}}")),
                "pods \"q\" is forbidden: [maximum cpu usage per Container is 1, but limit is 2, cpu max limit to"
                        + " request ratio per Container is 4, but provided ratio is 10.000000]");
        refused(
                post(PODS, pod("q", "{'requests':{'cpu':'50m'},'limits':{'cpu':'200m'}}")),
                "pods \"q\" is forbidden: minimum cpu usage per Container is 100m, but request is 50m");
    }

    @Test
    void aClaimIsBoundedToo() {
        made(
                CORE + "limitranges",
                "{'metadata':{'name':'l'},'spec':{'limits':[{'type':'PersistentVolumeClaim','max':{'storage':'2Gi'}}]}}");
        refused(
                post(
                        CORE + "persistentvolumeclaims",
                        "{'metadata':{'name':'c'},'spec':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'5Gi'}}}}"),
                "persistentvolumeclaims \"c\" is forbidden: maximum storage usage per PersistentVolumeClaim is 2Gi,"
                        + " but request is 5Gi");
    }

    @Test
    void aQuotaIsChargedRefusesAndIsGivenBack() {
        made(PODS, pod("before", "{'requests':{'cpu':'200m'}}"));
        quota("{'pods':'2','requests.cpu':'1'}");
        assertThat(used("pods")).isEqualTo("1");
        assertThat(used("requests.cpu")).isEqualTo("200m");
        refused(
                post(PODS, pod("p", "{}")),
                "pods \"p\" is forbidden: failed quota: q: must specify requests.cpu for: c");
        refused(
                post(PODS, pod("p", "{'requests':{'cpu':'900m'}}")),
                "pods \"p\" is forbidden: exceeded quota: q, requested: requests.cpu=900m, used: requests.cpu=200m,"
                        + " limited: requests.cpu=1");
        made(PODS, pod("p", "{'requests':{'cpu':'500m'}}"));
        assertThat(used("requests.cpu")).isEqualTo("700m");
        refused(
                post(PODS, pod("third", "{'requests':{'cpu':'100m'}}")),
                "pods \"third\" is forbidden: exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2");
        client.patch("merge", PODS + "/p/status", "{\"status\":{\"phase\":\"Succeeded\"}}");
        assertThat(used("pods")).isEqualTo("1");
        client.delete(PODS + "/before");
        assertThat(used("pods")).isEqualTo("0");
        recount();
        assertThat(used("pods")).isEqualTo("0");
    }

    @Test
    void extendedResourcesAreChargedByTheirRequests() {
        made(
                CORE + "resourcequotas",
                "{'metadata':{'name':'q'},'spec':{'hard':{'requests.example.com/dongle':'3','pods':'5'}}}");
        recount();
        String two = "{'limits':{'example.com/dongle':'2'}}";
        Reply first = made(PODS, pod("first", two));
        assertThat(first.raw().headers().allValues("Warning"))
                .anyMatch(warning -> warning.contains("requests[example.com/dongle]")
                        && warning.contains("no machine has such a resource: the Pod stays Pending"));
        assertThat(used("requests.example.com/dongle")).isEqualTo("2");
        refused(
                post(PODS, pod("second", two)),
                "pods \"second\" is forbidden: exceeded quota: q, requested: requests.example.com/dongle=2, used:"
                        + " requests.example.com/dongle=2, limited: requests.example.com/dongle=3");
        client.delete(PODS + "/first");
        assertThat(used("requests.example.com/dongle")).isEqualTo("0");
    }

    @Test
    void objectsAreCountedAndServicesByTheirPorts() {
        quota(
                "{'configmaps':'1','count/deployments.apps':'0','services':'5','services.nodeports':'1','services.loadbalancers':'0'}");
        made(CORE + "configmaps", "{'metadata':{'name':'a'}}");
        refused(
                post(CORE + "configmaps", "{'metadata':{'name':'b'}}"),
                "configmaps \"b\" is forbidden: exceeded quota: q, requested: configmaps=1, used: configmaps=1,"
                        + " limited: configmaps=1");
        refused(
                post(
                        "/apis/apps/v1/namespaces/default/deployments",
                        "{'metadata':{'name':'d'},'spec':{'selector':{'matchLabels':{'a':'b'}},'template':{'metadata':{'labels':{'a':'b'}},"
                                + "'spec':{'containers':[{'name':'c','image':'i'}]}}}}"),
                "deployments.apps \"d\" is forbidden: exceeded quota: q, requested: count/deployments.apps=1, used:"
                        + " count/deployments.apps=0, limited: count/deployments.apps=0");
        String ports = "'ports':[{'port':80,'name':'a'},{'port':81,'name':'b'}]}}";
        refused(
                post(CORE + "services", "{'metadata':{'name':'s'},'spec':{'type':'NodePort'," + ports),
                "services \"s\" is forbidden: exceeded quota: q, requested: services.nodeports=2, used:"
                        + " services.nodeports=0, limited: services.nodeports=1");
        made(CORE + "services", "{'metadata':{'name':'s'},'spec':{" + ports);
        assertThat(used("services")).isEqualTo("2"); // the server's own is in this namespace
        Reply grown = client.patch("merge", CORE + "services/s", "{\"spec\":{\"type\":\"LoadBalancer\"}}");
        assertThat(grown.status()).as(grown.text()).isEqualTo(403);
        assertThat(client.get(CORE + "services/s").at("/spec/type")).isEqualTo("ClusterIP");
        assertThat(post(CORE + "configmaps?dryRun=All", "{'metadata':{'name':'b'}}")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void noTwoWritersPassAQuotaTogether() throws Exception {
        quota("{'count/configmaps':'5'}");
        try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Integer>> writes = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                String name = "c" + i;
                writes.add(() -> post(CORE + "configmaps", "{'metadata':{'name':'" + name + "'}}")
                        .status());
            }
            int created = 0;
            for (Future<Integer> status : writers.invokeAll(writes)) {
                created += status.get() == 201 ? 1 : 0;
            }
            assertThat(created).isEqualTo(5);
        }
        assertThat(used("count/configmaps")).isEqualTo("5");
        recount();
        assertThat(used("count/configmaps")).isEqualTo("5");
    }

    @Test
    void scopesChooseThePodsOfAQuota() {
        made(CORE + "resourcequotas", "{'metadata':{'name':'q'},'spec':{'hard':{'pods':'0'},'scopes':['BestEffort']}}");
        recount();
        assertThat(post(PODS, pod("best", "{}")).status()).isEqualTo(403);
        made(PODS, pod("more", "{'requests':{'cpu':'1'}}"));
    }

    @Test
    void theDefaultClassIsFilledIn() {
        String mark = "'annotations':{'%s.kubernetes.io/is-default-class':'true'}";
        made(
                "/apis/storage.k8s.io/v1/storageclasses",
                "{'metadata':{'name':'fast'," + mark.formatted("storageclass") + "},'provisioner':'a.io/disk'}");
        made(
                "/apis/networking.k8s.io/v1/ingressclasses",
                "{'metadata':{'name':'front'," + mark.formatted("ingressclass") + "},'spec':{'controller':'a.io/lb'}}");
        String claim =
                "{'metadata':{'name':'%s'},'spec':{%s'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}";
        String claims = CORE + "persistentvolumeclaims";
        assertThat(made(claims, claim.formatted("a", "")).at("/spec/storageClassName"))
                .isEqualTo("fast");
        assertThat(made(claims, claim.formatted("b", "'storageClassName':'slow',"))
                        .at("/spec/storageClassName"))
                .isEqualTo("slow");
        assertThat(made(
                                "/apis/networking.k8s.io/v1/namespaces/default/ingresses",
                                "{'metadata':{'name':'i'},'spec':{'defaultBackend':{'service':{'name':'s','port':{'number':80}}}}}")
                        .at("/spec/ingressClassName"))
                .isEqualTo("front");
    }

    @Test
    void aPriorityClassBecomesANumber() {
        assertThat(client.get("/apis/scheduling.k8s.io/v1/priorityclasses/system-node-critical")
                        .json()
                        .path("value")
                        .asLong())
                .isEqualTo(2_000_001_000L);
        String named =
                "{'metadata':{'name':'p'},'spec':{'priorityClassName':'high','containers':[{'name':'c','image':'i:1'}]}}";
        refused(post(PODS, named), "pods \"p\" is forbidden: no PriorityClass with name high was found");
        String classes = "/apis/scheduling.k8s.io/v1/priorityclasses";
        made(classes, "{'metadata':{'name':'high'},'value':1000,'preemptionPolicy':'Never'}");
        Reply pod = made(PODS, named);
        assertThat(pod.at("/spec/priority")).isEqualTo("1000");
        assertThat(pod.at("/spec/preemptionPolicy")).isEqualTo("Never");
        made(classes, "{'metadata':{'name':'usual'},'value':7,'globalDefault':true}");
        assertThat(made(PODS, pod("q", "{}")).at("/spec/priorityClassName")).isEqualTo("usual");
        refused(
                post(classes, "{'metadata':{'name':'other'},'value':7,'globalDefault':true}"),
                "priorityclasses.scheduling.k8s.io \"other\" is forbidden: PriorityClass usual is already marked as"
                        + " default. Only one default can exist");
        refused(
                post(PODS, "{'metadata':{'name':'r'},'spec':{'priority':3,'containers':[{'name':'c','image':'i:1'}]}}"),
                "pods \"r\" is forbidden: the integer value of priority (3) must not be provided in pod spec; priority"
                        + " admission controller computed 7 from the given PriorityClass name");
    }

    @Test
    void aPodRunsAsAnAccountAndToleratesSilence() {
        made(CORE + "serviceaccounts", "{'metadata':{'name':'robot'},'imagePullSecrets':[{'name':'registry'}]}");
        Reply pod = made(
                PODS,
                "{'metadata':{'name':'p'},'spec':{'serviceAccountName':'robot','containers':[{'name':'c','image':'i:1'}]}}");
        assertThat(pod.at("/spec/imagePullSecrets/0/name")).isEqualTo("registry");
        assertThat(pod.at("/spec/tolerations/1/key")).isEqualTo("node.kubernetes.io/unreachable");
        assertThat(made(PODS, pod("q", "{}")).at("/spec/serviceAccountName")).isEqualTo("default");
        refused(
                post(
                        PODS,
                        "{'metadata':{'name':'r'},'spec':{'serviceAccountName':'nobody','containers':[{'name':'c','image':'i:1'}]}}"),
                "pods \"r\" is forbidden: error looking up service account default/nobody: serviceaccount \"nobody\""
                        + " not found");
    }
}
