package io.i2kit.apiserver.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.i2kit.apiserver.registry.core.ServiceAllocator;
import io.i2kit.apiserver.registry.table.Column;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.node.ObjectNode;

/** Each kind that is stored or of the cluster's own: what is taken, and what is refused in upstream's words. */
class KindRulesTest {
    private static final ResourceTable TABLE = StandardRegistry.table(new ServiceAllocator());

    /** Lines of {@code resource | object | fault}; no fault: the object is good; several are joined by {@code &&}. */
    private static final String RULES = """
            networking.k8s.io/ingresses | {'spec':{'defaultBackend':{'service':{'name':'s','port':{'number':80}}}}} |
            networking.k8s.io/ingresses | {'spec':{'rules':[{'host':'*.a.io','http':{'paths':[{'path':'/','pathType':'Prefix','backend':{'service':{'name':'s','port':{'name':'http'}}}}]}}],'tls':[{'hosts':['a.io'],'secretName':'t'}]}} |
            networking.k8s.io/ingresses | {'spec':{}} | spec: Invalid value: null: either `defaultBackend` or `rules` must be specified
            networking.k8s.io/ingresses | {'spec':{'defaultBackend':{}}} | spec.defaultBackend: Invalid value: "": resource or service backend is required
            networking.k8s.io/ingresses | {'spec':{'defaultBackend':{'service':{'name':'s','port':{}}}}} | spec.defaultBackend: Required value: port name or number is required
            networking.k8s.io/ingresses | {'spec':{'rules':[{'host':'1.2.3.4','http':{'paths':[{'pathType':'ImplementationSpecific','backend':{'service':{'name':'s','port':{'number':1}}}}]}}]}} | spec.rules[0].host: Invalid value: "1.2.3.4": must be a DNS name, not an IP address
            networking.k8s.io/ingresses | {'spec':{'rules':[{'http':{'paths':[{'backend':{}}]}}]}} | spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified
            networking.k8s.io/ingresses | {'spec':{'rules':[{'http':{'paths':[{'path':'a//b','pathType':'ImplementationSpecific','backend':{'service':{'name':'s','port':{'number':1}}}}]}}]}} | spec.rules[0].http.paths[0].path: Invalid value: "a//b": must be an absolute path
            networking.k8s.io/ingresses | {'spec':{'rules':[{'http':{'paths':[{'path':'/a//b','pathType':'Exact','backend':{'service':{'name':'s','port':{'number':1}}}}]}}]}} | spec.rules[0].http.paths[0].path: Invalid value: "/a//b": must not contain '//'
            networking.k8s.io/ingresses | {'metadata':{'annotations':{'kubernetes.io/ingress.class':'a'}},'spec':{'ingressClassName':'b','defaultBackend':{'service':{'name':'s','port':{'number':1}}}}} | annotations.kubernetes.io/ingress.class: Invalid value: "a": must match `ingressClassName` when both are specified
            networking.k8s.io/ingressclasses | {'spec':{'controller':'acme.io/lb','parameters':{'kind':'P','name':'n'}}} |
            networking.k8s.io/ingressclasses | {'spec':{}} | spec.controller: Required value
            networking.k8s.io/ingressclasses | {'spec':{'controller':'acme'}} | spec.controller: Invalid value: "acme": must be a domain-prefixed path (such as "acme.io/foo")
            networking.k8s.io/ingressclasses | {'spec':{'controller':'a.io/b','parameters':{'kind':'P','name':'n','scope':'Namespace'}}} | spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'
            networking.k8s.io/networkpolicies | {'spec':{'podSelector':{},'ingress':[{'from':[{'ipBlock':{'cidr':'10.0.0.0/8','except':['10.1.0.0/16']}}],'ports':[{'port':80,'endPort':90}]}]}} |
            networking.k8s.io/networkpolicies | {'spec':{'podSelector':{},'ingress':[{'from':[{}]}]}} | spec.ingress[0].from[0]: Required value: must specify a peer
            networking.k8s.io/networkpolicies | {'spec':{'podSelector':{},'egress':[{'to':[{'ipBlock':{'cidr':'10.0.0.0/99'}}]}]}} | spec.egress[0].to[0].ipBlock.cidr: Invalid value: "10.0.0.0/99": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)
            networking.k8s.io/networkpolicies | {'spec':{'podSelector':{},'egress':[{'to':[{'ipBlock':{'cidr':'10.0.0.1/8'}}]}]}} | spec.egress[0].to[0].ipBlock.cidr: Invalid value: "10.0.0.1/8": must not have bits set beyond the prefix length
            networking.k8s.io/networkpolicies | {'spec':{'podSelector':{},'egress':[{'to':[{'ipBlock':{'cidr':'10.0.0.0/8','except':['11.0.0.0/16']}}]}]}} | spec.egress[0].to[0].ipBlock.except[0]: Invalid value: "11.0.0.0/16": must be a strict subset of `cidr`
            networking.k8s.io/networkpolicies | {'spec':{'podSelector':{},'ingress':[{'ports':[{'port':80,'endPort':70}]}]}} | spec.ingress[0].ports[0].endPort: Invalid value: 70: must be greater than or equal to `port`
            networking.k8s.io/networkpolicies | {'spec':{'podSelector':{},'ingress':[{'ports':[{'protocol':'ICMP','port':8}]}]}} | spec.ingress[0].ports[0].protocol: Unsupported value: "ICMP": supported values: "TCP", "UDP", "SCTP"
            policy/poddisruptionbudgets | {'spec':{'minAvailable':'50%','selector':{'matchLabels':{'a':'b'}}}} |
            policy/poddisruptionbudgets | {'metadata':{'name':'A b'}} |
            policy/poddisruptionbudgets | {'metadata':{'name':'a/%'}} | metadata.name: may not contain '/' && metadata.name: may not contain '%'
            events | {'metadata':{'namespace':'n'},'involvedObject':{'namespace':'m'}} | involvedObject.namespace: Invalid value: "m": does not match event.namespace
            events | {'metadata':{'namespace':'n'},'eventTime':'2026-01-02T03:04:05.678901Z','involvedObject':{'namespace':'n'},'reportingComponent':'a.io/c','action':'A'} | reportingInstance: Required value && reason: Required value
            policy/poddisruptionbudgets | {'spec':{'minAvailable':'101%'}} | spec.minAvailable: Invalid value: "101%": must not be greater than 100%
            policy/poddisruptionbudgets | {'spec':{'maxUnavailable':-1}} | spec.maxUnavailable: Invalid value: -1: must be greater than or equal to 0
            policy/poddisruptionbudgets | {'spec':{'minAvailable':1,'maxUnavailable':1}} | spec: Invalid value: {"MinAvailable":1,"Selector":null,"MaxUnavailable":1,"UnhealthyPodEvictionPolicy":null}: minAvailable and maxUnavailable cannot be both set
            policy/poddisruptionbudgets | {'spec':{'unhealthyPodEvictionPolicy':'Odd'}} | spec.unhealthyPodEvictionPolicy: Unsupported value: "Odd": supported values: "AlwaysAllow", "IfHealthyBudget"
            autoscaling/horizontalpodautoscalers | {'spec':{'maxReplicas':3,'scaleTargetRef':{'apiVersion':'apps/v1','kind':'Deployment','name':'d'}}} |
            autoscaling/horizontalpodautoscalers | {'spec':{'scaleTargetRef':{'apiVersion':'apps/v1','kind':'Deployment','name':'d'}}} | spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas` && spec.maxReplicas: Required value
            autoscaling/horizontalpodautoscalers | {'spec':{'minReplicas':5,'maxReplicas':3,'scaleTargetRef':{'apiVersion':'apps/v1','kind':'Deployment','name':'d'}}} | spec.maxReplicas: Invalid value: 3: must be greater than or equal to `minReplicas`
            autoscaling/horizontalpodautoscalers | {'spec':{'maxReplicas':3,'scaleTargetRef':{'apiVersion':'v1','kind':'Deployment','name':'d'}}} | spec.scaleTargetRef.apiVersion: Invalid value: "v1": apiVersion must specify API group
            autoscaling/horizontalpodautoscalers | {'spec':{'maxReplicas':3,'scaleTargetRef':{'apiVersion':'apps/v1','name':'d'}}} | spec.scaleTargetRef.kind: Required value
            autoscaling/horizontalpodautoscalers | {'spec':{'minReplicas':0,'maxReplicas':3,'scaleTargetRef':{'apiVersion':'apps/v1','kind':'Deployment','name':'d'}}} | spec.metrics: Forbidden: must specify at least one Object or External metric to support scaling to zero replicas
            autoscaling/horizontalpodautoscalers | {'spec':{'maxReplicas':3,'scaleTargetRef':{'apiVersion':'apps/v1','kind':'Deployment','name':'d'},'metrics':[{'type':'Resource','resource':{'name':'cpu','target':{'type':'Utilization'}}}]}} | spec.metrics[0].resource.target.averageUtilization: Required value: must set either a target raw value or a target utilization
            autoscaling/horizontalpodautoscalers | {'spec':{'maxReplicas':3,'scaleTargetRef':{'apiVersion':'apps/v1','kind':'Deployment','name':'d'},'behavior':{'scaleDown':{'stabilizationWindowSeconds':9999}}}} | spec.behavior.scaleDown.stabilizationWindowSeconds: Invalid value: 9999: must be less than or equal to 3600
            autoscaling/horizontalpodautoscalers | {'spec':{'maxReplicas':3,'scaleTargetRef':{'apiVersion':'apps/v1','kind':'Deployment','name':'d'},'behavior':{'scaleUp':{'policies':[{'type':'Pods'}]}}}} | spec.behavior.scaleUp.policies[0].value: Invalid value: 0: must be greater than zero && spec.behavior.scaleUp.policies[0].periodSeconds: Invalid value: 0: must be greater than zero
            storage.k8s.io/storageclasses | {'provisioner':'acme.io/disk'} |
            storage.k8s.io/storageclasses | {'provisioner':'a','allowedTopologies':[{}]} | allowedTopologies[0].matchLabelExpressions: Duplicate value: ""
            storage.k8s.io/storageclasses | {'provisioner':'a','allowedTopologies':[{'matchLabelExpressions':[{'key':'z','values':['b','b']}]},{'matchLabelExpressions':[{'key':'z','values':['b']}]}]} | allowedTopologies[0].matchLabelExpressions[0].values[1]: Duplicate value: "b" && allowedTopologies[1].matchLabelExpressions: Duplicate value: ""
            storage.k8s.io/storageclasses | {'allowedTopologies':[{'matchLabelExpressions':[{'key':'z'}]}]} | allowedTopologies[0].matchLabelExpressions[0].values: Required value && provisioner: Required value
            storage.k8s.io/storageclasses | {} | provisioner: Required value
            storage.k8s.io/storageclasses | {'provisioner':'a','volumeBindingMode':'Odd'} | volumeBindingMode: Unsupported value: "Odd": supported values: "Immediate", "WaitForFirstConsumer"
            storage.k8s.io/storageclasses | {'provisioner':'a','reclaimPolicy':'Recycle'} | reclaimPolicy: Unsupported value: "Recycle": supported values: "Delete", "Retain"
            storage.k8s.io/volumeattributesclasses | {'driverName':'a','parameters':{'iops':'1'}} |
            storage.k8s.io/volumeattributesclasses | {'driverName':'a'} | parameters: Required value: must contain at least one key/value pair
            scheduling.k8s.io/priorityclasses | {'value':1000} |
            scheduling.k8s.io/priorityclasses | {'metadata':{'name':'system-node-critical'},'value':2000001000} |
            scheduling.k8s.io/priorityclasses | {'value':1000000001} | value: Forbidden: maximum allowed value of a user defined priority is 1000000000
            scheduling.k8s.io/priorityclasses | {'metadata':{'name':'system-x'},'value':1} | metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: system-x is not a known system priority class
            scheduling.k8s.io/priorityclasses | {'metadata':{'name':'system-node-critical'},'value':1} | metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: value of system-node-critical PriorityClass must be 2000001000
            scheduling.k8s.io/priorityclasses | {'value':1,'preemptionPolicy':'Odd'} | preemptionPolicy: Unsupported value: "Odd": supported values: "PreemptLowerPriority", "Never"
            coordination.k8s.io/leases | {'spec':{'holderIdentity':'a','leaseDurationSeconds':15}} |
            coordination.k8s.io/leases | {'spec':{'leaseDurationSeconds':0}} | spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0
            coordination.k8s.io/leases | {'spec':{'leaseTransitions':-1}} | spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0
            persistentvolumeclaims | {'spec':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}} |
            persistentvolumeclaims | {'spec':{'resources':{'requests':{'storage':'1Gi'}}}} | spec.accessModes: Required value: at least 1 access mode is required
            persistentvolumeclaims | {'spec':{'accessModes':['ReadWriteOnce']}} | spec.resources[storage]: Required value
            persistentvolumeclaims | {'spec':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'-1'}}}} | spec.resources[storage]: Invalid value: "-1": must be greater than zero
            persistentvolumeclaims | {'spec':{'accessModes':['ReadWriteOnce','ReadWriteOncePod'],'resources':{'requests':{'storage':'1'}}}} | spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes
            persistentvolumeclaims | {'spec':{'accessModes':['ReadWriteOnce'],'volumeMode':'Odd','resources':{'requests':{'storage':'1'}}}} | spec.volumeMode: Unsupported value: "Odd": supported values: "Block", "Filesystem"
            persistentvolumes | {'spec':{'accessModes':['ReadWriteOnce'],'capacity':{'storage':'1Gi'},'hostPath':{'path':'/a'}}} |
            persistentvolumes | {'spec':{'accessModes':['ReadWriteOnce'],'capacity':{'storage':'1Gi'}}} | spec: Required value: must specify a volume type
            persistentvolumes | {'spec':{'accessModes':['ReadWriteOnce'],'capacity':{'storage':'1Gi'},'hostPath':{'path':'/a'},'nfs':{'server':'s','path':'/p'}}} | spec.nfs: Forbidden: may not specify more than 1 volume type
            persistentvolumes | {'spec':{'accessModes':['ReadWriteOnce'],'capacity':{'storage':'1Gi'},'local':{'path':'/a'}}} | spec.nodeAffinity: Required value: Local volume requires node affinity
            resourcequotas | {'spec':{'hard':{'pods':'4','requests.cpu':'1','count/deployments.apps':'2'}}} |
            resourcequotas | {'spec':{'hard':{'odd':'1'}}} | spec.hard[odd]: Invalid value: "odd": must be a standard resource type or fully qualified && spec.hard[odd]: Invalid value: "odd": must be a standard resource for quota
            resourcequotas | {'spec':{'hard':{'pods':'1500m'}}} | spec.hard[pods]: Invalid value: "1500m": must be an integer
            resourcequotas | {'spec':{'hard':{'pods':'-1'}}} | spec.hard[pods]: Invalid value: "-1": must be greater than or equal to 0
            resourcequotas | {'spec':{'hard':{'services':'1'},'scopes':['Terminating']}} | spec.scopes: Invalid value: ["Terminating"]: unsupported scope applied to resource
            resourcequotas | {'spec':{'hard':{'pods':'1'},'scopes':['Terminating','NotTerminating']}} | spec.scopes: Invalid value: ["Terminating","NotTerminating"]: conflicting scopes
            limitranges | {'spec':{'limits':[{'type':'Container','max':{'cpu':'1'},'min':{'cpu':'100m'}}]}} |
            limitranges | {'spec':{'limits':[{'type':'*'}]}} | spec.limits[0].type: Invalid value: "*": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')
            namespaces | {'spec':{'finalizers':['a.io/b','x']}} | spec.finalizers: Invalid value: "x": name is neither a standard finalizer name nor is it fully qualified
            limitranges | {'spec':{'limits':[{'type':'Odd'}]}} | spec.limits[0].type: Invalid value: "Odd": must be a standard limit type or fully qualified
            limitranges | {'spec':{'limits':[{'type':'Pod','max':{'cpu':'1'},'min':{'cpu':'2'}}]}} | spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1
            limitranges | {'spec':{'limits':[{'type':'Pod','default':{'cpu':'1'}}]}} | spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'
            limitranges | {'spec':{'limits':[{'type':'PersistentVolumeClaim'}]}} | spec.limits[0].limits: Required value: either minimum or maximum storage value is required, but neither was provided
            limitranges | {'spec':{'limits':[{'type':'Container','maxLimitRequestRatio':{'cpu':'500m'}}]}} | spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "500m": ratio 500m is less than 1
            podtemplates | {'template':{'spec':{'containers':[{'name':'c','image':'i'}]}}} |
            podtemplates | {'template':{'spec':{}}} | template.spec.containers: Required value
            podtemplates | {} | template.spec.containers: Required value
            pods | {} | spec.containers: Required value
            pods | {'spec':{'volumes':[{'name':'v','secret':{}}],'containers':[{'name':'c','image':'i','volumeMounts':[{'name':'v','mountPath':'/a'}]}]}} | spec.volumes[0].secret.secretName: Required value && spec.containers[0].volumeMounts[0].name: Not found: "v"
            services | {'spec':{'ports':[{'port':80,'targetPort':'http'}],'sessionAffinity':'ClientIP'}} |
            services | {'spec':{'ports':[{'port':80}],'sessionAffinity':'ClientIP','sessionAffinityConfig':{'clientIP':{'timeoutSeconds':-1}}}} | spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: -1: must be greater than 0 and less than 86400
            services | {'spec':{'ports':[{'port':80}],'loadBalancerSourceRanges':['10.0.0.0/8'],'allocateLoadBalancerNodePorts':true,'externalTrafficPolicy':'Cluster'}} | spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer' && spec.allocateLoadBalancerNodePorts: Forbidden: may only be used when `type` is 'LoadBalancer' && spec.externalTrafficPolicy: Invalid value: "Cluster": may only be set for externally-accessible services
            services | {'spec':{'type':'LoadBalancer','ports':[{'port':80}],'loadBalancerSourceRanges':['x'],'loadBalancerClass':'a/b','trafficDistribution':'Odd'}} | spec.LoadBalancerSourceRanges[0]: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64) && spec.trafficDistribution: Unsupported value: "Odd": supported values: "PreferClose", "PreferSameZone", "PreferSameNode"
            services | {'spec':{'ports':[{'name':'a','port':80,'nodePort':30000},{'name':'b','port':80,'appProtocol':'-'}]}} | spec.ports[1].appProtocol: Invalid value: "-": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') && spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP' && spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}
            services | {'spec':{'type':'ExternalName','clusterIP':'10.96.1.1'}} | spec.clusterIPs: Forbidden: may not be set for ExternalName services && spec.externalName: Required value
            services | {'spec':{'clusterIP':'x','externalIPs':['127.0.0.1'],'ipFamilies':['IPv4','IPv4'],'ports':[{'port':0}]}} | spec.ipFamilies[1]: Duplicate value: "IPv4" && spec.clusterIPs[0]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)
            services | {'spec':{'externalIPs':['127.0.0.1'],'ports':[{'port':0}]}} | spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive && spec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive && spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)
            endpoints | {'subsets':[{'addresses':[{'ip':'x'}]}]} | subsets[0].addresses[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff) && subsets[0].addresses[0].ip: Invalid value: "x": must be a valid IP address
            endpoints | {'subsets':[{'addresses':[{'ip':'169.254.1.1'}],'ports':[{'port':80},{'port':81,'name':'a','protocol':'x'}]}]} | subsets[0].addresses[0].ip: Invalid value: "169.254.1.1": may not be in the link-local range (169.254.0.0/16, fe80::/10) && subsets[0].ports[0].name: Required value && subsets[0].ports[1].protocol: Unsupported value: "x": supported values: "SCTP", "TCP", "UDP"
            discovery.k8s.io/endpointslices | {'addressType':'IPv4','endpoints':[{'addresses':['10.1.1.1'],'hints':{'forZones':[{'name':'z'}]}}],'ports':[{'name':'p','port':80}]} |
            discovery.k8s.io/endpointslices | {'endpoints':[{}],'ports':[{'protocol':'x'},{'protocol':''}]} | ports[0].protocol: Unsupported value: "x": supported values: "SCTP", "TCP", "UDP" && ports[1].name: Duplicate value: "" && ports[1].protocol: Unsupported value: "": supported values: "SCTP", "TCP", "UDP" && addressType: Required value && endpoints[0].addresses: Required value
            discovery.k8s.io/endpointslices | {'addressType':'FQDN','endpoints':[{'addresses':['a.b.','x','']}]} | endpoints[0].addresses[1]: Invalid value: "x": should be a domain with at least two segments separated by dots && endpoints[0].addresses[2]: Required value
            discovery.k8s.io/endpointslices | {'addressType':'IPv6','endpoints':[{'addresses':['10.1.1.1','FE80::1'],'hints':{'forNodes':[{'name':'a'},{'name':'a'}]}}]} | endpoints[0].addresses: Invalid value: "10.1.1.1": must be an IPv6 address && endpoints[0].addresses[1]: Invalid value: "FE80::1": must be in canonical form ("fe80::1") && endpoints[0].hints.forNodes[1].name: Duplicate value: "a"
            nodes | {'spec':{'taints':[{'key':'a','effect':'NoSchedule'}],'podCIDRs':['10.0.0.0/24']},'status':{'capacity':{'cpu':'2'}}} |
            nodes | {'spec':{'taints':[{'key':'a','effect':'NoSchedule'},{'key':'a','effect':'NoSchedule'},{'effect':'Odd'}],'podCIDRs':['10.0.0.0/24','10.0.1.0/24']},'status':{'capacity':{'pods':'500m'}}} | metadata.taints[1]: Duplicate value: {"Key":"a","Value":"","Effect":"NoSchedule","TimeAdded":null}: taints must be unique by key and effect pair && metadata.taints[2].key: Invalid value: "": name part must be non-empty && metadata.taints[2].key: Invalid value: "": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') && metadata.taints[2].effect: Unsupported value: "Odd": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute" && status.capacity.pods: Invalid value: "500m": must be an integer && status.allocatable.pods: Invalid value: "500m": must be an integer && spec.podCIDRs: Invalid value: ["10.0.0.0/24","10.0.1.0/24"]: may specify no more than one CIDR for each IP family
            rbac.authorization.k8s.io/clusterroles | {'aggregationRule':{'clusterRoleSelectors':[{'matchExpressions':[{'key':'a','operator':'In'}]}]}} | aggregationRule.clusterRoleSelectors[0].matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn' && aggregationRule.clusterRoleSelectors[0]: Invalid value: null: invalid label selector.
            rbac.authorization.k8s.io/rolebindings | {'subjects':[{'kind':'User'}]} | roleRef.kind: Unsupported value: "": supported values: "Role", "ClusterRole" && subjects[0].name: Required value && roleRef.name: Required value
            persistentvolumes | {'spec':{'accessModes':['ReadWriteOnce'],'capacity':{'storage':'1'},'local':{'path':'/a'},'nodeAffinity':{'required':{'nodeSelectorTerms':[{'matchExpressions':[{'key':'a','operator':'Exists','values':['b']}],'matchFields':[{'key':'x','operator':'Gt'}]}]}}}} | spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist' && spec.nodeAffinity.required.nodeSelectorTerms[0].matchFields[0].operator: Invalid value: "Gt": not a valid selector operator && spec.nodeAffinity.required.nodeSelectorTerms[0].matchFields[0].key: Invalid value: "x": not a valid field selector key
            persistentvolumes | {'spec':{'accessModes':['ReadWriteOnce'],'capacity':{'storage':'1'},'iscsi':{'targetPortal':'p','iqn':'iqn.x','lun':256,'chapAuthSession':true}}} | spec.iscsi.iqn: Invalid value: "iqn.x": must be valid format && spec.iscsi.lun: Invalid value: 256: must be between 0 and 255, inclusive && spec.iscsi.secretRef: Required value
            persistentvolumes | {'spec':{'accessModes':['ReadWriteOnce'],'capacity':{'storage':'1'},'csi':{'driver':'d','volumeHandle':'h','nodeExpandSecretRef':{'name':'n'}}}} | spec.csi.nodeExpandSecretRef.namespace: Required value
            pods | {'spec':{'topologySpreadConstraints':[{'maxSkew':0,'topologyKey':'z','whenUnsatisfiable':'ScheduleAnyway','minDomains':1,'matchLabelKeys':['a']},{'maxSkew':1,'topologyKey':'z','whenUnsatisfiable':'ScheduleAnyway','nodeTaintsPolicy':'Odd'}],'containers':[{'name':'c','image':'i'}]}} | spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero && spec.topologySpreadConstraints[0].{topologyKey, whenUnsatisfiable}: Duplicate value: "{z, ScheduleAnyway}" && spec.topologySpreadConstraints[0].minDomains: Invalid value: 1: can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ScheduleAnyway && spec.topologySpreadConstraints[0].matchLabelKeys: Forbidden: must not be specified when labelSelector is not set && spec.topologySpreadConstraints[1].nodeTaintsPolicy: Unsupported value: "Odd": supported values: "Honor", "Ignore"
            persistentvolumes | {'spec':{'accessModes':['ReadWriteOnce'],'capacity':{'storage':'-1500m'},'hostPath':{'path':'/a'}}} | spec.capacity[storage]: Invalid value: -2: must be a valid resource quantity && spec.capacity[storage]: Invalid value: "-1500m": must be greater than zero
            """;

