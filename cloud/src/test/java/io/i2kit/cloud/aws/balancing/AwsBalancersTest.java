package io.i2kit.cloud.aws.balancing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.i2kit.cloud.aws.AwsSamples;
import io.i2kit.cloud.aws.api.FirewallApi.Firewall;
import io.i2kit.cloud.aws.api.LoadBalancingApi.Balancer;
import io.i2kit.cloud.aws.api.LoadBalancingApi.Tls;
import io.i2kit.cloud.aws.fake.Calls.Fault;
import io.i2kit.cloud.aws.fake.FakeAws;
import io.i2kit.cloud.model.LoadBalancer;
import io.i2kit.cloud.model.LoadBalancer.Listener;
import io.i2kit.cloud.model.LoadBalancer.Protocol;
import io.i2kit.cloud.model.LoadBalancer.Settings;
import io.i2kit.cloud.model.LoadBalancer.Target;
import io.i2kit.cloud.provider.CloudException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a Service's options become, on AWS as it documents itself. */
class AwsBalancersTest {
    private static final String FIRST = "arn:aws:acm:us-east-1:1:certificate/a";
    private static final String SECOND = "arn:aws:acm:us-east-1:1:certificate/b";

    private final FakeAws aws = new FakeAws();
    private final AwsBalancers balancers = new AwsBalancers(
            aws.loadBalancing,
            aws.firewalls,
            new Attachments(aws.autoScaling, AwsSamples.CLUSTER_ID),
            AwsSamples.options(AwsSamples.CLUSTER_ID, null, AwsSamples.installation()));

    private void put(List<String> ranges, Map<String, String> options) {
        List<Target> targets = List.of(new Target("web", 8080));
        List<Listener> listeners = List.of(
                new Listener("http", Protocol.TCP, 80, 0, targets),
                new Listener("https", Protocol.TCP, 443, 0, targets));
        balancers.putLoadBalancer(
                new LoadBalancer("front", "", true, false, 0, listeners, new Settings(Map.of(), ranges, options)));
    }

    private Balancer only() {
        assertThat(aws.loadBalancing.balancers).hasSize(1);
        return aws.loadBalancing.balancers.values().iterator().next();
    }

    private Map<Integer, String> protocols() {
        return aws.loadBalancing.allListeners().stream()
                .collect(Collectors.toMap(each -> each.port(), each -> each.protocol()));
    }

    @Test
    void clientsAreRestrictedByASecurityGroupThatGoesWithTheBalancer() {
        put(List.of(), Map.of());
        Firewall open = aws.firewalls.groups.values().iterator().next();
        assertThat(open.ranges()).containsExactly("0.0.0.0/0");
        assertThat(only().securityGroups()).containsExactly(open.id());
        put(List.of("10.0.0.0/8", "192.0.2.0/24"), Map.of());
        put(List.of("10.0.0.0/8"), Map.of());
        assertThat(aws.firewalls.groups.get(open.id()).ranges()).containsExactly("10.0.0.0/8");
        aws.calls.clear();
        put(List.of("10.0.0.0/8"), Map.of());
        assertThat(aws.calls.made()).as("calls for what is as desired").isEmpty();
        put(List.of(), Map.of("security-groups", "sg-a, sg-b"));
        assertThat(only().securityGroups()).containsExactly("sg-a", "sg-b");
        assertThat(aws.firewalls.groups).isEmpty();
        put(List.of(), Map.of());
        assertThat(aws.firewalls.groups).hasSize(1);
        balancers.deleteLoadBalancer("front");
        assertThat(aws.firewalls.groups).isEmpty();
        assertThat(aws.loadBalancing.balancers).isEmpty();
        assertThat(aws.loadBalancing.targetGroups).isEmpty();
    }

    private void putNames(Protocol protocol, Map<String, String> options) {
        Listener dns = new Listener("dns", protocol, 53, 0, List.of(new Target("dns", 5353)));
        Settings settings = new Settings(Map.of(), List.of("192.0.2.0/24"), options);
        balancers.putLoadBalancer(new LoadBalancer("names", "", true, false, 0, List.of(dns), settings));
    }

    private List<String> admittedToMachines() {
        return aws.firewalls.admitted.getOrDefault("sg-1", List.of());
    }

    /** What comes by UDP shows its client's address, which the machines' own group does not know. */
    @Test
    void machinesTakeWhatALoadBalancerPassesOnByUdp() {
        putNames(Protocol.UDP, Map.of());
        Firewall own = aws.firewalls.groups.values().iterator().next();
        assertThat(own.ranges()).containsExactly("192.0.2.0/24");
        assertThat(admittedToMachines()).containsExactly(own.id());
        aws.calls.clear();
        putNames(Protocol.UDP, Map.of());
        assertThat(aws.calls.made()).as("calls for what is as desired").isEmpty();
        putNames(Protocol.UDP, Map.of("security-groups", "sg-a"));
        assertThat(only().securityGroups()).containsExactly("sg-a", own.id());
        assertThat(aws.firewalls.groups.get(own.id()).ranges())
                .as("others than sg-a says")
                .isEmpty();
        putNames(Protocol.TCP, Map.of("security-groups", "sg-a"));
        assertThat(admittedToMachines()).isEmpty();
        assertThat(aws.firewalls.groups).isEmpty();
        putNames(Protocol.UDP, Map.of());
        putNames(Protocol.TCP, Map.of());
        assertThat(admittedToMachines()).isEmpty();
        putNames(Protocol.UDP, Map.of());
        aws.calls.fail("AuthorizeSecurityGroupIngress", Fault.ANSWER_LOST);
        balancers.deleteLoadBalancer("names");
        assertThat(admittedToMachines()).isEmpty();
        assertThatThrownBy(() -> putNames(Protocol.UDP, Map.of())).isInstanceOf(CloudException.Unavailable.class);
        putNames(Protocol.UDP, Map.of());
        assertThat(admittedToMachines()).hasSize(1);
        balancers.deleteLoadBalancer("names");
        assertThat(aws.firewalls.groups).isEmpty();
        assertThat(admittedToMachines()).isEmpty();
    }

