package io.i2kit.cloud.aws.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.i2kit.cloud.aws.AwsClients;
import io.i2kit.cloud.aws.AwsSamples;
import io.i2kit.cloud.aws.api.DnsApi.Action;
import io.i2kit.cloud.aws.api.DnsApi.AliasTarget;
import io.i2kit.cloud.aws.api.DnsApi.Change;
import io.i2kit.cloud.aws.api.DnsApi.HostedZone;
import io.i2kit.cloud.aws.api.DnsApi.RecordSet;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Route 53 as its API reference writes it: names with escapes and a final dot, zones by a path, aliases without a time to live. */
class SdkDnsTest {
    private static final String XMLNS = " xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\"";

    private final List<String> requests = new ArrayList<>();
    private String answer = "";
    private HttpServer server;
    private AwsClients clients;

    @BeforeEach
    void start() throws IOException {
        System.setProperty("aws.accessKeyId", "test");
        System.setProperty("aws.secretAccessKey", "test");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            requests.add(exchange.getRequestURI().getPath() + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        clients = new AwsClients(
                AwsSamples.REGION,
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
                List.of());
    }

    @AfterEach
    void stop() {
        clients.close();
        server.stop(0);
    }

    @Test
    void zonesHaveTheirIdsAndNamesPlain() {
        answer = """
                <ListHostedZonesResponse%s><HostedZones>
                <HostedZone><Id>/hostedzone/Z1</Id><Name>example.com.</Name><CallerReference>a</CallerReference>
                <Config><PrivateZone>false</PrivateZone></Config></HostedZone>
                <HostedZone><Id>/hostedzone/Z2</Id><Name>cluster.local.</Name><CallerReference>b</CallerReference>
                <Config><PrivateZone>true</PrivateZone></Config></HostedZone>
                </HostedZones><IsTruncated>false</IsTruncated><MaxItems>100</MaxItems></ListHostedZonesResponse>
                """.formatted(XMLNS);
        assertThat(new SdkDns(clients).zones())
                .containsExactly(
                        new HostedZone("Z1", "example.com", false), new HostedZone("Z2", "cluster.local", true));
    }

    @Test
    void recordsAreReadWithoutEscapes() {
        answer = """
                <ListResourceRecordSetsResponse%s><ResourceRecordSets>
                <ResourceRecordSet><Name>\\052.example.com.</Name><Type>A</Type><AliasTarget><HostedZoneId>ZNLB</HostedZoneId>
                <DNSName>Front-1.elb.amazonaws.com.</DNSName><EvaluateTargetHealth>true</EvaluateTargetHealth></AliasTarget>
                </ResourceRecordSet>
                <ResourceRecordSet><Name>a-\\052.example.com.</Name><Type>TXT</Type><TTL>300</TTL><ResourceRecords>
                <ResourceRecord><Value>"a"</Value></ResourceRecord></ResourceRecords></ResourceRecordSet>
                </ResourceRecordSets><IsTruncated>false</IsTruncated><MaxItems>300</MaxItems></ListResourceRecordSetsResponse>
                """.formatted(XMLNS);
        assertThat(new SdkDns(clients).records("Z1"))
                .containsExactly(
                        new RecordSet(
                                "*.example.com",
                                "A",
                                0,
                                List.of(),
                                new AliasTarget("front-1.elb.amazonaws.com", "ZNLB", true)),
                        new RecordSet("a-*.example.com", "TXT", 300, List.of("\"a\"")));
    }

    @Test
    void anAliasIsWrittenWithItsTargetAndNoTimeToLive() {
        answer = """
                <ChangeResourceRecordSetsResponse%s><ChangeInfo><Id>/change/C1</Id><Status>PENDING</Status>
                <SubmittedAt>2026-01-01T00:00:00Z</SubmittedAt></ChangeInfo></ChangeResourceRecordSetsResponse>
                """.formatted(XMLNS);
        RecordSet alias = new RecordSet(
                "www.example.com", "A", 0, List.of(), new AliasTarget("front-1.elb.amazonaws.com", "ZNLB", true));
        new SdkDns(clients).change("Z1", List.of(new Change(Action.CREATE, alias)));
        assertThat(requests)
                .singleElement()
                .asString()
                .startsWith("/2013-04-01/hostedzone/Z1/rrset")
                .contains(
                        "<Action>CREATE</Action>",
                        "<Name>www.example.com.</Name><Type>A</Type><AliasTarget><HostedZoneId>ZNLB</HostedZoneId>"
                                + "<DNSName>front-1.elb.amazonaws.com.</DNSName>"
                                + "<EvaluateTargetHealth>true</EvaluateTargetHealth></AliasTarget>")
                .doesNotContain("<TTL>", "<ResourceRecords>");
    }
}