    @TestFactory
    Stream<DynamicTest> rules() {
        return RULES.lines().map(line -> {
            String[] parts = line.split(" \\| ?", 3);
            return DynamicTest.dynamicTest(line, () -> {
                List<String> faults = harness(parts[0]).faults(parts[1]);
                if (parts[2].isEmpty()) {
                    assertThat(faults).isEmpty();
                } else {
                    assertThat(faults).containsExactly(parts[2].split(" && "));
                }
            });
        });
    }

    @Test
    void kindsThatNothingActsOnCanBeRefused() {
        ResourceTable strict = TABLE.refusingStored();
        ResourceDefinition ingresses = strict.stored("networking.k8s.io/ingresses");
        assertThat(ingresses.support()).isEqualTo(Support.LISTED);
        assertThat(ingresses.verbs()).containsExactly("get", "list", "watch");
        assertThat(strict.stored("pods").support()).isEqualTo(Support.SERVED);
        assertThat(strict.all()).hasSameSizeAs(TABLE.all());
        assertThatThrownBy(() -> Store.refuseWritesOf(ingresses))
                .isInstanceOf(ApiException.class)
                .hasMessage(
                        "ingresses.networking.k8s.io cannot be written: i2kit does not run objects of kind Ingress yet");
    }

    private static StrategyHarness harness(String resource) {
        return new StrategyHarness(TABLE.stored(resource).strategy());
    }

