package io.i2kit.cloud.aws.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.i2kit.cloud.aws.api.DnsApi.AliasTarget;
import io.i2kit.cloud.aws.api.DnsApi.RecordSet;
import io.i2kit.cloud.aws.fake.Calls.Fault;
import io.i2kit.cloud.aws.fake.FakeAws;
import io.i2kit.cloud.model.DnsRecord;
import io.i2kit.cloud.model.PublicName;
import io.i2kit.cloud.provider.CloudException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Names in public zones, on Route 53 as it documents itself, beside external-dns. */
class PublicZonesTest {
    private static final String WEB = "service/shop/web";
    private static final String TEXT =
            "\"heritage=external-dns,external-dns/owner=i2kit-blue,external-dns/resource=service/shop/web\"";

    private final FakeAws aws = new FakeAws();
    private final Map<String, String> balancers = new TreeMap<>(Map.of("front", "front-1.elb.amazonaws.com"));
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private PublicZones names = cluster("blue");

    private PublicZones cluster(String id) {
        return new PublicZones(
                aws.dns,
                id,
                name -> Optional.ofNullable(balancers.get(name)).map(dns -> new AliasTarget(dns, "ZNLB", true)),
                () -> now);
    }

    @BeforeEach
    void makeZones() {
        aws.dns.add("Z1", "example.com", false);
        aws.dns.add("Z2", "dev.example.com", false);
        aws.dns.add("Z3", "internal.example.com", true);
        aws.dns.write("Z1", new RecordSet("mail.example.com", "MX", 300, List.of("10 mx.example.org")));
    }

    private static PublicName name(String hostname, String resource) {
        return new PublicName(hostname, resource, DnsRecord.Type.LOAD_BALANCER, "front", Duration.ofSeconds(300));
    }

    private Map<String, String> put(String... hostnames) {
        return names.putNames(
                Arrays.stream(hostnames).map(each -> name(each, WEB)).toList());
    }

    private void delete(String... hostnames) {
        names.deleteNames(Arrays.stream(hostnames).map(each -> WEB + "/" + each).toList());
    }

    private static final String MAIL = "mail.example.com MX 300 10 mx.example.org";

    @Test
    void aNameIsAnAliasWithAnOwnersTextInTheLongestPublicZone() {
        assertThat(put(
                        "www.example.com",
                        "api.dev.example.com",
                        "db.internal.example.com",
                        "*.example.com",
                        "example.com"))
                .isEmpty();
        assertThat(aws.dns.lines("Z1"))
                .containsExactlyInAnyOrder(
                        MAIL,
                        "www.example.com A front-1.elb.amazonaws.com ZNLB",
                        "a-www.example.com TXT 300 " + TEXT,
                        "db.internal.example.com A front-1.elb.amazonaws.com ZNLB",
                        "a-db.internal.example.com TXT 300 " + TEXT,
                        "*.example.com A front-1.elb.amazonaws.com ZNLB",
                        "a-*.example.com TXT 300 " + TEXT,
                        "example.com A front-1.elb.amazonaws.com ZNLB",
                        "a-.example.com TXT 300 " + TEXT);
        assertThat(aws.dns.lines("Z2"))
                .containsExactlyInAnyOrder(
                        "api.dev.example.com A front-1.elb.amazonaws.com ZNLB",
                        "a-api.dev.example.com TXT 300 " + TEXT);
        assertThat(aws.dns.lines("Z3")).isEmpty();
        delete("www.example.com", "api.dev.example.com", "db.internal.example.com", "*.example.com", "example.com");
        delete("www.example.com", "never.example.com", "nobody.example.org");
        assertThat(aws.dns.lines("Z1")).containsExactly(MAIL);
        assertThat(aws.dns.lines("Z2")).isEmpty();
    }

    @Test
    void aNameFollowsItsLoadBalancerAndItsType() {
        put("www.example.com");
        balancers.put("front", "front-2.elb.amazonaws.com");
        assertThat(put("www.example.com")).isEmpty();
        assertThat(aws.dns.lines("Z1"))
                .contains("www.example.com A front-2.elb.amazonaws.com ZNLB")
                .hasSize(3);
        PublicName elsewhere = new PublicName(
                "www.example.com", WEB, DnsRecord.Type.CANONICAL_NAME, "www.example.org", Duration.ofSeconds(60));
        assertThat(names.putNames(List.of(elsewhere))).isEmpty();
        assertThat(aws.dns.lines("Z1"))
                .containsExactlyInAnyOrder(
                        MAIL, "www.example.com CNAME 60 www.example.org", "cname-www.example.com TXT 300 " + TEXT);
        put("www.example.com");
        assertThat(aws.dns.lines("Z1"))
                .contains("www.example.com A front-2.elb.amazonaws.com ZNLB")
                .hasSize(3);
        balancers.clear();
        assertThat(put("www.example.com").values())
                .containsExactly("www.example.com is not published: its load balancer is not there");
        delete("www.example.com");
        assertThat(aws.dns.lines("Z1")).containsExactly(MAIL);
    }

