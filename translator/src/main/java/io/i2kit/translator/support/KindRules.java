package io.i2kit.translator.support;

import java.util.Map;

/** The rules of the kinds but for their Pod templates, in the form of {@link PodRules}, relative to the object. */
final class KindRules {
    private KindRules() {}

    private static final String METADATA = """
            apiVersion | honoured | |
            kind | honoured | |
            metadata | honoured | |
            status | honoured | |
            """;

    private static final String REPLICA_SET = """
            spec.minReadySeconds | honoured | |
            spec.replicas | honoured | | the instance group's desired count
            spec.selector | honoured | |
            spec.template.metadata | honoured | |
            """;

    private static final String DEPLOYMENT = REPLICA_SET + """
            spec.paused | honoured | |
            spec.progressDeadlineSeconds | honoured | |
            spec.revisionHistoryLimit | honoured | |
            spec.strategy | honoured | |
            """;

    private static final String SERVICE = """
            spec.allocateLoadBalancerNodePorts | honoured | |
            spec.clusterIP | honoured | |
            spec.clusterIPs | honoured | |
            spec.externalIPs | ignored | | only the load balancer's own address is served
            spec.externalName | honoured | |
            spec.externalTrafficPolicy | different | = Local | traffic goes to every ready machine; the client's address is not kept
            spec.healthCheckNodePort | ignored | != 0 | load balancers ask the machines themselves
            spec.internalTrafficPolicy | different | = Local | traffic goes to every ready machine
            spec.ipFamilies[] | rejected | = IPv6 | only IPv4 is served
            spec.ipFamilyPolicy | different | = PreferDualStack | only IPv4 is served
            spec.ipFamilyPolicy | rejected | = RequireDualStack | only IPv4 is served
            spec.loadBalancerClass | ignored | != service.k8s.aws/nlb | there is one kind of load balancer
            spec.loadBalancerIP | ignored | | the cloud chooses the address
            spec.loadBalancerSourceRanges | different | | a security group on AWS; the embedded cloud is reached from its own host only
            spec.ports[] | honoured | |
            spec.ports[].protocol | ignored | = SCTP | load balancers do not forward it: nothing answers on this port
            spec.publishNotReadyAddresses | honoured | |
            spec.selector | honoured | |
            spec.sessionAffinity | honoured | |
            spec.sessionAffinityConfig | honoured | |
            spec.trafficDistribution | ignored | | traffic goes to every ready machine
            spec.type | honoured | |
            """;

    /** The annotations of the AWS Load Balancer Controller; {@code !~} names a form of {@link ValueForm}. */
    private static final String BALANCER_ANNOTATIONS = under("metadata.annotations[service.beta.kubernetes.io/", """
            aws-load-balancer-*] | ignored | | not acted on
            load-balancer-source-ranges] | rejected | !~ RANGES | IPv4 ranges with commas between: 10.0.0.0/8,192.0.2.7/32
            aws-load-balancer-source-ranges] | rejected | !~ RANGES | IPv4 ranges with commas between: 10.0.0.0/8,192.0.2.7/32
            aws-load-balancer-type] | ignored | != nlb, nlb-ip, external | load balancers are network load balancers
            aws-load-balancer-nlb-target-type] | ignored | != instance | machines are registered as instances
            aws-load-balancer-scheme] | rejected | != internal, internet-facing | internal or internet-facing
            aws-load-balancer-internal] | rejected | !~ FLAG | true or false
            aws-load-balancer-name] | rejected | !~ NAME | at most 32 letters, digits and dashes, not beginning with i2kit- or internal-
            aws-load-balancer-ssl-cert] | rejected | !~ CERTIFICATES | ARNs of certificates, with commas between
            aws-load-balancer-ssl-ports] | honoured | |
            aws-load-balancer-ssl-negotiation-policy] | honoured | |
            aws-load-balancer-backend-protocol] | rejected | != ssl, tcp | ssl or tcp
            aws-load-balancer-healthcheck-protocol] | rejected | != tcp, http, https, TCP, HTTP, HTTPS | tcp, http or https
            aws-load-balancer-healthcheck-port] | rejected | !~ PORT | traffic-port, a number, or a port of the Service by name
            aws-load-balancer-healthcheck-path] | rejected | !~ PATH | begins with /
            aws-load-balancer-healthcheck-interval] | rejected | !~ INTERVAL | 5 to 300 seconds
            aws-load-balancer-healthcheck-timeout] | rejected | !~ TIMEOUT | 2 to 120 seconds
            aws-load-balancer-healthcheck-healthy-threshold] | rejected | !~ THRESHOLD | 2 to 10
            aws-load-balancer-healthcheck-unhealthy-threshold] | rejected | !~ THRESHOLD | 2 to 10
            aws-load-balancer-healthcheck-success-codes] | rejected | !~ CODES | as 200, 200,202 or 200-399
            aws-load-balancer-subnets] | rejected | !~ SUBNETS | ids (subnet-...), with commas between; names are not looked up
            aws-load-balancer-security-groups] | rejected | !~ GROUPS | at most 4 ids (sg-...), with commas between; names are not looked up
            aws-load-balancer-eip-allocations] | rejected | !~ ALLOCATIONS | ids (eipalloc-...), with commas between
            aws-load-balancer-attributes] | rejected | !~ PAIRS | key=value, with commas between
            aws-load-balancer-target-group-attributes] | rejected | !~ PAIRS | key=value, with commas between
            aws-load-balancer-additional-resource-tags] | rejected | !~ PAIRS | key=value, with commas between
            aws-load-balancer-cross-zone-load-balancing-enabled] | rejected | !~ FLAG | true or false
            aws-load-balancer-proxy-protocol] | rejected | != * | only * is known
            """);

