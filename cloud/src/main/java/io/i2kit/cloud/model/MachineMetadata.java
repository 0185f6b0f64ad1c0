package io.i2kit.cloud.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a machine's guest reads at boot beyond its image: the {@code launch} part of the metadata document, in JSON with these
 * names. It is the same for all machines of a ReplicaSet; the cloud adds {@link InstanceMetadata}. Everything that Java can
 * decide is decided here; the guest only substitutes what it alone knows: {@code $(VAR)} and {@link EnvVar#field}.
 *
 * <p>The guest's side of this contract is {@code cloud/guest/metadata.go}; unknown fields are ignored there.
 *
 * @param version of this document: 1
 * @param owner who the machine belongs to; the Pod's name comes by tag ({@link Instance#POD_TAG}), else it is
 *     {@code <owner.name>-<5 letters from the instance id>}
 * @param restartPolicy {@code Always}, {@code OnFailure} or {@code Never}
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record MachineMetadata(
        int version,
        String clusterId,
        String namespace,
        Owner owner,
        Agent agent,
        Dns dns,
        List<HostAlias> hostAliases,
        String hostname,
        String subdomain,
        String restartPolicy,
        @JsonInclude long terminationGracePeriodSeconds,
        Map<String, String> sysctls,
        @Nullable Long fsGroup,
        Map<String, String> labels,
        Map<String, String> annotations,
        String serviceAccountName,
        String nodeName,
        List<Volume> volumes,
        List<Container> initContainers,
        List<Container> containers) {

    /** The object whose template the machine runs. */
    public record Owner(String kind, String name, String uid) {}

    /**
     * The guest's own servers.
     *
     * @param secret 32 bytes in base64; the guest's Ed25519 private key is {@code HMAC-SHA256(secret, instance id)} as seed, so
     *     that the server can compute the public key that it must meet
     * @param clientCa PEM; clients of the kubelet API present a certificate of this authority
     * @param port of the kubelet API (mutual TLS)
     * @param readyPort of the plain {@code /ready}
     */
    public record Agent(String secret, String clientCa, int port, int readyPort) {}

    /**
     * {@code /etc/resolv.conf} of the containers.
     *
     * @param nameservers instead of the cloud's when not empty
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Dns(List<String> nameservers, List<String> searches, List<String> options) {}

    /** A line of {@code /etc/hosts}. */
    public record HostAlias(String ip, List<String> hostnames) {}

    /**
     * A volume: files known at boot (ConfigMap, Secret, projected, downward API) or an empty directory.
     *
     * @param kind {@code files}, {@code emptyDir} or {@code hostPath} (a path of the machine)
     * @param medium for {@code emptyDir}: empty or {@code Memory}
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Volume(
            String name, String kind, List<File> files, String medium, long sizeLimitBytes, String hostPath) {}

    /**
     * A file of a volume.
     *
     * @param path relative, may hold directories
     * @param mode permission bits, decimal in JSON
     * @param data base64; or
     * @param field a downward API field as in {@link EnvVar#field}
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record File(
            String path,
            @JsonInclude int mode,
            @Nullable String data,
            @Nullable String field) {}

    /**
     * One container.
     *
     * @param argv the whole command line; null keeps the image's (the {@code config.json}); {@code $(VAR)} is not yet expanded
     * @param env merged over the image's environment, in this order
     * @param restartPolicy of an init container: {@code Always} makes it a sidecar; else empty
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Container(
            String name,
            @Nullable List<String> argv,
            List<EnvVar> env,
            @Nullable String workingDir,
            boolean stdin,
            boolean stdinOnce,
            boolean tty,
            List<VolumeMount> mounts,
            List<Port> ports,
            long memoryLimitBytes,
            int cpuLimitMillis,
            int cpuRequestMillis,
            @Nullable Probe startupProbe,
            @Nullable Probe readinessProbe,
            @Nullable Probe livenessProbe,
            @Nullable Handler postStart,
            @Nullable Handler preStop,
            String terminationMessagePath,
            String terminationMessagePolicy,
            String restartPolicy) {}

    /**
     * @param value with {@code $(VAR)} not yet expanded; or
     * @param field {@code metadata.name}, {@code metadata.namespace}, {@code metadata.uid}, {@code metadata.labels['k']},
     *     {@code metadata.annotations['k']}, {@code spec.nodeName}, {@code spec.serviceAccountName}, {@code status.hostIP},
     *     {@code status.podIP}, {@code status.podIPs}, {@code status.hostIPs}
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record EnvVar(
            String name, @Nullable String value, @Nullable String field) {}

    /** @param path inside the container */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record VolumeMount(String volume, String path, String subPath, boolean readOnly) {}

    /** @param protocol {@code TCP} or {@code UDP} */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Port(String name, int port, String protocol) {}

    /** A probe with every default filled in. */
    public record Probe(
            Handler handler,
            int initialDelaySeconds,
            int timeoutSeconds,
            int periodSeconds,
            int successThreshold,
            int failureThreshold) {}

    /** Exactly one is given. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Handler(
            @Nullable List<String> exec,
            @Nullable HttpGet httpGet,
            @Nullable TcpSocket tcpSocket,
            @Nullable Integer sleepSeconds) {}

    /**
     * @param host empty for the machine's own address
     * @param scheme {@code HTTP} or {@code HTTPS}
     */
    public record HttpGet(String host, int port, String path, String scheme, List<Header> headers) {}

    /** An HTTP header. */
    public record Header(String name, String value) {}

    /** @param host empty for the machine's own address */
    public record TcpSocket(String host, int port) {}
}
