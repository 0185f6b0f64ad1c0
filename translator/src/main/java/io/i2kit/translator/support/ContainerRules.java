package io.i2kit.translator.support;

/** The rules of {@code Container}, in the form of {@link PodRules}. */
final class ContainerRules {
    private ContainerRules() {}

    private static final String RULES = """
            args | honoured | |
            command | honoured | |
            env[].name | honoured | |
            env[].value | honoured | |
            env[].valueFrom.configMapKeyRef | honoured | | read when the machine starts
            env[].valueFrom.secretKeyRef | honoured | | read when the machine starts
            env[].valueFrom.fieldRef | honoured | |
            env[].valueFrom.resourceFieldRef | honoured | |
            env[].valueFrom.fileKeyRef | rejected | | variables from files of volumes are not served
            envFrom | honoured | | read when the machine starts
            image | honoured | | resolved to a digest once a ReplicaSet
            imagePullPolicy | different | doc | a tag is resolved once for each ReplicaSet, whatever the policy
            lifecycle.postStart | honoured | |
            lifecycle.preStop | honoured | |
            lifecycle.stopSignal | ignored | | the image's stop signal is sent
            livenessProbe | honoured | |
            livenessProbe.grpc | ignored | | gRPC probes are not made: the probe is left out
            livenessProbe.terminationGracePeriodSeconds | ignored | | the Pod's grace period is used
            name | honoured | |
            ports[] | honoured | |
            ports[].hostPort | ignored | != 0 | the Pod's own machine has the container's port
            ports[].hostIP | ignored | | the Pod's own machine has the container's port
            ports[].protocol | rejected | = SCTP | SCTP is not served
            readinessProbe | honoured | |
            readinessProbe.grpc | ignored | | gRPC probes are not made: the probe is left out
            readinessProbe.terminationGracePeriodSeconds | ignored | | the Pod's grace period is used
            resizePolicy | ignored | | machines are not resized in place
            resources.claims | rejected | | dynamic resources are not served
            resources.limits[cpu] | honoured | |
            resources.limits[memory] | honoured | |
            resources.limits[ephemeral-storage] | ignored | | files live in the machine's memory
            resources.limits[*] | different | doc | no machine has such a resource: the Pod stays Pending
            resources.requests[cpu] | honoured | |
            resources.requests[memory] | honoured | |
            resources.requests[ephemeral-storage] | ignored | | files live in the machine's memory
            resources.requests[*] | different | | no machine has such a resource: the Pod stays Pending
            restartPolicy | honoured | | of init containers: Always makes a sidecar
            restartPolicyRules | ignored | | the Pod's restart policy is used
            securityContext.allowPrivilegeEscalation | different | doc | without it, no new privileges are gained unless the container is privileged or has CAP_SYS_ADMIN
            securityContext.appArmorProfile | ignored | | the machine's kernel loads no profiles
            securityContext.capabilities | honoured | |
            securityContext.privileged | different | != false | privileged in the Pod's own machine
            securityContext.procMount | ignored | != Default | the default paths are masked
            securityContext.readOnlyRootFilesystem | honoured | |
            securityContext.runAsGroup | honoured | |
            securityContext.runAsNonRoot | honoured | |
            securityContext.runAsUser | honoured | |
            securityContext.seLinuxOptions | ignored | | the machine's kernel has no SELinux policy
            securityContext.seccompProfile.type | ignored | != RuntimeDefault | the runtime's default profile is used
            securityContext.seccompProfile.localhostProfile | ignored | | the runtime's default profile is used
            securityContext.windowsOptions | ignored | | machines run Linux
            startupProbe | honoured | |
            startupProbe.grpc | ignored | | gRPC probes are not made: the probe is left out
            startupProbe.terminationGracePeriodSeconds | ignored | | the Pod's grace period is used
            stdin | honoured | |
            stdinOnce | honoured | |
            terminationMessagePath | honoured | |
            terminationMessagePolicy | honoured | |
            tty | honoured | |
            volumeDevices | rejected | | block volumes are not served
            volumeMounts[] | honoured | |
            volumeMounts[].mountPropagation | ignored | != None | mounts are private
            volumeMounts[].recursiveReadOnly | ignored | != Disabled | read-only is not recursive
            volumeMounts[].subPathExpr | rejected | | only subPath is served
            workingDir | honoured | |
            """;

    /** The rules for {@code containers[]} and {@code initContainers[]}. */
    static String both() {
        return RULES.lines().map("containers[]."::concat).reduce("", ContainerRules::line)
                + RULES.lines().map("initContainers[]."::concat).reduce("", ContainerRules::line);
    }

    private static String line(String before, String line) {
        return before + line + "\n";
    }
}
