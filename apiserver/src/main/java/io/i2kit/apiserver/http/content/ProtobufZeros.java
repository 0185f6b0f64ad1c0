package io.i2kit.apiserver.http.content;

import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.Set;

/**
 * Which zero, false or empty text of a protobuf message means something. Go's encoder sends every field that is not a pointer, also
 * when it is zero, and Go's JSON leaves those out but for fields without {@code omitempty}. Which fields are pointers only the types
 * in {@code k8s.io/api} tell: these are theirs, of the group-versions that are served.
 */
final class ProtobufZeros {
    /** Pointers in every message that has a field of this name. */
    private static final Set<String> POINTERS = words("""
            accessMode activeDeadlineSeconds adminAccess allNodes allocateLoadBalancerNodePorts
            allowMultipleAllocations allowPrivilegeEscalation
            allowVolumeExpansion appProtocol attachRequired automountServiceAccountToken averageUtilization
            backoffLimit backoffLimitPerIndex blockOwnerDeletion borrowingLimitPercent cachingMode capacity collisionCount
            completionMode completions currentAverageUtilization currentCPUUtilizationPercentage
            currentVolumeAttributesClassName defaultMode defaultUser deletionGracePeriodSeconds
            enableServiceLinks endPort endpointsNamespace errorCode expirationSeconds failedIndexes
            failedJobsHistoryLimit fsGroup fsGroupChangePolicy fsGroupPolicy gmsaCredentialSpec
            gmsaCredentialSpecName gracePeriodSeconds holderIdentity hostProcess hostUsers hostnameOverride
            ignoreStoreReadErrorWithClusterBreakingPotential immutable ingressClassName initiatorName
            internalTrafficPolicy ipFamilyPolicy ipMode leaseDurationSeconds leaseTransitions lendablePercent limitBytes
            loadBalancerClass localhostProfile managedBy manualSelector maxExpirationSeconds maxFailedIndexes
            maxSurge maxUnavailable minAvailable minDomains minReplicas mode mountPropagation nodeAffinityPolicy
            nodeAllocatableUpdatePeriodSeconds nodeTaintsPolicy nominalConcurrencyShares optional orphanDependents parallelism pathType perDeviceNodeSelection
            persistentVolumeName podGroupName podInfoOnMount podReplacementPolicy preemptionPolicy
            preferredHolder preventPodSchedulingIfMissing privileged procMount progressDeadlineSeconds
            propagationPolicy readOnlyRootFilesystem reclaimPolicy recursiveReadOnly recursiveReadOnlyMounts
            remainingItemCount requiresRepublish resourceClaimTemplateName revisionHistoryLimit runAsGroup
            runAsNonRoot runAsUser runAsUserName runningInUserNamespace runtimeClassName scope
            seLinuxChangePolicy seLinuxMount secretNamespace selectPolicy sendInitialEvents service
            serviceAccountTokenInSecrets serving setHostnameAsFQDN shareProcessNamespace sinceSeconds
            stabilizationWindowSeconds started startingDeadlineSeconds stopSignal storageCapacity strategy
            stream succeededCount succeededIndexes successfulJobsHistoryLimit supplementalGroupsPolicy suspend
            tailLines targetAverageUtilization targetCPUUtilizationPercentage terminating terminatingReplicas
            terminationGracePeriodSeconds timeZone tolerationSeconds trafficDistribution ttlSecondsAfterFinished
            unhealthyPodEvictionPolicy userNamespaces volumeAttributesClassName volumeBindingMode volumeMode
            zone
            """);