    private static ObjectNode created(String resource, String text) {
        return harness(resource).created(text);
    }

    private static List<Object> cells(String resource, ObjectNode object) {
        return TABLE.stored(resource).columns().stream()
                .map((Column column) -> column.shown(object, Instant.EPOCH))
                .toList();
    }

    @Test
    void aLimitRangeFillsInItsOwnDefaults() {
        ObjectNode object = created(
                "limitranges", "{'spec':{'limits':[{'type':'Container','max':{'cpu':'1'},'min':{'memory':'1Mi'}}]}}");
        assertThat(object.at("/spec/limits/0"))
                .isEqualTo(StrategyHarness.tree("{'type':'Container','max':{'cpu':'1'},'min':{'memory':'1Mi'},"
                        + "'default':{'cpu':'1'},'defaultRequest':{'cpu':'1','memory':'1Mi'}}"));
    }

    @Test
    void aLimitRangeWithoutANameGetsOne() {
        assertThat(Meta.name(created("limitranges", "{'metadata':{'name':''}}")))
                .hasSize(36);
    }

    @Test
    void whatNeedsAVersionForAnUpdate() {
        assertThat(TABLE.all().stream()
                        .filter(definition -> !definition.strategy().allowUnconditionalUpdate())
                        .map(definition -> definition.names().plural()))
                .containsExactlyInAnyOrder(
                        "clustertrustbundles",
                        "leases",
                        "runtimeclasses",
                        "poddisruptionbudgets",
                        "csidrivers",
                        "csinodes",
                        "csistoragecapacities",
                        "volumeattachments",
                        "storageversionmigrations");
    }

