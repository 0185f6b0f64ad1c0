package io.i2kit.translator.core;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Names of cloud resources. They are computed from the Kubernetes object alone, so a lost database neither leaks nor doubles
 * anything, and are safe for every cloud: lower-case letters, digits and dashes, a letter first. The hash keeps apart what the
 * readable part does not: clusters, kinds, long names, and namespaces and names that join to one text ({@code a-b} + {@code c},
 * {@code a} + {@code b-c}).
 */
public final class ResourceNames {
    /** Auto Scaling groups take 255 characters; the hash and the readable part stay well below. */
    private static final int MAX_GROUP = 63;

    /** Elastic Load Balancing's limit. */
    private static final int MAX_LOAD_BALANCER = 32;

    private static final int HASH_DIGITS = 10;

    private final String clusterId;
    private final String clusterDomain;

    /** @param clusterDomain {@code cluster.local} */
    public ResourceNames(String clusterId, String clusterDomain) {
        this.clusterId = clusterId;
        this.clusterDomain = clusterDomain;
    }

    /**
     * The instance group of a ReplicaSet or a bare Pod.
     *
     * @param uid of the owner: a new object of the same name has another group
     */
    public String group(String kind, String namespace, String name, String uid) {
        return name(MAX_GROUP, kind + "/" + uid, namespace, name);
    }

    /** The launch template of a group. */
    public String launchTemplate(String group) {
        return group;
    }

    /** The load balancer of a Service. */
    public String loadBalancer(String namespace, String name, String uid) {
        return name(MAX_LOAD_BALANCER, "Service/" + uid, namespace, name);
    }

    /** {@code name.namespace.svc.cluster.local}. */
    public String serviceDns(String namespace, String name) {
        return name + "." + namespace + ".svc." + clusterDomain;
    }

    /** {@code hostname.subdomain.namespace.svc.cluster.local}, of one Pod of a headless Service. */
    public String podDns(String hostname, String subdomain, String namespace) {
        return hostname + "." + serviceDns(namespace, subdomain);
    }

    /** The virtual node for machines of one type in one zone; a DNS subdomain. */
    public static String node(String zone, String machineType) {
        String type = safe(machineType);
        return type.isEmpty() ? "i2kit-" + safe(zone) : "i2kit-" + safe(zone) + "-" + type;
    }

    private String name(int max, String identity, String namespace, String name) {
        String hash = hash(clusterId + "/" + identity + "/" + namespace + "/" + name);
        String readable = safe(namespace + "-" + name);
        int room = max - HASH_DIGITS - 1;
        if (readable.length() > room) {
            readable = readable.substring(0, room);
        }
        if (readable.isEmpty() || !Character.isLetter(readable.charAt(0))) {
            readable = "i" + readable.substring(0, Math.min(readable.length(), room - 1));
        }
        return readable.replaceAll("-+$", "") + "-" + hash;
    }

    private static String safe(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-+|-+$", "");
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, HASH_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
