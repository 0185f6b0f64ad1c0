package io.i2kit.cloud.aws.api;

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
    Balancer createBalancer(String name, boolean internal, List<String> subnets, Map<String, String> tags);

    /** An unknown one is no error. Its listeners go with it. */
    void deleteBalancer(String arn);

    void setBalancerAttributes(String arn, Map<String, String> attributes);

    /** Idempotent by name where the settings are equal; else {@code DuplicateTargetGroupName}. Returns its ARN. */
    String createTargetGroup(TargetGroupSpec spec, Map<String, String> tags);

    void setTargetGroupAttributes(String arn, Map<String, String> attributes);

    /** An unknown one is no error; {@code ResourceInUse} while a listener leads to it. */
    void deleteTargetGroup(String arn);

    /** @throws AwsException {@code DuplicateListener}, {@code TooManyListeners} */
    Listener createListener(String balancerArn, String protocol, int port, String targetGroupArn);

    /** Leads elsewhere from now on. */
    void changeListener(String arn, String targetGroupArn);

    /** An unknown one is no error. */
    void deleteListener(String arn);

    /**
     * @param dnsName by which clients find it
     * @param active whether it takes connections; else it is being made
     */
    record Balancer(
            String arn, String name, String dnsName, boolean internal, boolean active, Map<String, String> tags) {
        public Balancer {
            tags = Map.copyOf(tags);
        }
    }

    /** @param protocol {@code TCP}, {@code UDP} or {@code TCP_UDP} */
    record Listener(String arn, String protocol, int port, String targetGroupArn) {}

    /**
     * @param port of the machines
     * @param checkPort where machines are asked
     * @param checkPath by HTTP; empty where a TCP connection is enough
     */
    record TargetGroupSpec(String name, String protocol, int port, String vpcId, int checkPort, String checkPath) {}

    /** A target group as it is. */
    record TargetGroup(String arn, String name, Map<String, String> tags) {
        public TargetGroup {
            tags = Map.copyOf(tags);
        }
    }
}