    @Test
    void aNodeKeepsWhatItWasGiven() {
        StrategyHarness nodes = harness("nodes");
        ObjectNode old = nodes.created(
                "{'spec':{'podCIDRs':['10.0.0.0/24'],'providerID':'p'},'status':{'capacity':{'cpu':'2'},'addresses':[]}}");
        assertThat(old.at("/spec/podCIDR").asString()).isEqualTo("10.0.0.0/24");
        assertThat(nodes.created("{'spec':{'podCIDR':'10.0.0.0/24'}}")
                        .at("/spec/podCIDRs/0")
                        .asString())
                .isEqualTo("10.0.0.0/24");
        assertThat(old.at("/status/allocatable")).isEqualTo(StrategyHarness.tree("{'cpu':'2'}"));
        ObjectNode changed = old.deepCopy();
        changed.withObjectProperty("spec").put("providerID", "q").remove(List.of("podCIDR", "podCIDRs"));
        assertThat(nodes.updateFaults(old, changed))
                .containsExactly(
                        "spec.podCIDRs: Forbidden: node updates may not change podCIDR except from \"\" to valid",
                        "spec.providerID: Invalid value: null: field cannot be modified once set");
        assertThat(nodes.statusFaults(
                        old, "{'addresses':[{'type':'InternalIP','address':'a'},{'type':'InternalIP','address':'a'}]}"))
                .containsExactly("status.addresses[1]: Duplicate value: {\"Type\":\"InternalIP\",\"Address\":\"a\"}");
    }