    @Test
    void tlsIsMadeChangedAndTakenBackOnTheSameBalancer() {
        aws.loadBalancing.certificates.addAll(List.of(FIRST, SECOND));
        put(List.of(), Map.of());
        String arn = only().arn();
        put(List.of(), Map.of("ssl-cert", FIRST, "ssl-ports", "https"));
        assertThat(protocols()).isEqualTo(Map.of(80, "TCP", 443, "TLS"));
        put(List.of(), Map.of("ssl-cert", SECOND + "," + FIRST, "ssl-ports", "443", "ssl-negotiation-policy", "P"));
        assertThat(aws.loadBalancing.tls.values()).contains(new Tls("P", List.of(SECOND, FIRST)));
        put(List.of(), Map.of("ssl-cert", FIRST, "backend-protocol", "ssl"));
        assertThat(protocols()).isEqualTo(Map.of(80, "TLS", 443, "TLS"));
        assertThat(aws.loadBalancing.targetGroups.keySet())
                .extracting(group -> aws.loadBalancing.specs.get(group).protocol())
                .containsOnly("TLS");
        put(List.of(), Map.of());
        assertThat(protocols()).isEqualTo(Map.of(80, "TCP", 443, "TCP"));
        assertThat(only().arn()).isEqualTo(arn);
        assertThatThrownBy(() -> put(List.of(), Map.of("ssl-cert", "arn:aws:acm:us-east-1:1:certificate/none")))
                .isInstanceOf(CloudException.class)
                .hasMessageContaining("CertificateNotFound");
    }

    @Test
    void settingsAreChangedInPlaceAndAPlacementMakesAnotherBalancer() {
        put(List.of(), Map.of());
        Balancer first = only();
        put(
                List.of(),
                Map.of(
                        "attributes", "access_logs.s3.enabled=true, load_balancing.cross_zone.enabled=false",
                        "target-group-attributes", "deregistration_delay.timeout_seconds=7",
                        "proxy-protocol", "*",
                        "additional-resource-tags", "Team=a,i2kit.io/cluster=stolen",
                        "healthcheck-protocol", "http",
                        "healthcheck-port", "https",
                        "healthcheck-interval", "30"));
        assertThat(only().arn()).isEqualTo(first.arn());
        assertThat(aws.loadBalancing.attributes.get(first.arn()))
                .containsEntry("access_logs.s3.enabled", "true")
                .containsEntry("load_balancing.cross_zone.enabled", "false");
        assertThat(only().tags()).containsEntry("Team", "a").containsEntry("i2kit.io/cluster", AwsSamples.CLUSTER_ID);
        aws.loadBalancing.targetGroups.forEach((arn, group) -> {
            assertThat(group.tags()).containsEntry("Team", "a");
            assertThat(aws.loadBalancing.attributes.get(arn))
                    .containsEntry("deregistration_delay.timeout_seconds", "7")
                    .containsEntry("proxy_protocol_v2.enabled", "true");
            assertThat(aws.loadBalancing.specs.get(arn).check())
                    .returns("HTTP", check -> check.protocol())
                    .returns("8080", check -> check.port())
                    .returns("/", check -> check.path())
                    .returns(30, check -> check.rhythm().interval());
        });
        put(List.of(), Map.of());
        assertThat(only().tags()).doesNotContainKey("Team");
        assertThat(aws.loadBalancing.specs.values())
                .extracting(spec -> spec.check().path())
                .containsOnly("/ready");
        put(List.of(), Map.of("scheme", "internal", "name", "named", "subnets", "subnet-9"));
        assertThat(only()).returns(true, Balancer::internal).returns("named", Balancer::name);
        assertThat(aws.loadBalancing.balancerSpecs.get(only().arn()).subnets()).containsExactly("subnet-9");
        assertThat(protocols()).hasSize(2);
        assertThat(balancers.describeLoadBalancers(List.of())).hasSize(1);
        balancers.deleteLoadBalancer("front");
        assertThat(aws.loadBalancing.balancers).isEmpty();
    }

    @Test
    void whatDoesNotFitIsTold() {
        assertThatThrownBy(() -> put(List.of(), Map.of("eip-allocations", "eipalloc-1")))
                .isInstanceOf(CloudException.Invalid.class)
                .hasMessageContaining("each of its 2 subnets");
        put(List.of(), Map.of("ssl-ports", "443"));
        assertThat(balancers.describeLoadBalancers(List.of("front")).getFirst().problem())
                .contains("without aws-load-balancer-ssl-cert");
    }
}