    /** By external-dns of today and of former versions, by hand, by another cluster, by another Service. */
    @Test
    void whatOthersHaveStaysAndIsTold() {
        String theirs = "\"heritage=external-dns,external-dns/owner=default,external-dns/resource=ingress/a/b\"";
        aws.dns.write("Z1", new RecordSet("new.example.com", "A", 300, List.of("192.0.2.1")));
        aws.dns.write("Z1", new RecordSet("a-new.example.com", "TXT", 300, List.of(theirs)));
        aws.dns.write("Z1", new RecordSet("old.example.com", "A", 300, List.of("192.0.2.1")));
        aws.dns.write("Z1", new RecordSet("old.example.com", "TXT", 300, List.of(theirs)));
        aws.dns.write("Z1", new RecordSet("hand.example.com", "CNAME", 300, List.of("x.example.org")));
        aws.dns.write("Z1", new RecordSet("six.example.com", "AAAA", 300, List.of("2001:db8::1")));
        aws.dns.write("Z1", new RecordSet("a-text.example.com", "TXT", 300, List.of("\"v=spf1\"")));
        aws.dns.write("Z1", new RecordSet("sub.example.com", "NS", 300, List.of("ns.example.org")));
        cluster("green").putNames(List.of(name("green.example.com", WEB)));
        names.putNames(List.of(name("mine.example.com", "service/shop/other")));
        List<String> before = aws.dns.lines("Z1");
        Map<String, String> problems = put(
                "new.example.com",
                "old.example.com",
                "hand.example.com",
                "six.example.com",
                "text.example.com",
                "www.sub.example.com",
                "green.example.com",
                "mine.example.com",
                "www.example.org");
        String taken = " is not published: the zone example.com has it already, and it is ";
        String untouched = "; i2kit does not touch it";
        assertThat(problems.values())
                .containsExactlyInAnyOrder(
                        "new.example.com" + taken + "of external-dns' owner \"default\" (ingress/a/b)" + untouched,
                        "old.example.com" + taken + "of external-dns' owner \"default\" (ingress/a/b)" + untouched,
                        "hand.example.com" + taken + "nobody's by external-dns' text records" + untouched,
                        "six.example.com" + taken + "nobody's by external-dns' text records" + untouched,
                        "text.example.com" + taken + "nobody's by external-dns' text records" + untouched,
                        "www.sub.example.com is not published: the zone example.com delegates sub.example.com to name"
                                + " servers of others",
                        "green.example.com" + taken + "of external-dns' owner \"i2kit-green\" (service/shop/web)"
                                + untouched,
                        "mine.example.com" + taken + "service/shop/other's of this cluster" + untouched,
                        "www.example.org is not published: the account has no public hosted zone for it");
        delete("new.example.com", "old.example.com", "hand.example.com", "green.example.com", "mine.example.com");
        assertThat(aws.dns.lines("Z1")).isEqualTo(before);
    }

    /** What was read is minutes old: Route 53 itself refuses what others have made or changed since. */
    @Test
    void nothingOfOthersIsChangedByOldKnowledge() {
        put("www.example.com");
        RecordSet theirs = new RecordSet("api.example.com", "A", 60, List.of("192.0.2.1"));
        aws.dns.write("Z1", theirs);
        assertThat(put("api.example.com", "shop.example.com").values())
                .singleElement()
                .asString()
                .startsWith("api.example.com is not published");
        assertThat(aws.dns.lines("Z1"))
                .contains("api.example.com A 60 192.0.2.1", "shop.example.com A front-1.elb.amazonaws.com ZNLB");
        aws.dns.erase("Z1", "a-www.example.com", "TXT");
        aws.dns.write("Z1", new RecordSet("www.example.com", "A", 60, List.of("192.0.2.2")));
        balancers.put("front", "front-2.elb.amazonaws.com");
        assertThat(put("www.example.com")).hasSize(1);
        delete("www.example.com", "shop.example.com");
        assertThat(aws.dns.lines("Z1"))
                .containsExactlyInAnyOrder(MAIL, "api.example.com A 60 192.0.2.1", "www.example.com A 60 192.0.2.2");
    }