    /** Those of external-dns, under its present prefix and its former one. */
    private static final String NAME_ANNOTATIONS = """
            *] | ignored | | not acted on
            controller] | honoured | |
            hostname] | rejected | !~ HOSTNAMES | names of two labels or more, with commas between: www.example.com,*.example.com
            hostname] | different | | on AWS, names in public hosted zones for Services of type LoadBalancer and ExternalName; elsewhere they are not published
            ttl] | rejected | !~ TIME_TO_LIVE | seconds or a duration: 600, 10m
            ttl] | different | | for names of ExternalName Services; names of load balancers have those of the load balancer's addresses
            target] | ignored | | the Service's names are not published: they would lead elsewhere than to its load balancer
            set-identifier] | ignored | | the Service's names are not published: they would not lead to its load balancer alone
            """;

    private static final String ALL = """
            data | honoured | |
            binaryData | honoured | |
            stringData | honoured | |
            immutable | honoured | |
            type | honoured | |
            """;

    private static final String SERVICE_ACCOUNT = """
            secrets | honoured | |
            imagePullSecrets | honoured | |
            automountServiceAccountToken | ignored | != false | no token is mounted into machines
            metadata.annotations[eks.amazonaws.com/role-arn] | rejected | !~ ROLE | the ARN of an IAM role: arn:aws:iam::123456789012:role/NAME
            metadata.annotations[eks.amazonaws.com/role-arn] | different | | on AWS machines have the instance profile of the role's name; elsewhere containers have no role
            """;

    /** By kind; a kind that is not here has no rules, and so no findings. */
    static final Map<String, String> BY_KIND = Map.of(
            "Pod", METADATA + under("spec.", PodRules.SPEC),
            "ReplicaSet", METADATA + REPLICA_SET + under("spec.template.spec.", PodRules.SPEC),
            "Deployment", METADATA + DEPLOYMENT + under("spec.template.spec.", PodRules.SPEC),
            "Service",
                    METADATA
                            + BALANCER_ANNOTATIONS
                            + under("metadata.annotations[external-dns.kubernetes.io/", NAME_ANNOTATIONS)
                            + under("metadata.annotations[external-dns.alpha.kubernetes.io/", NAME_ANNOTATIONS)
                            + SERVICE,
            "ConfigMap", METADATA + ALL,
            "Secret", METADATA + ALL,
            "ServiceAccount", METADATA + SERVICE_ACCOUNT);

    private static String under(String prefix, String rules) {
        StringBuilder text = new StringBuilder();
        rules.lines().forEach(line -> text.append(prefix).append(line).append('\n'));
        return text.toString();
    }
}