    /** Pointers in this message only. */
    private static final Set<String> POINTERS_OF = words("""
            AzureDiskVolumeSource.fsType AzureDiskVolumeSource.kind AzureDiskVolumeSource.readOnly
            CSIVolumeSource.fsType CSIVolumeSource.readOnly ClientIPConfig.timeoutSeconds
            ClusterTrustBundleProjection.name ClusterTrustBundleProjection.signerName
            ClusterTrustBundleProjection.user Container.restartPolicy DeploymentSpec.replicas Device.nodeName
            DeviceAttribute.bool DeviceAttribute.int DeviceAttribute.string DeviceAttribute.version
            DeviceClassSpec.extendedResourceName
            DownwardAPIVolumeFile.user Endpoint.hostname Endpoint.nodeName EndpointAddress.nodeName
            EndpointConditions.ready EndpointPort.name EndpointPort.port EndpointPort.protocol
            EphemeralContainerCommon.restartPolicy EvictionResponder.priority FCVolumeSource.lun
            HTTPGetAction.protocol HorizontalPodAutoscalerCondition.observedGeneration
            HorizontalPodAutoscalerStatus.observedGeneration HostPathVolumeSource.type
            IngressClassParametersReference.apiGroup IngressClassParametersReference.namespace
            IngressPortStatus.error JobStatus.ready KeyToPath.user ListOptions.timeoutSeconds
            LocalVolumeSource.fsType NetworkPolicyPort.port NetworkPolicyPort.protocol OwnerReference.controller
            PatchOptions.force PersistentVolumeClaimSpec.storageClassName PodCertificateProjection.user
            PodDNSConfigOption.value PodFailurePolicyOnExitCodesRequirement.containerName
            PodResourceClaim.resourceClaimName PodResourceClaimStatus.resourceClaimName PodSpec.priority
            PortStatus.error Preconditions.resourceVersion ReplicaSetSpec.replicas
            ReplicationControllerSpec.replicas ResourceHealth.message ResourceSliceSpec.nodeName RollingUpdateStatefulSetStrategy.partition
            ServiceAccountTokenProjection.user StatefulSetSpec.replicas TypedLocalObjectReference.apiGroup
            TypedObjectReference.apiGroup TypedObjectReference.namespace VolumeNodeResources.count
            """);

    /** No pointers, but always written in JSON. */
    private static final Set<String> ALWAYS_WRITTEN = words("""
            APIResource.namespaced ApplyOptions.force CELDeviceSelector.expression ContainerPort.containerPort
            ContainerStateTerminated.exitCode ContainerStatus.ready ContainerStatus.restartCount
            ControllerRevision.revision DaemonEndpoint.Port DaemonSetStatus.currentNumberScheduled
            DaemonSetStatus.desiredNumberScheduled DaemonSetStatus.numberMisscheduled
            DaemonSetStatus.numberReady EventSeries.count FlowSchemaSpec.matchingPrecedence GRPCAction.port HPAScalingPolicy.periodSeconds
            HPAScalingPolicy.value HTTPGetAction.port HorizontalPodAutoscalerSpec.maxReplicas
            HorizontalPodAutoscalerStatus.desiredReplicas ISCSIPersistentVolumeSource.lun ISCSIVolumeSource.lun
            IngressPortStatus.port LinuxContainerUser.gid LinuxContainerUser.uid
            PodDisruptionBudgetStatus.currentHealthy PodDisruptionBudgetStatus.desiredHealthy
            PodDisruptionBudgetStatus.disruptionsAllowed PodDisruptionBudgetStatus.expectedPods PortStatus.port
            PreferredSchedulingTerm.weight PriorityClass.value QueuingConfiguration.handSize
            QueuingConfiguration.queueLengthLimit QueuingConfiguration.queues ReplicaSetStatus.replicas
            ReplicationControllerStatus.replicas ResourcePool.generation ResourcePool.resourceSliceCount ScaleStatus.replicas ServicePort.port SleepAction.seconds
            StatefulSetOrdinals.start StatefulSetStatus.availableReplicas StatefulSetStatus.replicas
            SubjectAccessReviewStatus.allowed SubjectRulesReviewStatus.incomplete TCPSocketAction.port
            TableColumnDefinition.priority TopologySpreadConstraint.maxSkew VolumeAttachmentStatus.attached
            WeightedPodAffinityTerm.weight
            """);

    private ProtobufZeros() {}

    private static Set<String> words(String text) {
        return Set.of(text.strip().split("\\s+"));
    }

    /** Whether a zero of this field appears in JSON. */
    static boolean isKept(FieldDescriptor field) {
        String name = field.getName();
        String full = field.getContainingType().getName() + "." + name;
        return POINTERS.contains(name) || POINTERS_OF.contains(full) || ALWAYS_WRITTEN.contains(full);
    }
}