    @Test
    void whatIsInTheWayIsLookedAtAgain() {
        RecordSet theirs = new RecordSet("www.example.com", "A", 60, List.of("192.0.2.1"));
        aws.dns.write("Z1", theirs);
        assertThat(put("www.example.com", "www.example.org")).hasSize(2);
        aws.dns.erase("Z1", "www.example.com", "A");
        aws.dns.add("Z4", "example.org", false);
        now = now.plus(Duration.ofMinutes(6));
        assertThat(put("www.example.com", "www.example.org")).isEmpty();
        aws.dns.erase("Z1", "www.example.com", "A");
        now = now.plus(Duration.ofMinutes(6));
        assertThat(put("www.example.com")).isEmpty();
        assertThat(aws.dns.lines("Z1")).contains("www.example.com A front-1.elb.amazonaws.com ZNLB");
    }

    @Test
    void aNameMovesToABetterZone() {
        put("www.shop.example.com");
        aws.dns.add("Z4", "shop.example.com", false);
        now = now.plus(Duration.ofMinutes(6));
        put("www.shop.example.com");
        assertThat(aws.dns.lines("Z1")).containsExactly(MAIL);
        assertThat(aws.dns.lines("Z4")).hasSize(2);
        aws.dns.add("Z5", "shop.example.com", false);
        now = now.plus(Duration.ofMinutes(6));
        assertThat(put("www.shop.example.com").values())
                .singleElement()
                .asString()
                .contains("several public hosted zones shop.example.com");
        delete("www.shop.example.com");
        assertThat(aws.dns.lines("Z4")).isEmpty();
    }

    @Test
    void manyNamesAreFewCallsAndNoneWhereNothingIsToBeDone() {
        List<PublicName> many = IntStream.range(0, 1_000)
                .mapToObj(number -> name("shop-" + number + ".example.com", "service/shop/web-" + number))
                .toList();
        assertThat(names.putNames(many)).isEmpty();
        assertThat(aws.dns.lines("Z1")).hasSize(2_001);
        assertThat(aws.calls.made())
                .filteredOn(call -> call.equals("ChangeResourceRecordSets"))
                .hasSizeLessThanOrEqualTo(4);
        assertThat(aws.calls.made())
                .filteredOn(call -> !call.equals("ChangeResourceRecordSets"))
                .containsExactly("ListHostedZones", "ListResourceRecordSets");
        aws.calls.clear();
        assertThat(names.putNames(many)).isEmpty();
        many.forEach(each -> names.putNames(List.of(each)));
        assertThat(aws.calls.made()).as("calls for what is as desired").isEmpty();
        now = now.plus(Duration.ofMinutes(6));
        many.forEach(each -> names.putNames(List.of(each)));
        assertThat(aws.calls.made()).containsExactly("ListHostedZones", "ListResourceRecordSets");
        names.deleteNames(many.stream().map(PublicName::name).toList());
        assertThat(aws.dns.lines("Z1")).containsExactly(MAIL);
    }

    @Test
    void anyCallMayFail() {
        for (Fault fault : Fault.values()) {
            for (String call : List.of("ListHostedZones", "ListResourceRecordSets", "ChangeResourceRecordSets")) {
                names = cluster("blue");
                aws.calls.fail(call, fault);
                assertThatThrownBy(() -> put("www.example.com")).isInstanceOf(CloudException.Unavailable.class);
                assertThat(put("www.example.com")).isEmpty();
                assertThat(aws.dns.lines("Z1")).hasSize(3);
                names = cluster("blue");
                aws.calls.fail(call, fault);
                assertThatThrownBy(() -> delete("www.example.com")).isInstanceOf(CloudException.Unavailable.class);
                delete("www.example.com");
                assertThat(aws.dns.lines("Z1")).containsExactly(MAIL);
            }
        }
    }

    @Test
    void aZoneThatIsNotAllowedOrGoneIsTold() {
        put("www.example.com");
        aws.dns.denied.add("Z1");
        balancers.put("front", "front-2.elb.amazonaws.com");
        assertThat(put("www.example.com", "www.dev.example.com"))
                .hasSize(1)
                .allSatisfy((name, why) -> assertThat(why).contains("AccessDenied"));
        assertThat(aws.dns.lines("Z2"))
                .as("published, whatever a zone above allows")
                .hasSize(2);
        assertThatThrownBy(() -> delete("www.example.com"))
                .isInstanceOf(CloudException.Invalid.class)
                .hasMessageContaining("AccessDenied");
        aws.dns.denied.clear();
        aws.dns.remove("Z1");
        assertThat(put("www.example.com")).hasSize(1);
        now = now.plus(Duration.ofMinutes(6));
        delete("www.example.com");
    }

    @Test
    void aNameThatRoute53RefusesKeepsNoOtherFromBeingPublished() {
        String label = "x".repeat(62);
        assertThat(put(label + ".example.com", "www.example.com").values())
                .singleElement()
                .asString()
                .contains("InvalidChangeBatch", "DomainLabelTooLong");
        assertThat(aws.dns.lines("Z1")).contains("www.example.com A front-1.elb.amazonaws.com ZNLB");
    }
}
