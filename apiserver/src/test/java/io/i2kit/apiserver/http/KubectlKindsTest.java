package io.i2kit.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every stored kind with the real kubectl: create, get, get -o wide, describe, explain. */
class KubectlKindsTest {
    private static final String MANIFESTS = """
            apiVersion: batch/v1
            kind: Job
            metadata: {name: j}
            spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: "i:1"}]}}}
            ---
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: sts}
            spec: {serviceName: s, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: "i:1"}]}}}
            ---
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: ds}
            spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: "i:1"}]}}}
            ---
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: np}
            spec: {podSelector: {matchLabels: {a: b}}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]}
            ---
            apiVersion: networking.k8s.io/v1
            kind: IngressClass
            metadata: {name: ic}
            spec: {controller: acme.io/lb}
            ---
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata: {name: pvc}
            spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
            ---
            apiVersion: v1
            kind: PersistentVolume
            metadata: {name: pv}
            spec: {accessModes: [ReadWriteOnce], capacity: {storage: 1Gi}, hostPath: {path: /a}}
            ---
            apiVersion: storage.k8s.io/v1
            kind: StorageClass
            metadata: {name: sc}
            provisioner: acme.io/disk
            ---
            apiVersion: v1
            kind: LimitRange
            metadata: {name: lr}
            spec: {limits: [{type: Container, max: {cpu: "1"}}]}
            ---
            apiVersion: autoscaling/v1
            kind: HorizontalPodAutoscaler
            metadata: {name: first}
            spec: {maxReplicas: 3, targetCPUUtilizationPercentage: 60, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: d}}
            ---
            apiVersion: v1
            kind: PodTemplate
            metadata: {name: pt}
            template: {spec: {containers: [{name: c, image: "i:1"}]}}
            ---
            apiVersion: flowcontrol.apiserver.k8s.io/v1
            kind: FlowSchema
            metadata: {name: fs}
            spec: {priorityLevelConfiguration: {name: workload-low}, rules: [{subjects: [{kind: User, user: {name: u}}], nonResourceRules: [{verbs: ["*"], nonResourceURLs: ["*"]}]}]}
            ---
            apiVersion: flowcontrol.apiserver.k8s.io/v1
            kind: PriorityLevelConfiguration
            metadata: {name: plc}
            spec: {type: Limited, limited: {limitResponse: {type: Queue, queuing: {queues: 16, handSize: 4}}}}
            ---
            apiVersion: resource.k8s.io/v1
            kind: DeviceClass
            metadata: {name: dc}
            spec: {selectors: [{cel: {expression: "false"}}]}
            ---
            apiVersion: resource.k8s.io/v1
            kind: ResourceClaim
            metadata: {name: rc}
            spec: {devices: {requests: [{name: r, exactly: {deviceClassName: dc}}]}}
            ---
            apiVersion: resource.k8s.io/v1
            kind: ResourceClaimTemplate
            metadata: {name: rct}
            spec: {spec: {devices: {requests: [{name: r, exactly: {deviceClassName: dc}}]}}}
            ---
            apiVersion: resource.k8s.io/v1
            kind: ResourceSlice
            metadata: {name: rs}
            spec: {driver: a.io, nodeName: node-1, pool: {name: p, generation: 1, resourceSliceCount: 1}}
            ---
            apiVersion: storagemigration.k8s.io/v1
            kind: StorageVersionMigration
            metadata: {name: svm}
            spec: {resource: {group: apps, resource: deployments}}
            ---
            apiVersion: apps/v1
            kind: ControllerRevision
            metadata: {name: cr}
            revision: 1
            data: {a: 1}
            """;

    private static TestApiServer server;
    private static Path folder;