    @Test
    void whatAServiceLosesWithItsType() {
        StrategyHarness services = harness("services");
        ObjectNode old =
                services.created("{'spec':{'type':'LoadBalancer','loadBalancerClass':'a/b','ports':[{'port':80}]}}");
        ObjectNode other = old.deepCopy();
        other.withObjectProperty("spec").put("loadBalancerClass", "a/c");
        assertThat(services.updateFaults(old, other))
                .containsExactly("spec.loadBalancerClass: Invalid value: \"a/c\": may not change once set");
        ObjectNode inner = old.deepCopy();
        inner.withObjectProperty("spec").put("type", "ClusterIP");
        assertThat(services.updateFaults(old, inner.deepCopy())).isEmpty();
        inner.withObjectProperty("spec").put("allocateLoadBalancerNodePorts", false);
        assertThat(services.updateFaults(old, inner))
                .containsExactly(
                        "spec.allocateLoadBalancerNodePorts: Forbidden: may only be used when `type` is 'LoadBalancer'");
    }

    @Test
    void anEndpointSliceKeepsItsType() {
        StrategyHarness slices = harness("discovery.k8s.io/endpointslices");
        ObjectNode old = slices.created("{'addressType':'IPv4','endpoints':[]}");
        ObjectNode labeled = old.deepCopy();
        Meta.of(labeled).putObject("labels").put("a", "b");
        assertThat(slices.updateFaults(old, labeled)).isEmpty();
        assertThat(Meta.generation(labeled)).isEqualTo(2);
        assertThat(slices.updateFaults(old, old.deepCopy().put("addressType", "IPv6")))
                .containsExactly("addressType: Invalid value: null: field is immutable");
    }

