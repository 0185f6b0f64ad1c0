package io.i2kit.cloud.aws.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.cloud.aws.AwsSamples;
import io.i2kit.cloud.aws.api.DnsApi.RecordSet;
import io.i2kit.cloud.aws.fake.FakeAws;
import io.i2kit.cloud.model.DnsRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Names as Kubernetes' DNS specification has them. */
class AwsDnsTest {
    private static final String WEB = "web.default.svc.cluster.local";

    private final FakeAws aws = new FakeAws();
    private final Map<String, List<String>> machines = new TreeMap<>();
    private final Map<String, String> balancers = new TreeMap<>();
    private final AwsDns dns = new AwsDns(
            aws.apis().dns(),
            AwsSamples.options(AwsSamples.CLUSTER_ID, null, AwsSamples.installation()),
            name -> Optional.ofNullable(balancers.get(name)),
            group -> machines.getOrDefault(group, List.of()));

    private static DnsRecord record(String name, DnsRecord.Type type, String... values) {
        return new DnsRecord(name, type, List.of(values), Duration.ofSeconds(5));
    }

    /** Without the owners' texts and what every zone has. */
    private List<String> answers() {
        return aws.apis().dns().records("zone").stream()
                .filter(set -> !set.type().equals("TXT") && !set.name().equals("cluster.local"))
                .map(AwsDnsTest::line)
                .toList();
    }

    private static String line(RecordSet set) {
        return set.name() + " " + set.type() + " " + String.join(", ", set.values());
    }

    @Test
    void aHeadlessServiceHasANameForEachMachineAndSrvRecordsThatLeadThere() {
        machines.put("blue", List.of("10.0.0.5", "10.0.0.6"));
        machines.put("green", List.of("10.0.0.7"));
        dns.putRecords(List.of(
                record(WEB, DnsRecord.Type.GROUPS, "blue/http/TCP/8080", "blue/dns/UDP/53", "green/http/TCP/9090")));
        assertThat(answers())
                .containsExactlyInAnyOrder(
                        WEB + " A 10.0.0.5, 10.0.0.6, 10.0.0.7",
                        "10-0-0-5." + WEB + " A 10.0.0.5",
                        "10-0-0-6." + WEB + " A 10.0.0.6",
                        "10-0-0-7." + WEB + " A 10.0.0.7",
                        "_http._tcp." + WEB + " SRV 0 100 8080 10-0-0-5." + WEB + ", 0 100 8080 10-0-0-6." + WEB
                                + ", 0 100 9090 10-0-0-7." + WEB,
                        "_dns._udp." + WEB + " SRV 0 100 53 10-0-0-5." + WEB + ", 0 100 53 10-0-0-6." + WEB);
        machines.put("blue", List.of("10.0.0.6"));
        machines.remove("green");
        dns.refresh();
        assertThat(answers())
                .containsExactlyInAnyOrder(
                        WEB + " A 10.0.0.6",
                        "10-0-0-6." + WEB + " A 10.0.0.6",
                        "_http._tcp." + WEB + " SRV 0 100 8080 10-0-0-6." + WEB,
                        "_dns._udp." + WEB + " SRV 0 100 53 10-0-0-6." + WEB);
        machines.clear();
        dns.refresh();
        assertThat(answers()).isEmpty();
    }

    @Test
    void aServiceWithoutNamedPortsHasItsAddressesOnly() {
        machines.put("blue", List.of("10.0.0.5"));
        dns.putRecords(List.of(record(WEB, DnsRecord.Type.GROUPS, "blue")));
        assertThat(answers()).containsExactly(WEB + " A 10.0.0.5");
    }

    @Test
    void aBalancedServiceIsAnAliasAndItsNamedPortsAreServices() {
        balancers.put("front", "front-1.elb.amazonaws.com");
        dns.putRecords(List.of(record(WEB, DnsRecord.Type.LOAD_BALANCER, "front", "front/http/TCP/80")));
        assertThat(answers())
                .containsExactlyInAnyOrder(
                        WEB + " CNAME front-1.elb.amazonaws.com", "_http._tcp." + WEB + " SRV 0 100 80 " + WEB);
        dns.putRecords(List.of(record(WEB, DnsRecord.Type.ADDRESS, "10.96.0.1")));
        assertThat(answers()).containsExactly(WEB + " A 10.96.0.1");
    }

    /** A Pod with hostname and subdomain has a record of its own, whatever it looks like. */
    @Test
    void whatIsBelowANameAndHasAnOwnerOfItsOwnStays() {
        machines.put("blue", List.of("10.0.0.5"));
        DnsRecord pod = record("1-2-3-4." + WEB, DnsRecord.Type.ADDRESS, "10.0.0.9");
        dns.putRecords(List.of(record(WEB, DnsRecord.Type.GROUPS, "blue/http/TCP/80"), pod));
        dns.deleteRecords(List.of(WEB));
        assertThat(answers()).containsExactly("1-2-3-4." + WEB + " A 10.0.0.9");
        assertThat(dns.describeRecords()).containsExactly(pod);
    }
}
