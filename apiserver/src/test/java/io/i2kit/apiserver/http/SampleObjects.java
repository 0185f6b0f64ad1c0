package io.i2kit.apiserver.http;

import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.certificates.Bundles;
import io.i2kit.apiserver.registry.certificates.Requests;
import java.security.KeyPair;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** A good object of each kind, with fields of every form. */
final class SampleObjects {
    private static final KeyPair PAIR = Requests.pair();
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

    private static final String CLAIM =
            "{'devices':{'requests':[{'name':'r','exactly':{'deviceClassName':'c','allocationMode':'All',"
                    + "'adminAccess':false,'tolerations':[{'key':'k','operator':'Exists'}]}},{'name':'s','firstAvailable':[{'name':'t',"
                    + "'deviceClassName':'c','count':2}]}],'constraints':[{'requests':['r','s/t'],'matchAttribute':'a.io/b'}],'config':[{"
                    + "'requests':['r'],'opaque':{'driver':'a.io','parameters':{'a':1}}}]}}";

    /** Lines of {@code path | good object}: one at least of each kind that can be stored. */
    static final List<String> LINES = List.of(
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
            "/apis/scheduling.k8s.io/v1/priorityclasses|{'metadata':{'name':'x'},'value':0,'preemptionPolicy':'Never'}",
            "/apis/coordination.k8s.io/v1/" + NAMESPACED
                    + "leases|{'metadata':{'name':'x'},'spec':{'holderIdentity':'a','leaseDurationSeconds':1}}",
            "/api/v1/" + NAMESPACED
                    + "persistentvolumeclaims|{'metadata':{'name':'x'},'spec':{'accessModes':['ReadWriteOnce'],'selector':{'matchLabels':{'a':'b'}},"
                    + "'dataSource':{'kind':'PersistentVolumeClaim','name':'y'},'storageClassName':'','resources':{'requests':{'storage':'1Gi'}}}}",
            "/api/v1/persistentvolumes|{'metadata':{'name':'x'},'spec':{'accessModes':['ReadWriteOnce'],'capacity':{'storage':'1Gi'},'csi':{'driver':'d','volumeHandle':'h'}}}",
            "/api/v1/" + NAMESPACED
                    + "resourcequotas|{'metadata':{'name':'x'},'spec':{'hard':{'pods':'1','requests.cpu':'2'},'scopes':['NotTerminating'],"
                    + "'scopeSelector':{'matchExpressions':[{'scopeName':'PriorityClass','operator':'In','values':['a']}]}}}",
            "/api/v1/" + NAMESPACED
                    + "limitranges|{'metadata':{'name':'x'},'spec':{'limits':[{'type':'Container','max':{'cpu':'2'},'min':{'cpu':'1'},"
                    + "'default':{'cpu':'1'},'defaultRequest':{'cpu':'1'},'maxLimitRequestRatio':{'cpu':'2'}}]}}",
            "/api/v1/" + NAMESPACED + "podtemplates|{'metadata':{'name':'x'}," + TEMPLATE + "}",
            "/api/v1/" + NAMESPACED
                    + "configmaps|{'metadata':{'name':'x','labels':{'a':'b'}},'data':{'k':'v'},'binaryData':{'b':'dg=='},"
                    + "'immutable':false}",
            "/api/v1/" + NAMESPACED
                    + "secrets|{'metadata':{'name':'x'},'type':'Opaque','data':{'k':'dg=='},'stringData':{'s':'t'}}",
            "/api/v1/" + NAMESPACED
                    + "serviceaccounts|{'metadata':{'name':'x'},'secrets':[{'name':'s'}],'imagePullSecrets':[{'name':'p'}],"
                    + "'automountServiceAccountToken':false}",
            "/api/v1/" + NAMESPACED
                    + "services|{'metadata':{'name':'x'},'spec':{'type':'LoadBalancer','selector':{'a':'b'},"
                    + "'allocateLoadBalancerNodePorts':true,'externalTrafficPolicy':'Cluster','loadBalancerSourceRanges':['10.0.0.0/8'],"
                    + "'sessionAffinity':'ClientIP','sessionAffinityConfig':{'clientIP':{'timeoutSeconds':10}},"
                    + "'ports':[{'name':'p','port':80,'targetPort':'http'},{'name':'q','port':81,'targetPort':8081,'protocol':'UDP'}]}}",
            "/api/v1/" + NAMESPACED
                    + "endpoints|{'metadata':{'name':'x'},'subsets':[{'addresses':[{'ip':'10.1.2.3','targetRef':"
                    + "{'kind':'Pod','name':'p'}}],'notReadyAddresses':[{'ip':'10.1.2.4'}],'ports':[{'name':'p','port':80}]}]}",
            "/api/v1/" + NAMESPACED
                    + "events|{'metadata':{'name':'x','namespace':'default'},'involvedObject':{'kind':'Pod','name':'p',"
                    + "'namespace':'default'},'reason':'R','message':'m','type':'Normal','count':2,"
                    + "'firstTimestamp':'2026-01-02T03:04:05Z','lastTimestamp':'2026-01-02T03:04:06Z','source':{'component':'c'}}",
            "/apis/events.k8s.io/v1/" + NAMESPACED
                    + "events|{'metadata':{'name':'x','namespace':'default'},'regarding':{'kind':'Pod',"
                    + "'name':'p','namespace':'default'},'reason':'R','note':'m','type':'Normal','action':'A',"
                    + "'eventTime':'2026-01-02T03:04:05.678901Z','reportingController':'a.io/c','reportingInstance':'i'}",
            "/api/v1/" + NAMESPACED
                    + "replicationcontrollers|{'metadata':{'name':'x'},'spec':{'replicas':0,'selector':{'a':'b'},"
                    + TEMPLATE + "}}",
            "/apis/apps/v1/" + NAMESPACED + "replicasets|" + WORKLOAD + ",'replicas':0,'minReadySeconds':3}}",
            "/api/v1/namespaces|{'metadata':{'name':'x'}}",
            "/api/v1/nodes|{'metadata':{'name':'x'},'spec':{'unschedulable':true,'taints':[{'key':'a','effect':'NoSchedule'}]},"
                    + "'status':{'capacity':{'cpu':'2'},'conditions':[{'type':'Ready','status':'True'}]}}",
            "/apis/discovery.k8s.io/v1/" + NAMESPACED
                    + "endpointslices|{'metadata':{'name':'x'},'addressType':'IPv4','endpoints':[{"
                    + "'addresses':['10.1.2.3'],'conditions':{'ready':true,'serving':true,'terminating':false},'nodeName':'n'}],"
                    + "'ports':[{'name':'p','port':80,'protocol':'TCP'}]}",
            "/apis/rbac.authorization.k8s.io/v1/" + NAMESPACED
                    + "roles|{'metadata':{'name':'x'},'rules':[{'apiGroups':[''],"
                    + "'resources':['pods'],'verbs':['get'],'resourceNames':['p']}]}",
            "/apis/rbac.authorization.k8s.io/v1/" + NAMESPACED
                    + "rolebindings|{'metadata':{'name':'x'},'roleRef':{'apiGroup':"
                    + "'rbac.authorization.k8s.io','kind':'Role','name':'r'},'subjects':[{'kind':'ServiceAccount','name':'s',"
                    + "'namespace':'default'}]}",
            "/apis/rbac.authorization.k8s.io/v1/clusterroles|{'metadata':{'name':'x'},'aggregationRule':{'clusterRoleSelectors':[{"
                    + "'matchLabels':{'a':'b'}}]},'rules':[{'nonResourceURLs':['/x'],'verbs':['get']}]}",
            "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings|{'metadata':{'name':'x'},'roleRef':{'apiGroup':"
                    + "'rbac.authorization.k8s.io','kind':'ClusterRole','name':'r'},'subjects':[{'kind':'User','apiGroup':"
                    + "'rbac.authorization.k8s.io','name':'u'}]}",
            "/apis/node.k8s.io/v1/runtimeclasses|{'metadata':{'name':'x'},'handler':'h','overhead':{'podFixed':{'cpu':'1'}},"
                    + "'scheduling':{'nodeSelector':{'a':'b'},'tolerations':[{'key':'a','operator':'Exists'}]}}",
            "/apis/storage.k8s.io/v1/csidrivers|{'metadata':{'name':'x'},'spec':{'attachRequired':false,'podInfoOnMount':true,"
                    + "'tokenRequests':[{'audience':'a','expirationSeconds':700}],'volumeLifecycleModes':['Ephemeral']}}",
            "/apis/storage.k8s.io/v1/csinodes|{'metadata':{'name':'x'},'spec':{'drivers':[{'name':'d','nodeID':'n','topologyKeys':['k'],"
                    + "'allocatable':{'count':3}}]}}",
            "/apis/storage.k8s.io/v1/" + NAMESPACED
                    + "csistoragecapacities|{'metadata':{'name':'x'},'storageClassName':'fast',"
                    + "'capacity':'1Gi','nodeTopology':{'matchLabels':{'a':'b'}}}",
            "/apis/certificates.k8s.io/v1/certificatesigningrequests|{'metadata':{'name':'x'},'spec':{'signerName':'a.io/b',"
                    + "'usages':['client auth'],'expirationSeconds':700,'request':'" + Requests.of("CN=x", PAIR, PAIR)
                    + "'}}",
            "/apis/certificates.k8s.io/v1/clustertrustbundles|{'metadata':{'name':'a.io:b:x'},'spec':{'signerName':'a.io/b',"
                    + "'trustBundle':'" + Bundles.AUTHORITY.replace("\n", "\\n") + "'}}",
            "/apis/storagemigration.k8s.io/v1/storageversionmigrations|{'metadata':{'name':'x'},'spec':{'resource':{'group':'apps',"
                    + "'resource':'deployments'}}}",
            "/apis/resource.k8s.io/v1/deviceclasses|{'metadata':{'name':'x'},'spec':{'selectors':[{'cel':{'expression':'false'}}],"
                    + "'config':[{'opaque':{'driver':'a.io','parameters':{'a':1}}}],'extendedResourceName':'a.io/gpu'}}",
            "/apis/resource.k8s.io/v1/" + NAMESPACED + "resourceclaims|{'metadata':{'name':'x'},'spec':" + CLAIM + "}",
            "/apis/resource.k8s.io/v1/" + NAMESPACED
                    + "resourceclaimtemplates|{'metadata':{'name':'x'},'spec':{'metadata':{"
                    + "'labels':{'a':'b'}},'spec':" + CLAIM + "}}",
            "/apis/resource.k8s.io/v1/resourceslices|{'metadata':{'name':'x'},'spec':{'driver':'a.io','nodeName':'n','pool':{"
                    + "'name':'p','generation':0,'resourceSliceCount':1},'devices':[{'name':'d','attributes':{'a.io/b':{'bool':true},"
                    + "'c':{'version':'1.0.0'},'s':{'string':'t'}},'capacity':{'m':{'value':'1Gi'}}}]}}",
            "/apis/networking.k8s.io/v1/ipaddresses|{'metadata':{'name':'10.96.8.8'},'spec':{'parentRef':{'group':'a.io',"
                    + "'resource':'r','namespace':'n','name':'x'}}}",
            "/apis/networking.k8s.io/v1/servicecidrs|{'metadata':{'name':'x'},'spec':{'cidrs':['10.96.8.0/24','2001:db8::/64']}}",
            "/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas|{'metadata':{'name':'x'},'spec':{'matchingPrecedence':0,"
                    + "'priorityLevelConfiguration':{'name':'l'},'distinguisherMethod':{'type':'ByUser'},'rules':[{'subjects':[{"
                    + "'kind':'ServiceAccount','serviceAccount':{'name':'*','namespace':'n'}}],'resourceRules':[{'verbs':['get'],"
                    + "'apiGroups':['*'],'resources':['pods'],'namespaces':['n'],'clusterScope':true}],'nonResourceRules':[{"
                    + "'verbs':['*'],'nonResourceURLs':['/a/*']}]}]}}",
            "/apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations|{'metadata':{'name':'x'},'spec':{'type':'Limited',"
                    + "'limited':{'nominalConcurrencyShares':0,'lendablePercent':0,'borrowingLimitPercent':0,'limitResponse':{"
                    + "'type':'Queue','queuing':{'queues':0,'handSize':4,'queueLengthLimit':1}}}}}",
            "/apis/storage.k8s.io/v1/volumeattachments|{'metadata':{'name':'x'},'spec':{'attacher':'a','nodeName':'n','source':{"
                    + "'persistentVolumeName':'v'}}}");

    private SampleObjects() {}

    /** Where it is created. */
    /** Prints paths and objects with a tab between them, for {@code .ci/compare-reference}. */
    static void main() {
        LINES.forEach(line -> System.out.println(path(line) + "\t" + object(line)));
    }

    static String path(String line) {
        return line.substring(0, line.indexOf('|'));
    }

    static ObjectNode object(String line) {
        return (ObjectNode)
                Json.MAPPER.readTree(line.substring(line.indexOf('|') + 1).replace('\'', '"'));
    }
}