    @Test
    void eventsOfTheNewGroupAreStrict() {
        ResourceDefinition definition = TABLE.find("events.k8s.io", "v1", "events");
        assertThat(definition).isNotNull();
        assertThat(definition.storedGroup()).isEmpty();
        StrategyHarness events = new StrategyHarness(definition.strategy());
        String good =
                "{'metadata':{'namespace':'n'},'eventTime':'2026-01-02T03:04:05.678901Z','type':'Normal','reason':'R',"
                        + "'involvedObject':{'namespace':'n'},'reportingComponent':'a.io/c','reportingInstance':'i','action':'A'}";
        assertThat(events.faults(good)).isEmpty();
        assertThat(events.faults(
                        good.replace("'Normal'", "'Odd'").replace("'action'", "'count':1,'series':{},'action'")))
                .containsExactly(
                        "series.count: Invalid value: \"\": should be at least 2",
                        "series.lastObservedTime: Required value",
                        "type: Invalid value: \"\": has invalid value: Odd",
                        "count: Invalid value: \"\": needs to be unset");
        assertThat(events.faults("{'metadata':{'namespace':'default'},'type':'Normal'}"))
                .containsExactly("eventTime: Required value");
        ObjectNode old = events.created(good);
        ObjectNode changed = old.deepCopy().put("action", "B").put("count", 2);
        changed.putObject("source").put("component", "c");
        changed.putObject("related").put("kind", "K");
        assertThat(events.updateFaults(old, changed))
                .containsExactly(
                        "source: Invalid value: {\"Component\":\"c\",\"Host\":\"\"}: field is immutable",
                        "count: Invalid value: 2: field is immutable",
                        "action: Invalid value: \"B\": field is immutable",
                        "related: Invalid value: {\"Kind\":\"K\",\"Namespace\":\"\",\"Name\":\"\",\"UID\":\"\","
                                + "\"APIVersion\":\"\",\"ResourceVersion\":\"\",\"FieldPath\":\"\"}: field is immutable");
    }

