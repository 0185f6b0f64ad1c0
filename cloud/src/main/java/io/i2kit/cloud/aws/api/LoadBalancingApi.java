package io.i2kit.cloud.aws.api;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Network load balancers of Elastic Load Balancing (version 2). */
public interface LoadBalancingApi {
    /** All network load balancers of the account in the region, 400 a call, with their tags, 20 a call. */
    List<Balancer> balancers();

    /** All target groups of the account in the region, 400 a call, with their tags, 20 a call. */
    List<TargetGroup> targetGroups();

    List<Listener> listeners(String balancerArn);

    /** Idempotent by name where the settings are equal; else {@code DuplicateLoadBalancerName}. */
    Balancer createBalancer(BalancerSpec spec, Map<String, String> tags);

    /** @throws AwsException {@code InvalidConfigurationRequest} when it was made without any */
    void setSecurityGroups(String arn, List<String> securityGroups);

    /** Adds or replaces tags of a load balancer or target group. */
    void tag(String arn, Map<String, String> tags);

    /** Removes tags of a load balancer or target group. */
    void untag(String arn, Collection<String> keys);

    /** An unknown one is no error. Its listeners go with it. */
    void deleteBalancer(String arn);

    void setBalancerAttributes(String arn, Map<String, String> attributes);

    /** Idempotent by name where the settings are equal; else {@code DuplicateTargetGroupName}. Returns its ARN. */
    String createTargetGroup(TargetGroupSpec spec, Map<String, String> tags);

    void setTargetGroupAttributes(String arn, Map<String, String> attributes);

    /** An unknown one is no error; {@code ResourceInUse} while a listener leads to it. */
    void deleteTargetGroup(String arn);

    /** How machines are asked from now on. */
    void setCheck(String targetGroupArn, Check check);

    /** @throws AwsException {@code DuplicateListener}, {@code TooManyListeners}, {@code CertificateNotFound} */
    Listener createListener(String balancerArn, ListenerSpec spec);

    /**
     * Another policy and other certificates of a listener that takes TLS already; connections stay.
     *
     * @throws AwsException {@code CertificateNotFound}
     */
    void changeTls(String arn, Tls tls);

    /** An unknown one is no error. */
    void deleteListener(String arn);

    /**
     * @param endpoint by which clients find it
     * @param active whether it takes connections; else it is being made
     */
    record Balancer(
            String arn,
            String name,
            Endpoint endpoint,
            boolean internal,
            boolean active,
            List<String> securityGroups,
            Map<String, String> tags) {
        public Balancer {
            securityGroups = List.copyOf(securityGroups);
            tags = Map.copyOf(tags);
        }
    }

    /**
     * Where a load balancer is found.
     *
     * @param dnsName which AWS gives it
     * @param zoneId of AWS' own hosted zone that has this name, which aliases in other zones name
     */
    record Endpoint(String dnsName, String zoneId) {}

    /**
     * What is asked for when a load balancer is made.
     *
     * @param allocations of elastic addresses, one for each subnet, or none
     * @param securityGroups a load balancer that is made without any never takes one
     */
    record BalancerSpec(
            String name,
            boolean internal,
            List<String> subnets,
            List<String> allocations,
            List<String> securityGroups) {
        public BalancerSpec {
            subnets = List.copyOf(subnets);
            allocations = List.copyOf(allocations);
            securityGroups = List.copyOf(securityGroups);
        }
    }

    /** What is asked for when a listener is made. */
    record ListenerSpec(String protocol, int port, String targetGroupArn, Tls tls) {}

    /**
     * @param policy the name of a security policy, or empty for AWS' default
     * @param certificates by ARN, the default one first; none where it is not TLS
     */
    record Tls(String policy, List<String> certificates) {
        public static final Tls NONE = new Tls("", List.of());

        public Tls {
            certificates = List.copyOf(certificates);
        }
    }

    /**
     * How machines are asked whether they are well.
     *
     * @param protocol {@code TCP}, {@code HTTP} or {@code HTTPS}
     * @param port a number, or {@code traffic-port}
     * @param path empty for TCP
     * @param codes HTTP codes that are well, or empty for AWS' default
     */
    record Check(String protocol, String port, String path, String codes, Rhythm rhythm) {}

    /** @param interval seconds between two checks */
    record Rhythm(int interval, int timeout, int healthy, int unhealthy) {}

    /** @param protocol {@code TCP}, {@code TLS}, {@code UDP} or {@code TCP_UDP} */
    record Listener(String arn, String protocol, int port, String targetGroupArn) {}

    /**
     * @param port of the machines
     */
    record TargetGroupSpec(String name, String protocol, int port, String vpcId, Check check) {}

    /** A target group as it is. */
    record TargetGroup(String arn, String name, Map<String, String> tags) {
        public TargetGroup {
            tags = Map.copyOf(tags);
        }
    }
}