    @BeforeAll
    static void start(@TempDir Path temporary) throws Exception {
        folder = temporary;
        server = new TestApiServer(folder, 0);
        Files.writeString(folder.resolve("kubeconfig"), server.kubeconfig());
        Files.writeString(folder.resolve("all.yaml"), MANIFESTS);
        kubectl("apply", "-f", folder.resolve("all.yaml").toString());
        kubectl("create", "cronjob", "cj", "--image=i:1", "--schedule=*/5 * * * *");
        kubectl("create", "ingress", "ing", "--rule=a.io/*=s:80,tls=t");
        kubectl("create", "poddisruptionbudget", "pdb", "--selector=a=b", "--min-available=50%");
        kubectl("create", "quota", "quota", "--hard=pods=4,count/secrets=10");
        kubectl("create", "priorityclass", "high", "--value=1000");
        kubectl("create", "deployment", "d", "--image=i:1");
        kubectl("autoscale", "deployment", "d", "--max=5", "--min=2");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String kubectl(String... arguments) {
        return new Kubectl(folder).ok(arguments);
    }

    @Test
    void getShowsUpstreamsColumns() {
        String text = kubectl("get", "job,sts,ds,cj,ing,netpol,pdb,hpa,pvc,pv,sc,quota", "-o", "wide");
        assertThat(text.replaceAll(" +", " "))
                .contains("NAME STATUS COMPLETIONS DURATION AGE CONTAINERS IMAGES SELECTOR")
                .contains("job.batch/j Running 0/1")
                .contains("NAME READY AGE CONTAINERS IMAGES")
                .contains("statefulset.apps/sts 0/1")
                .contains(
                        "NAME DESIRED CURRENT READY UP-TO-DATE AVAILABLE NODE SELECTOR AGE CONTAINERS IMAGES SELECTOR")
                .contains("cronjob.batch/cj */5 * * * * <none> False 0 <none>")
                .contains("NAME CLASS HOSTS ADDRESS PORTS AGE")
                .contains("ingress.networking.k8s.io/ing <none> a.io 80, 443")
                .contains("networkpolicy.networking.k8s.io/np a=b")
                .contains("poddisruptionbudget.policy/pdb 50% N/A 0")
                .contains("horizontalpodautoscaler.autoscaling/first Deployment/d cpu: <unknown>/60% 1 3 0")
                .contains("horizontalpodautoscaler.autoscaling/d Deployment/d cpu: <unknown>/80% 2 5 0")
                .contains("persistentvolumeclaim/pvc Pending")
                .contains("persistentvolume/pv 1Gi RWO Retain Pending")
                .contains("storageclass.storage.k8s.io/sc acme.io/disk Delete Immediate false");
    }

    @Test
    void getShowsFlowControl() {
        assertThat(kubectl("get", "flowschemas,prioritylevelconfigurations").replaceAll(" +", " "))
                .contains("NAME PRIORITYLEVEL MATCHINGPRECEDENCE DISTINGUISHERMETHOD AGE MISSINGPL")
                .contains("flowschema.flowcontrol.apiserver.k8s.io/exempt exempt 1 <none>")
                .contains("flowschema.flowcontrol.apiserver.k8s.io/fs workload-low 1000 <none>")
                .contains("NAME TYPE NOMINALCONCURRENCYSHARES QUEUES HANDSIZE QUEUELENGTHLIMIT AGE")
                .contains(
                        "prioritylevelconfiguration.flowcontrol.apiserver.k8s.io/exempt Exempt <none> <none> <none> <none>")
                .contains("prioritylevelconfiguration.flowcontrol.apiserver.k8s.io/plc Limited 30 16 4 50");
    }

    @Test
    void getShowsDevicesAndMigrations() {
        assertThat(kubectl(
                                "get",
                                "deviceclasses,resourceclaims,resourceclaimtemplates,resourceslices,storageversionmigrations")
                        .replaceAll(" +", " "))
                .contains("deviceclass.resource.k8s.io/dc")
                .contains("NAME STATE AGE")
                .contains("resourceclaim.resource.k8s.io/rc pending")
                .contains("resourceclaimtemplate.resource.k8s.io/rct")
                .contains("NAME NODE DRIVER POOL AGE")
                .contains("resourceslice.resource.k8s.io/rs node-1 a.io p")
                .contains("NAME RESOURCE STATUS")
                .contains("svm deployments.apps Unknown");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "job/j",
                "sts/sts",
                "ds/ds",
                "cj/cj",
                "ing/ing",
                "netpol/np",
                "ingressclass/ic",
                "pdb/pdb",
                "hpa/d",
                "pvc/pvc",
                "pv/pv",
                "sc/sc",
                "quota/quota",
                "pc/high",
                "podtemplate/pt",
                "flowschema/fs",
                "prioritylevelconfiguration/plc",
                "controllerrevision/cr"
            })
    void describes(String object) {
        String name = object.substring(object.indexOf('/') + 1);
        assertThat(kubectl("describe", object)).containsPattern("Name: +" + name);
    }