    @Test
    void anAutoscalersSecondVersionIsTheFirstWithAnnotations() {
        ResourceDefinition first = TABLE.find("autoscaling", "v1", "horizontalpodautoscalers");
        ObjectView view = first == null ? null : first.view();
        assertThat(view).isNotNull();
        ObjectNode shown =
                StrategyHarness.tree("{'apiVersion':'autoscaling/v1','metadata':{'name':'h'},'spec':{'maxReplicas':3,"
                        + "'targetCPUUtilizationPercentage':70}}");
        ObjectNode stored = view.toStored(shown.deepCopy());
        assertThat(stored.path("apiVersion").asString()).isEqualTo("autoscaling/v2");
        assertThat(stored.at("/spec/metrics/0/resource/target/averageUtilization")
                        .asInt())
                .isEqualTo(70);
        assertThat(view.fromStored(stored)).isEqualTo(shown);
        ObjectNode rich = StrategyHarness.tree(
                "{'apiVersion':'autoscaling/v2','metadata':{'name':'h'},'spec':{'maxReplicas':3,"
                        + "'metrics':[{'type':'Pods','pods':{'metric':{'name':'hits'},'target':{'averageValue':'10','type':'AverageValue'}}},"
                        + "{'type':'Object','object':{'describedObject':{'kind':'Ingress','name':'i'},'metric':{'name':'rps'},"
                        + "'target':{'value':'5','type':'Value'}}}],"
                        + "'behavior':{'scaleUp':{'selectPolicy':'Max','policies':[{'type':'Pods','value':4,'periodSeconds':15}]}}}}");
        ObjectNode flat = view.fromStored(rich.deepCopy());
        assertThat(flat.path("spec")).isEqualTo(StrategyHarness.tree("{'maxReplicas':3}"));
        assertThat(flat.at("/metadata/annotations/autoscaling.alpha.kubernetes.io~1metrics")
                        .asString())
                .contains("\"targetAverageValue\":\"10\"", "\"targetValue\":\"5\"");
        assertThat(flat.at("/metadata/annotations/autoscaling.alpha.kubernetes.io~1behavior")
                        .asString())
                .isEqualTo(
                        "{\"ScaleUp\":{\"StabilizationWindowSeconds\":null,\"SelectPolicy\":\"Max\",\"Policies\":[{\"Type\":\"Pods\","
                                + "\"Value\":4,\"PeriodSeconds\":15}],\"Tolerance\":null},\"ScaleDown\":null}");
        assertThat(view.toStored(flat)).isEqualTo(rich);
    }

