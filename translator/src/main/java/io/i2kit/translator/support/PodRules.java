package io.i2kit.translator.support;

/**
 * The rules of {@code PodSpec}, relative to it. A line is {@code path | level | condition | text}; a rule covers what lies below
 * its path unless a longer one does. The condition is empty (any value), {@code = a, b} (these), {@code != a, b} (all but the
 * defaults) or {@code doc} (for the documentation only).
 */
final class PodRules {
    private PodRules() {}

    static final String SPEC = """
            activeDeadlineSeconds | ignored | | the Pod is not ended by time
            affinity | ignored | | every Pod has a machine of its own
            automountServiceAccountToken | ignored | != false | no token is mounted into machines
            containers[] | honoured | | services of the machine
            initContainers[] | honoured | | run in order before the services
            ephemeralContainers | ignored | | ephemeral containers are not run: the image of a machine is made before it starts
            dnsConfig | honoured | |
            dnsPolicy | honoured | | Default and ClusterFirst both ask the fabric's resolver, which asks the host's for outside names
            enableServiceLinks | different | doc | the variables of the Docker links are not set; Services are found by name
            evictionResponders | ignored | | nothing evicts Pods from their machines
            hostAliases | honoured | |
            hostIPC | different | != false | the host is the Pod's own machine
            hostNetwork | different | != false | the host is the Pod's own machine, with an address of its own
            hostPID | different | != false | the host is the Pod's own machine
            hostUsers | ignored | != true | containers have the users of the Pod's own machine
            hostname | honoured | |
            hostnameOverride | ignored | | the hostname field is used
            imagePullSecrets | honoured | |
            nodeName | different | doc | tells the virtual node that the Pod's machine belongs to
            nodeSelector[*] | ignored | | machines are made for Pods: only kubernetes.io/arch, kubernetes.io/os, node.kubernetes.io/instance-type and karpenter.sh/capacity-type choose one
            nodeSelector[karpenter.sh/capacity-type] | ignored | != spot, on-demand | AWS has the capacity types spot and on-demand
            nodeSelector[karpenter.sh/capacity-type] | honoured | = spot, on-demand | spot or on-demand machines on AWS; the embedded cloud has one kind
            nodeSelector[kubernetes.io/arch] | honoured | |
            nodeSelector[kubernetes.io/os] | honoured | = linux |
            nodeSelector[kubernetes.io/os] | rejected | != linux | machines run Linux
            nodeSelector[node.kubernetes.io/instance-type] | honoured | | the machine's type in the cloud
            os.name | rejected | != linux | machines run Linux
            overhead | ignored | | the machine's overhead is computed
            preemptionPolicy | ignored | != PreemptLowerPriority, Never | nothing is preempted
            priority | ignored | != 0 | nothing is preempted
            priorityClassName | ignored | | nothing is preempted
            readinessGates | different | | count for the Pod's Ready condition; load balancers ask the machine only
            resourceClaims | rejected | | dynamic resources are not served
            resources | honoured | | the machine's size
            restartPolicy | honoured | |
            runtimeClassName | ignored | | the runtime is the machine
            schedulerName | ignored | != default-scheduler | machines are made for Pods
            schedulingGates | honoured | | no machine is started before they are removed
            schedulingGroup | ignored | | machines are made for each Pod by itself
            securityContext.appArmorProfile | ignored | | the machine's kernel loads no profiles
            securityContext.fsGroup | honoured | |
            securityContext.fsGroupChangePolicy | different | doc | volumes are made at boot, always with the group
            securityContext.runAsGroup | honoured | |
            securityContext.runAsNonRoot | honoured | |
            securityContext.runAsUser | honoured | |
            securityContext.seLinuxChangePolicy | ignored | | the machine's kernel has no SELinux policy
            securityContext.seLinuxOptions | ignored | | the machine's kernel has no SELinux policy
            securityContext.seccompProfile.type | ignored | != RuntimeDefault | the runtime's default profile is used
            securityContext.seccompProfile.localhostProfile | ignored | | the runtime's default profile is used
            securityContext.supplementalGroups | honoured | |
            securityContext.supplementalGroupsPolicy | ignored | != Merge | groups of the image are merged
            securityContext.sysctls | honoured | | set in the Pod's own machine
            securityContext.windowsOptions | ignored | | machines run Linux
            serviceAccount | honoured | |
            serviceAccountName | honoured | |
            setHostnameAsFQDN | ignored | != false | the short name is the machine's name
            shareProcessNamespace | different | != false | the processes of the whole machine are seen
            subdomain | honoured | |
            terminationGracePeriodSeconds | honoured | |
            tolerations | honoured | | virtual nodes have no taints
            topologySpreadConstraints | ignored | | the cloud spreads the machines of a group over its zones
            """ + Volumes.RULES + ContainerRules.both();

    /** Volumes: what is known at boot, and empty directories. */
    private static final class Volumes {
        private Volumes() {}

        static final String RULES = """
            volumes[] | rejected | | volumes of this type are not served
            volumes[].name | honoured | |
            volumes[].configMap | honoured | | as it was when the machine started
            volumes[].secret | honoured | | as it was when the machine started
            volumes[].downwardAPI | honoured | | as it was when the machine started
            volumes[].downwardAPI.items[].resourceFieldRef | honoured | |
            volumes[].emptyDir | honoured | | in the machine's memory
            volumes[].emptyDir.medium | honoured | = Memory |
            volumes[].emptyDir.medium | ignored | != Memory | the directory is in the machine's memory
            volumes[].hostPath | different | | a path of the Pod's own machine
            volumes[].projected.defaultMode | honoured | |
            volumes[].projected.sources[].configMap | honoured | |
            volumes[].projected.sources[].secret | honoured | |
            volumes[].projected.sources[].downwardAPI | honoured | |
            volumes[].projected.sources[].serviceAccountToken | ignored | | no token is mounted into machines
            volumes[].projected.sources[].clusterTrustBundle | rejected | | trust bundles are not served
            volumes[].projected.sources[].podCertificate | rejected | | Pod certificates are not served
            volumes[].persistentVolumeClaim | rejected | | persistent volumes are not served yet
            """;
    }
}
