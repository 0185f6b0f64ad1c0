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
            spec.loadBalancerClass | ignored | | there is one kind of load balancer
            spec.loadBalancerIP | ignored | | the cloud chooses the address
            spec.loadBalancerSourceRanges | ignored | | clients are not restricted by address
            spec.ports[] | honoured | |
            spec.ports[].protocol | rejected | = SCTP | SCTP is not served
            spec.publishNotReadyAddresses | honoured | |
            spec.selector | honoured | |
            spec.sessionAffinity | honoured | |
            spec.sessionAffinityConfig | honoured | |
            spec.trafficDistribution | ignored | | traffic goes to every ready machine
            spec.type | honoured | |
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
            """;

    /** By kind; a kind that is not here has no rules, and so no findings. */
    static final Map<String, String> BY_KIND = Map.of(
            "Pod", METADATA + under("spec.", PodRules.SPEC),
            "ReplicaSet", METADATA + REPLICA_SET + under("spec.template.spec.", PodRules.SPEC),
            "Deployment", METADATA + DEPLOYMENT + under("spec.template.spec.", PodRules.SPEC),
            "Service", METADATA + SERVICE,
            "ConfigMap", METADATA + ALL,
            "Secret", METADATA + ALL,
            "ServiceAccount", METADATA + SERVICE_ACCOUNT);

    private static String under(String prefix, String rules) {
        StringBuilder text = new StringBuilder();
        rules.lines().forEach(line -> text.append(prefix).append(line).append('\n'));
        return text.toString();
    }
}