    @Test
    void columnsAreKubectls() {
        ObjectNode ingress = created(
                "networking.k8s.io/ingresses",
                "{'spec':{'ingressClassName':'nginx','tls':[{}],'rules':[{'host':'a.io'},{'host':'b.io'},{'host':'c.io'},{'host':'d.io'}]}}");
        ingress.withObject("/status/loadBalancer")
                .putArray("ingress")
                .addObject()
                .put("ip", "1.2.3.4");
        assertThat(cells("networking.k8s.io/ingresses", ingress))
                .startsWith("x", "nginx", "a.io,b.io,c.io + 1 more...", "1.2.3.4", "80, 443");
        assertThat(cells(
                        "policy/poddisruptionbudgets",
                        created("policy/poddisruptionbudgets", "{'spec':{'minAvailable':'50%'}}")))
                .startsWith("x", "50%", "N/A", 0);
        assertThat(cells(
                        "autoscaling/horizontalpodautoscalers",
                        created(
                                "autoscaling/horizontalpodautoscalers",
                                "{'spec':{'maxReplicas':3,'scaleTargetRef':{'kind':'Deployment','name':'d'}}}")))
                .startsWith("x", "Deployment/d", "cpu: <unknown>/80%", "1", 3, 0);
        ObjectNode quota = created("resourcequotas", "{}");
        quota.set(
                "status",
                StrategyHarness.tree("{'hard':{'pods':'4','limits.cpu':'2'},'used':{'pods':'1','limits.cpu':'500m'}}"));
        assertThat(cells("resourcequotas", quota)).startsWith("x", "pods: 1/4", "limits.cpu: 500m/2");
        assertThat(cells(
                        "persistentvolumeclaims",
                        created("persistentvolumeclaims", "{'spec':{'storageClassName':'fast'}}")))
                .startsWith("x", "Pending", "", "", "", "fast", "<unset>")
                .endsWith("Filesystem");
        assertThat(cells(
                        "scheduling.k8s.io/priorityclasses",
                        created("scheduling.k8s.io/priorityclasses", "{'value':7}")))
                .startsWith("x", 7, false)
                .endsWith("PreemptLowerPriority");
    }

    @Test
    void whatNeverChanges() {
        StrategyHarness classes = harness("storage.k8s.io/storageclasses");
        ObjectNode old = classes.created("{'provisioner':'a'}");
        assertThat(classes.updateFaults(old, old.deepCopy().put("provisioner", "b")))
                .containsExactly("provisioner: Invalid value: null: field is immutable");
        StrategyHarness claims = harness("persistentvolumeclaims");
        ObjectNode claim =
                claims.created("{'spec':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}");
        ObjectNode wider = claim.deepCopy();
        wider.withObject("/spec").putArray("accessModes").add("ReadWriteMany");
        assertThat(claims.updateFaults(claim, wider))
                .singleElement()
                .asString()
                .startsWith("spec: Forbidden: spec is immutable after creation except resources.requests and"
                        + " volumeAttributesClassName for bound claims\n");
        ObjectNode bound = claim.deepCopy();
        bound.withObject("/spec").put("volumeName", "v");
        assertThat(claims.updateFaults(claim, bound)).isEmpty();
        StrategyHarness priorities = harness("scheduling.k8s.io/priorityclasses");
        ObjectNode priority = priorities.created("{'value':1}");
        assertThat(priorities.updateFaults(priority, priority.deepCopy().put("value", 2)))
                .containsExactly("value: Forbidden: may not be changed in an update.");
    }
}