    @Test
    void bothVersionsOfAnAutoscalerAreOneObject() {
        assertThat(kubectl(
                        "get",
                        "horizontalpodautoscalers.v1.autoscaling",
                        "first",
                        "-o",
                        "jsonpath={.spec.targetCPUUtilizationPercentage}"))
                .isEqualTo("60");
        assertThat(kubectl(
                        "get",
                        "horizontalpodautoscalers.v2.autoscaling",
                        "first",
                        "-o",
                        "jsonpath={.spec.metrics[0].resource.target.averageUtilization}"))
                .isEqualTo("60");
        assertThat(kubectl("describe", "limitrange", "lr")).contains("Container");
    }

    @Test
    void applyingAgainChangesNothing() {
        String again = kubectl("apply", "-f", folder.resolve("all.yaml").toString());
        // The server fills defaults into lists of LimitRanges and ResourceClaims, which kubectl then always sends
        // again.
        assertThat(again.lines()
                        .filter(line -> !line.startsWith("Warning:")
                                && !line.startsWith("limitrange/")
                                && !line.startsWith("resourceclaim")))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).endsWith(" unchanged"));
        assertThat(kubectl("diff", "-f", folder.resolve("all.yaml").toString())
                        .lines()
                        .filter(line -> !line.startsWith("Warning:")))
                .isEmpty();
    }

    @Test
    void appliesOnTheServerAndReplaces() {
        String file = folder.resolve("all.yaml").toString();
        String applied = kubectl("apply", "--server-side", "--force-conflicts", "-f", file, "-n", "kube-system");
        assertThat(applied.lines().filter(line -> line.endsWith("serverside-applied")))
                .isNotEmpty();
        String once = kubectl("get", "hpa", "first", "-n", "kube-system", "-o", "jsonpath={.metadata.resourceVersion}");
        kubectl("apply", "--server-side", "-f", file, "-n", "kube-system");
        assertThat(kubectl("get", "hpa", "first", "-n", "kube-system", "-o", "jsonpath={.metadata.resourceVersion}"))
                .isEqualTo(once);
        kubectl("create", "namespace", "scaled");
        kubectl("create", "cronjob", "c", "--image=i:1", "--schedule=@daily", "-n", "scaled");
        assertThat(kubectl("create", "job", "manual", "--from=cronjob/c", "-n", "scaled"))
                .contains("job.batch/manual created");
        kubectl("patch", "cronjob", "c", "-n", "scaled", "-p", "{\"spec\":{\"suspend\":true}}");
        assertThat(kubectl("get", "cronjob", "c", "-n", "scaled", "--no-headers"))
                .contains("True");
    }

    @Test
    void explains() {
        for (String kind :
                List.of("jobs.spec.podFailurePolicy", "cronjobs", "hpa.spec.metrics", "pdb.spec", "ingresses.spec")) {
            assertThat(kubectl("explain", kind)).contains("KIND:", "VERSION:", "DESCRIPTION:");
        }
    }

    @Test
    void topSaysThatThereAreNoMetrics() {
        assertThat(new Kubectl(folder).run("top", "nodes").text()).isEqualTo("error: metrics not available yet");
        assertThat(kubectl("top", "pods")).isEqualTo("No resources found in default namespace.");
        assertThat(kubectl("get", "pods.metrics.k8s.io")).isEqualTo("No resources found in default namespace.");
    }
}
